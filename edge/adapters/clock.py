"""The machine's clocks as the agent's one domain clock, and what the kernel says of them."""

import ctypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.clock import Scale
from contract.messages import ClockQuality

FIRST_TRUSTED_S: Final = 1_704_067_200.0  # 2024-01-01: no agent was built before it
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES: Final = 512  # more than struct timex has on any Linux; all zero asks and changes nothing


class MachineClock:
    """A `CarClock` over the kernel's wall clock and its time since boot, which runs on while the machine sleeps."""

    def __init__(
        self,
        scale: Scale,
        *,
        wall_s: Callable[[], float] = time.time,
        boot_s: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        is_synchronised: Callable[[], bool] | None = None,
    ) -> None:
        self._scale = scale
        self._wall_s = wall_s
        self._boot_s = boot_s
        self._is_synchronised = is_synchronised or kernel_says_synchronised
        self._boot_id = BOOT_ID.read_text().strip()

    @property
    def boot_id(self) -> str:
        return self._boot_id

    def wall_s(self) -> float:
        return self._scale.domain_s(self._wall_s())

    def mono_s(self) -> float:
        return self._boot_s() * self._scale.factor

    def real_s(self, domain_s: float) -> float:
        return domain_s / self._scale.factor

    def quality(self) -> ClockQuality:
        if self._wall_s() < FIRST_TRUSTED_S:
            return "unset"
        return "synchronised" if self._is_synchronised() else "free_running"


def kernel_says_synchronised() -> bool:
    """Return what adjtimex(2) says; False where it may not be asked."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _TIME_ERROR
