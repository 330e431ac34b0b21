"""The machine's clocks as the agent's one domain clock, what the kernel says of them, and the last sure time."""

import ctypes
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from contract.clock import Scale
from contract.messages import ClockQuality

FIRST_TRUSTED_S: Final = 1_704_067_200.0  # 2024-01-01: no agent was built before it
LAST_BELIEVED_S: Final = 4_102_444_800.0  # 2100-01-01: a file that says more is damaged
REMEMBER_S: Final = 600.0  # real: a dead clock starts at most so long before the machine was last alive
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES: Final = 512  # more than struct timex has on any Linux; all zero asks and changes nothing

log = structlog.get_logger()


class TimeFile:
    """The last wall time that was sure, in a file, in seconds since the Unix epoch."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> float | None:
        """Return the time, or None where there is none that can be believed."""
        with suppress(OSError, ValueError):
            seconds = float(self._path.read_text())
            if FIRST_TRUSTED_S <= seconds <= LAST_BELIEVED_S:
                return seconds
        return None

    def write(self, seconds: float) -> None:
        """Replace the time, whole or not at all; a disk that refuses keeps the old one."""
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            with fresh.open("w") as file:
                file.write(f"{seconds:.0f}\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            log.warning("clock_not_saved", path=str(self._path), reason=str(error), advice="free the spool's disk")


class MachineClock:
    """A `CarClock` over the kernel's wall clock and its time since boot, which runs on while the machine sleeps.

    Where the kernel's clock lies before the time in `saved`, nobody has set it since the machine started: time goes on
    from `saved` then, and is called unset. One before 2024 is set to it, where the kernel lets us: a certificate cannot
    be checked in 1970.
    """

    def __init__(
        self,
        scale: Scale,
        *,
        saved: TimeFile | None = None,
        wall_s: Callable[[], float] = time.time,
        boot_s: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        is_synchronised: Callable[[], bool] | None = None,
        set_wall_s: Callable[[float], None] = lambda wall_s: time.clock_settime(time.CLOCK_REALTIME, wall_s),
    ) -> None:
        self._scale = scale
        self._saved = saved
        self._wall_s = wall_s
        self._boot_s = boot_s
        self._is_synchronised = is_synchronised or kernel_says_synchronised
        self._boot_id = BOOT_ID.read_text().strip()
        self._was_synchronised = False
        self._is_guess = False  # the kernel's time is the saved one, set by us
        self._remember_at_s = boot_s()
        self._least_s = (saved.read() if saved else None) or 0.0
        self._behind_s = max(0.0, self._least_s - wall_s())
        if self._behind_s:
            self._start_from_saved(set_wall_s)

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def wall_s(self) -> float:
        return self._scale.domain_s(self._real_wall_s())

    def mono_s(self) -> float:
        return self._boot_s() * self._scale.factor

    def real_s(self, domain_s: float) -> float:
        return domain_s / self._scale.factor

    def quality(self) -> ClockQuality:
        if self._real_wall_s() < FIRST_TRUSTED_S or self._behind_s:
            return "unset"
        if self._is_synchronised():
            self._was_synchronised, self._is_guess = True, False
            return "synchronised"
        return "unset" if self._is_guess else "free_running"

    def remember(self, *, at_once: bool = False) -> None:
        """Save the time now and then, and `at_once` at the end, if it has been sure since the start."""
        if self._saved is None or (self._boot_s() < self._remember_at_s and not at_once):
            return
        self._remember_at_s = self._boot_s() + REMEMBER_S
        if self.quality() != "unset" and self._was_synchronised:
            self._saved.write(self._real_wall_s())

    def _real_wall_s(self) -> float:
        """Return the kernel's time, or, until somebody sets it, the saved time and what has passed since the start."""
        kernel_s = self._wall_s()
        if self._behind_s and kernel_s >= self._least_s:
            self._behind_s = 0.0
        return kernel_s + self._behind_s

    def _start_from_saved(self, set_wall_s: Callable[[float], None]) -> None:
        kernel_s = self._wall_s()
        log.warning(
            "clock_behind", says_s=round(kernel_s), last_known_s=round(self._least_s), advice="see operations.md"
        )
        if kernel_s < FIRST_TRUSTED_S:
            try:
                set_wall_s(self._least_s)
                self._is_guess = True
            except OSError as error:
                log.warning(
                    "clock_not_set",
                    reason=str(error),
                    advice="run systemd-timesyncd, or allow the service CAP_SYS_TIME: TLS fails until the clock is set",
                )


def kernel_says_synchronised() -> bool:
    """Return what adjtimex(2) says; False where it may not be asked."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _TIME_ERROR
