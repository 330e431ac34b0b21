"""What the voltage of a car's low-voltage system means: 12 V or 24 V, warm or cold. Pure.

Sleep and wake have thresholds and dwells of their own, so that nothing flaps between them.
"""

import math
from typing import Final, NamedTuple

NOMINAL_V: Final = 12.0
SLEEP_V: Final = 12.2
WAKE_V: Final = 13.2
LIVE_V: Final = 13.8  # no battery rests so high, lithium included: something charges it
FALL_V: Final = 0.4  # so far below its level of just now, the supply is charged no more
CRANK_V: Final = 10.5  # a starter, and nothing else that is healthy, pulls the supply below this
REFERENCE_DEGC: Final = 25.0
# A lead-acid cell's electromotive force changes by 0.2 mV/K (Bode, Lead-Acid Batteries, 1977), and a battery has six.
REST_V_PER_K: Final = 6 * 0.0002
COLDEST_DEGC: Final = -40.0
HOTTEST_DEGC: Final = 60.0

IS_24_V: Final = 18.0  # a 12 V system never holds this
IS_12_V: Final = 16.5  # and a 24 V system never rests here
SURE_S: Final = 3.0  # domain
OTHER_CAR_S: Final = 600.0  # a dongle that was moved from a lorry to a car


class Levels(NamedTuple):
    """The thresholds in volts; `factor` is 1 for 12 V systems and 2 for 24 V."""

    factor: float
    sleep_v: float
    wake_v: float
    live_v: float
    fall_v: float
    crank_v: float


def levels(nominal_v: float, degc: float | None) -> Levels:
    """Return the thresholds of a `nominal_v` system at `degc`; None: not known, and none is assumed."""
    factor = nominal_v / NOMINAL_V
    known = degc is not None and COLDEST_DEGC <= degc <= HOTTEST_DEGC
    kelvin = degc - REFERENCE_DEGC if degc is not None and known else 0.0
    return Levels(
        factor,
        factor * (SLEEP_V + REST_V_PER_K * kelvin),
        factor * WAKE_V,
        factor * LIVE_V,
        factor * FALL_V,
        factor * CRANK_V,
    )


class Nominal:
    """Finds out whether a supply is a 12 V or a 24 V system, unless it is told."""

    def __init__(self, told_v: float = 0.0) -> None:
        self._is_told = told_v > 0.0
        self.nominal_v = told_v or NOMINAL_V
        self._other_since_s: float | None = None

    @property
    def is_in_doubt(self) -> bool:
        """Whether the last readings belong to the other system: then they mean nothing yet."""
        return self._other_since_s is not None

    def read(self, voltage_v: float | None, domain_s: float) -> None:
        """Take one reading; a starter's dip on 24 V is much too short to make it a 12 V system."""
        if self._is_told or voltage_v is None or math.isnan(voltage_v):
            return
        is_24 = self.nominal_v > NOMINAL_V
        is_other = voltage_v <= IS_12_V if is_24 else voltage_v >= IS_24_V
        if not is_other:
            self._other_since_s = None
        elif self._other_since_s is None:
            self._other_since_s = domain_s
        elif domain_s - self._other_since_s >= (OTHER_CAR_S if is_24 else SURE_S):
            self.nominal_v = NOMINAL_V if is_24 else 2.0 * NOMINAL_V
            self._other_since_s = None
