"""The 12 V alarm of the dongle itself, pure: below a car's own resting level, with dwell and hysteresis.

The alert is reference - 1.6 V, cleared at 0.6 of that drop; the reference is the level measured at rest, never under
12.6 V. A starter's dip is over long before the dwell is.
"""

from typing import Final

ALERT_DROP_V: Final = 1.6
CLEAR_PART: Final = 0.6
LEAST_REFERENCE_V: Final = 12.6
DWELL_S: Final = 60.0  # domain


class LowVoltage:
    """Tell it every reading; it says once when the alert begins."""

    def __init__(self) -> None:
        self.is_low = False
        self.reference_v = LEAST_REFERENCE_V
        self._below_since_s: float | None = None

    def read(self, voltage_v: float, domain_s: float, *, is_resting: bool) -> bool:
        """Take one reading (volts of a 12 V system) and return True when the alert begins with it.

        The reference is learnt at rest only: a charging system would lift it by more than a volt.
        """
        if is_resting:
            self.reference_v = max(self.reference_v, voltage_v)
        drop_v = ALERT_DROP_V * (CLEAR_PART if self.is_low else 1.0)
        if voltage_v >= self.reference_v - drop_v:
            self.is_low = False
            self._below_since_s = None
            return False
        if self._below_since_s is None:
            self._below_since_s = domain_s
        begins = not self.is_low and domain_s - self._below_since_s >= DWELL_S
        self.is_low = self.is_low or begins
        return begins
