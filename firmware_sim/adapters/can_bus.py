"""The car's side of a python-can bus, waited on without busy loops."""

import select
from typing import Protocol

import can

from firmware_sim.errors import WorldError
from firmware_sim.protocol.ecu import Frame


class FrameBus(Protocol):
    """A CAN bus: frames out, frames in after a wait that ends early when one comes; real seconds."""

    def send(self, frame: Frame) -> None: ...

    def receive(self, timeout_s: float) -> list[Frame]: ...

    def close(self) -> None: ...


class PythonCanBus:
    """A `FrameBus` over any python-can bus."""

    def __init__(self, bus: can.BusABC) -> None:
        """Take an open bus; it is closed with this."""
        self._bus = bus
        try:
            self._descriptor: int | None = bus.fileno()
        except NotImplementedError:
            self._descriptor = None

    def send(self, frame: Frame) -> None:
        """Put one frame on the bus, or raise `WorldError`."""
        message = can.Message(arbitration_id=frame.can_id, is_extended_id=frame.extended, data=frame.data)
        try:
            self._bus.send(message)
        except can.CanError as error:
            raise WorldError(f"the bus takes no frame ({error}); is its pty or interface still there?") from error

    def receive(self, timeout_s: float) -> list[Frame]:
        """Return the frames that came within `timeout_s`, as soon as there is one."""
        wait_s = max(0.0, timeout_s)
        frames: list[Frame] = []
        while self._readable(wait_s):
            message = self._message(0.0 if self._descriptor is not None or frames else wait_s)
            wait_s = 0.0
            if message is not None and not message.is_error_frame and not message.is_remote_frame:
                frames.append(Frame(message.arbitration_id, bytes(message.data), message.is_extended_id))
            elif message is None and self._descriptor is None:
                break
        return frames

    def close(self) -> None:
        """Close the bus."""
        self._bus.shutdown()

    def _readable(self, timeout_s: float) -> bool:
        if self._descriptor is None:
            return True
        return bool(select.select([self._descriptor], [], [], timeout_s)[0])

    def _message(self, timeout_s: float) -> can.Message | None:
        try:
            return self._bus.recv(timeout_s)
        except (can.CanError, ValueError, IndexError):
            return None  # a garbled line of the serial protocol is a lost frame, as on a real adapter


def slcan(path: str) -> PythonCanBus:
    """Return a bus over the serial line at `path`, or raise `WorldError`."""
    try:
        return PythonCanBus(can.Bus(interface="slcan", channel=path, bitrate=500_000, sleep_after_open=0))
    except (can.CanError, OSError, ValueError) as error:
        raise WorldError(f"no CAN bus at {path} ({error}); python-can needs pyserial for slcan") from error
