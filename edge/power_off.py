"""When the device itself must go, so that the car still starts: a low supply for minutes, and then once. Pure.

Volts are those of a 12 V system; the caller halves those of a 24 V one.
"""

from enum import Enum
from typing import Final

DWELL_S: Final = 180.0  # domain; a starter's dip is a second
RECOVERY_V: Final = 0.6  # so far above the threshold: what a battery rises by when its load goes is much less
RECOVERY_S: Final = 60.0


class CutOff(Enum):
    """What a reading brought about."""

    NOTHING = "nothing"
    OFF = "off"  # give everything to the disk, and ask for the power to be cut
    RECOVERED = "recovered"  # from now on it may be asked for again


class LowSupply:
    """Tell it every reading; `was_asked`: before this start the power was cut for a low supply.

    Then it comes to no second time before the supply has recovered: a device that is switched on again by whatever
    switches it on rests instead, and no reboot follows upon the other. A `below_v` of 0 asks for nothing ever.
    """

    def __init__(self, below_v: float, *, was_asked: bool = False) -> None:
        self._below_v = below_v
        self._was_asked = was_asked
        self._low_since_s: float | None = None
        self._well_since_s: float | None = None

    def read(self, voltage_v: float | None, domain_s: float) -> CutOff:
        """Take one reading; None, not measured, breaks off whatever was under way."""
        is_low = voltage_v is not None and voltage_v < self._below_v
        is_well = voltage_v is not None and voltage_v >= self._below_v + RECOVERY_V
        self._low_since_s = _since(self._low_since_s, is_low, domain_s)
        self._well_since_s = _since(self._well_since_s, is_well, domain_s)
        if self._was_asked:
            if self._well_since_s is None or domain_s - self._well_since_s < RECOVERY_S:
                return CutOff.NOTHING
            self._was_asked = False
            return CutOff.RECOVERED
        if self._low_since_s is None or domain_s - self._low_since_s < DWELL_S:
            return CutOff.NOTHING
        self._was_asked = True
        return CutOff.OFF


def _since(since_s: float | None, is_so: bool, domain_s: float) -> float | None:
    if not is_so:
        return None
    return domain_s if since_s is None else since_s
