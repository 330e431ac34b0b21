"""The car's bus through python-can, whatever the interface; opened again, not too eagerly, when it is lost."""

import contextlib
import select
import time
from collections.abc import Callable
from threading import Event
from typing import Any, Final

import can
import structlog

from edge.config import Bus
from edge.errors import BusError, ConfigError
from edge.obd.frames import CanFrame

FIRST_REOPEN_S: Final = 0.5
LONGEST_REOPEN_S: Final = 5.0
STABLE_S: Final = 10.0
SEND_S: Final = 0.2

log = structlog.get_logger()


class PythonCanBus:
    """A `CanBus` on any python-can interface; `now_s` is real monotonic time."""

    def __init__(self, settings: Bus, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._now_s = now_s
        self._bus: can.BusABC | None = None
        self._opened_at_s: float | None = None
        self._reopen_at_s = float("-inf")
        self._reopen_after_s = FIRST_REOPEN_S
        self._pause = Event()
        self.error_frames = 0
        self.unreadable = 0

    def receive(self, timeout_s: float) -> CanFrame | None:
        deadline_s = self._now_s() + timeout_s
        bus = self._bus or self._reopen()
        if bus is None:
            self._pause.wait(max(0.0, deadline_s - self._now_s()))
            return None
        while True:
            frame = self._receive_once(bus, max(0.0, deadline_s - self._now_s()))
            if frame is not None or self._now_s() >= deadline_s:
                return frame

    def send(self, frame: CanFrame) -> None:
        bus = self._bus or self._reopen()
        if bus is None:
            raise BusError(f"{self._settings.channel}: the bus is down")
        message = can.Message(arbitration_id=frame.can_id, is_extended_id=frame.extended, data=frame.data, check=True)
        try:
            bus.send(message, timeout=SEND_S)
        except (can.CanError, OSError) as error:
            raise self._lost(error) from error

    def close(self) -> None:
        if self._bus is not None:
            with contextlib.suppress(can.CanError, OSError):
                self._bus.shutdown()
            self._bus = None

    def _receive_once(self, bus: can.BusABC, timeout_s: float) -> CanFrame | None:
        try:
            message = _wait(bus, timeout_s)
        except (can.CanError, OSError) as error:
            raise self._lost(error) from error
        except (ValueError, IndexError):
            self.unreadable += 1  # a line of the adapter's that is no frame
            return None
        if message is None:
            return None
        if message.is_error_frame:
            self.error_frames += 1
            return None
        if message.is_remote_frame or message.is_fd or len(message.data) > 8:
            return None
        return CanFrame(message.arbitration_id, message.is_extended_id, bytes(message.data))

    def _reopen(self) -> can.BusABC | None:
        if self._now_s() < self._reopen_at_s:
            return None
        options: dict[str, Any] = {
            "interface": self._settings.interface,
            "channel": self._settings.channel,
            "bitrate": self._settings.bitrate,
            **self._settings.options,
        }
        if self._settings.interface == "slcan":
            # Its default waits two seconds for boards that restart when they are opened.
            options.setdefault("sleep_after_open", 0)
        try:
            self._bus = can.Bus(**options)
        except (can.CanInterfaceNotImplementedError, TypeError, ValueError) as error:
            raise ConfigError(f"key 'bus': {error}; see python-can's interfaces and their options") from error
        except (can.CanError, OSError) as error:
            if isinstance(error.__cause__, ValueError):  # slcan wraps its complaint about the bitrate
                raise ConfigError(f"key 'bus.bitrate': {error}") from error
            self._lost(error)
            return None
        self._opened_at_s = self._now_s()
        log.info("bus_up", interface=self._settings.interface, channel=self._settings.channel)
        return self._bus

    def _lost(self, error: Exception) -> BusError:
        now_s = self._now_s()
        if self._opened_at_s is not None and now_s - self._opened_at_s >= STABLE_S:
            self._reopen_after_s = FIRST_REOPEN_S
        self._opened_at_s = None
        self.close()
        self._reopen_at_s = now_s + self._reopen_after_s
        log.warning(
            "bus_lost",
            channel=self._settings.channel,
            reason=str(error),
            again_in_s=self._reopen_after_s,
            advice="check the adapter and key 'bus.channel'",
        )
        self._reopen_after_s = min(self._reopen_after_s * 2.0, LONGEST_REOPEN_S)
        return BusError(f"{self._settings.channel}: {error}")


def _wait(bus: can.BusABC, timeout_s: float) -> can.Message | None:
    try:
        fileno = bus.fileno()
    except RuntimeError:  # not implemented: the virtual bus has no file
        return bus.recv(timeout_s)
    # slcan polls its serial port every millisecond inside recv; waiting outside of it costs no processor time.
    readable, _, _ = select.select([fileno], [], [], timeout_s)
    return bus.recv(0.0) if readable else None
