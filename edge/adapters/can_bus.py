"""The car's bus through python-can, whatever the interface; opened again, not too eagerly, when it is lost."""

import contextlib
import errno
import select
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, Final

import can
import structlog

from edge.config import Bus
from edge.errors import BusError, ConfigError
from edge.obd.acceptance import Acceptance
from edge.obd.frames import CanFrame

FIRST_REOPEN_S: Final = 0.5
LONGEST_REOPEN_S: Final = 4.0
STABLE_S: Final = 10.0
SEND_S: Final = 0.2
SEND_TRIES: Final = 5  # when the kernel's queue is full (ENOBUFS)
SEND_PAUSE_S: Final = 0.005  # two frames of 8 bytes at 125 kbit/s
FLOOD_FPS: Final = 4_500  # more than any healthy bus of 500 kbit/s carries; full it carries some 8,000 short frames
FLOOD_REST_S: Final = 10.0  # then it is seen whether the flood is over
BUS_OFF: Final = 0x40  # linux/can/error.h, CAN_ERR_BUSOFF

log = structlog.get_logger()


class PythonCanBus:
    """A `CanBus` on any python-can interface; `now_s` is real monotonic time.

    While a node floods the bus, only frames that `wanted` takes are let through, by the kernel where the interface is
    its own: the agent has to hear its ECUs, and it hears by those that the car is awake. Without `wanted` all pass.
    """

    def __init__(
        self, settings: Bus, wanted: Sequence[Acceptance] = (), *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._wanted = [
            can.typechecking.CanFilter(can_id=one.can_id, can_mask=one.mask, extended=one.extended) for one in wanted
        ]
        self._flood = _Flood()
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
        for left in reversed(range(SEND_TRIES)):
            try:
                bus.send(message, timeout=SEND_S)
                return
            except (can.CanError, OSError) as error:
                if not left or not _is_full(error):
                    raise self._lost(error) from error
                self._pause.wait(SEND_PAUSE_S)

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
        if self._wanted and self._flood.is_news(self._now_s(), 0 if message is None else 1):
            self._filter(bus)
        if message is None:
            return None
        if message.is_error_frame:
            self.error_frames += 1
            if message.arbitration_id & BUS_OFF and self._settings.interface == "socketcan":
                raise self._lost(can.CanOperationError("bus-off"))
            return None
        if message.is_remote_frame or message.is_fd or len(message.data) > 8:
            return None
        return CanFrame(message.arbitration_id, message.is_extended_id, bytes(message.data))

    def _filter(self, bus: can.BusABC) -> None:
        """Have the interface let through only what is wanted while the bus is flooded, and all when it is not."""
        bus.set_filters(self._wanted if self._flood.is_on else None)
        if self._flood.is_on:
            advice = "a node talks without end: see the bus with candump"
            log.warning("bus_flooded", channel=self._settings.channel, frames_per_s=self._flood.rate, advice=advice)

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
        self._flood = _Flood()
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


def _is_full(error: Exception) -> bool:
    """Say whether the kernel had no room for one more frame, which passes by itself."""
    return errno.ENOBUFS in (getattr(error, "errno", None), getattr(error, "error_code", None))


class _Flood:
    """Counts frames by the second, and says when there are too many, and when it may be over."""

    def __init__(self) -> None:
        self.is_on = False
        self.rate = 0
        self._count = 0
        self._since_s: float | None = None

    def is_news(self, now_s: float, frames: int) -> bool:
        """Take note of `frames` at `now_s` and say whether `is_on` has changed."""
        if self._since_s is None:
            self._since_s = now_s
        self._count += frames
        elapsed_s = now_s - self._since_s
        if elapsed_s < (FLOOD_REST_S if self.is_on else 1.0):
            return False
        was_on, self.is_on = self.is_on, not self.is_on and self._count / elapsed_s > FLOOD_FPS
        self.rate, self._count, self._since_s = round(self._count / elapsed_s), 0, now_s
        return was_on is not self.is_on
