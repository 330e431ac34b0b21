"""A charging session, sample by sample: was it asked for, does current flow, was it broken off?

Every kernel here takes one event row (`layout.EVENT`), a time in seconds and a value, and changes the row in place. A
cable alone is no session: many cars are plugged in and wait for the night's tariff.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel

FLOW_W: Final = 300.0
FLOW_A: Final = 1.0
FLOW_PCT: Final = 0.8  # a rise of the state of charge says that it flows, where power is not measured
HOLD_S: Final = 300.0
DELIVERED_S: Final = 300.0  # a session that delivered for so long was a success
BROKEN_S: Final = 86_400.0  # how long one that was broken off counts
PREPARED: Final = 1.0
DELIVERING: Final = 2.0
ENDED: Final = 3.0
BROKEN_OFF: Final = 4.0


@kernel
def begin(car: Any, t: float) -> None:
    """Note that a session asks for current, unless one already does."""
    if math.isfinite(car.try_s):
        return
    car.try_s = t
    car.try_pct = car.soc_pct
    car.flow_s = t
    car.flowed_s = 0.0


@kernel
def end(car: Any, t: float, broken: bool) -> None:
    """Note that the session is over; one that was broken off before it delivered counts against the next."""
    if not math.isfinite(car.try_s):
        return
    if broken and car.flowed_s < DELIVERED_S:
        car.broken_n = car.broken_n + 1.0 if t - car.broken_s < BROKEN_S else 1.0
        car.broken_s = t
    elif car.flowed_s >= DELIVERED_S:
        car.broken_n = 0.0
    car.try_s = math.nan


@kernel
def flow(car: Any, t: float) -> None:
    """Note that current flows into the battery."""
    if not math.isfinite(car.try_s):
        return
    car.flowed_s += min(max(t - car.flow_s, 0.0), HOLD_S)
    car.flow_s = t
    if car.flowed_s >= DELIVERED_S:
        car.broken_n = 0.0


@kernel
def take_cable(car: Any, t: float, value: float) -> None:
    """Take whether a cable is in the port; one that is pulled ends the session, which then failed if nothing flowed."""
    car.pile_s = t
    if value < 0.5 and car.cable > 0.5:
        end(car, t, car.flowed_s == 0.0)
        car.pile_fault = 0.0
        car.session = 0.0
    car.cable = value


@kernel
def take_session(car: Any, t: float, value: float) -> None:
    """Take how far the session is."""
    car.pile_s = t
    if value == DELIVERING:
        begin(car, t)
    elif value == BROKEN_OFF and car.session != BROKEN_OFF:
        begin(car, t)
        end(car, t, True)
    elif value == ENDED or value == 0.0:
        end(car, t, False)
    car.session = value


@kernel
def take_fault(car: Any, t: float, value: float) -> None:
    """Take what stopped a session, 0 for nothing."""
    car.pile_s = t
    car.pile_fault = value


@kernel
def take_charging(car: Any, t: float, value: float) -> None:
    """Take the car's own word on whether it charges; ignored where it tells how far its session is."""
    car.pile_s = t
    if car.session > 0.0:
        return
    if value > 0.5:
        begin(car, t)
    else:
        end(car, t, car.flowed_s == 0.0 and t - car.try_s > HOLD_S)


@kernel
def take_power(car: Any, t: float, watt: float) -> None:
    """Take the power into the pack in W."""
    car.power_w = watt
    if watt > FLOW_W:
        flow(car, t)
    if math.isfinite(car.try_s):
        car.pile_s = t


@kernel
def take_charge(car: Any, t: float) -> None:
    """Look at the state of charge that was just taken: it may have risen, or the car may have driven off."""
    if not math.isfinite(car.try_s):
        return
    if t - car.moved_s < 60.0:
        end(car, t, car.flowed_s == 0.0)
        return
    car.pile_s = t
    if not math.isfinite(car.try_pct) or car.soc_pct < car.try_pct:
        car.try_pct = car.soc_pct
    elif car.soc_pct - car.try_pct >= FLOW_PCT:
        flow(car, t)
        car.try_pct = car.soc_pct


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of a car nobody has seen at a pile."""
    for name in ("try_s", "try_pct", "power_w"):
        row[name] = math.nan
    for name in ("pile_s", "flow_s", "broken_s"):
        row[name] = -math.inf
