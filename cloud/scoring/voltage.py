"""The 12 V system, sample by sample: what the car is doing, its voltage at rest, while cranking and while running.

Every kernel here takes one event row (`layout.EVENT`), a time in seconds and a value, and changes the row in place.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.cranking import AGAIN_S, note_start
from cloud.scoring.kernels import kernel
from cloud.scoring.layout import AWAKE_STILL, REST, REST_VOLTS, RUN, RUN_VOLTS, SUPPLY_V, UNKNOWN

CHARGING_V: Final = 13.0  # above it something charges the battery
RUNNING_RPM: Final = 500.0
LOADED_RPM: Final = 1000.0
MOVING_KMH: Final = 3.0
QUIET_S: Final = 900.0  # no answer, no charge, no turning engine for this long: the car is at rest
RECENT_S: Final = 600.0  # how long a polled value speaks for the present
LONGEST_STEP_S: Final = 300.0  # a gap counts for no more than this
SUPPLY_DAY_S: Final = 86_400.0
FIRST_REST_H: Final = 1.0
FULL_REST_H: Final = 4.0
SURFACE_V: Final = 0.25  # surface charge after a drive, fading with SURFACE_H
SURFACE_H: Final = 1.5
READING_V: Final = 0.025  # one sigma of a reading at full rest, in V; doubled (variance x 4) before
SLOPE_PRIOR_VPH: Final = 0.1
WANDER_LEVEL: Final = 4e-6  # V^2 per h
WANDER_SLOPE: Final = 2.5e-5  # (V/h)^2 per h
HUBER: Final = 2.5
CHANGE_Z: Final = 4.0  # two such innovations in a row are a change, not an outlier
WAKE_GAIN: Final = 0.3
CRANK_GAIN: Final = 0.3
SEEN_DIP_S: Final = 0.05  # slower sampling than this cannot see the dip: the minimum is "polled"
WEAK_V: Final = 12.9
WEAK_S: Final = 600.0
DEAD_V: Final = 11.8
HIGH_V: Final = 15.2
CHARGED_V: Final = 13.2
WARM_DEGC: Final = 25.0
_note_start = note_start
HIGH_VPK: Final = 0.018  # 3 mV a kelvin and cell: a cold battery takes, and is given, more


@kernel
def high_limit_v(ambient_degc: float) -> float:
    """Return the voltage from which a battery is overcharged at `ambient_degc` (NaN where that is not known)."""
    return HIGH_V + HIGH_VPK * max(0.0, WARM_DEGC - ambient_degc) if math.isfinite(ambient_degc) else HIGH_V


@kernel
def begin_rest(car: Any, since_s: float) -> None:
    """Note that the car has been at rest since `since_s`; a weak trip counts when it ends."""
    if car.phase == RUN or car.phase == AWAKE_STILL:
        car.trips_n += 1.0 if car.minutes_n >= 5.0 else 0.0
        if car.trip_weak > 0.0:
            car.weak_trips += 1.0
        elif car.charged_h > 0.25:
            car.weak_trips = 0.0
    car.phase = REST
    car.rest_s = since_s
    car.filter_n = 0.0
    car.jump_n = 0.0
    car.trip_weak = 0.0


@kernel
def wake(car: Any, t: float) -> None:
    """Note a sign of life at `t`: a bus answer, a charging voltage, or the agent's own word."""
    if car.phase != REST and math.isfinite(car.active_s) and t - car.active_s >= QUIET_S:
        begin_rest(car, car.active_s)
    if car.phase == REST or car.phase == UNKNOWN:
        rest_h = (t - car.rest_s) / 3600.0
        car.wake_h = rest_h if car.phase == REST and rest_h >= FIRST_REST_H else 0.0
        car.phase = AWAKE_STILL
        car.crank_v = math.inf
        car.crank_gap_s = math.inf
        car.last_v_s = -math.inf
        car.minutes_n = 0.0
        car.minute_n = 0.0
        car.weak_s = 0.0
        car.dead_s = 0.0
        car.high_s = 0.0
    car.active_s = t


@kernel
def commit_start(car: Any) -> None:
    """Take the lowest voltage of the start that has just ended; a dip between two slow readings is not seen."""
    car.crank_polled = 1.0 if car.crank_gap_s > SEEN_DIP_S else 0.0
    _note_start(car, car.crank_v, car.crank_polled)
    car.crank_before_v = car.crank_ewma_v
    if car.crank_n == 0.0:
        car.crank_ewma_v = car.crank_v
    else:
        car.crank_ewma_v += CRANK_GAIN * (car.crank_v - car.crank_ewma_v)
    car.crank_n += 1.0
    car.start_s = car.active_s


@kernel
def take_crank(car: Any, t: float, volts: float) -> None:
    """Take the lowest voltage of a start as the agent tells it; one that was captured replaces what polling met."""
    if car.captured < 0.5:
        if car.phase == AWAKE_STILL:
            car.crank_v = min(car.crank_v, volts)
        return
    car.captured = 0.0
    if car.phase != RUN:
        car.crank_v = volts
        car.crank_gap_s = 0.0
        return
    if t - car.start_s < AGAIN_S and car.crank_n > 0.0:
        car.crank_ewma_v = car.crank_before_v
        car.crank_n -= 1.0
    car.crank_v = volts
    car.crank_gap_s = 0.0
    commit_start(car)


@kernel
def start_running(car: Any) -> None:
    """Note that the engine or the DC-DC converter carries the load; what cranking showed is kept."""
    if car.phase == RUN:
        return
    if car.phase == AWAKE_STILL and math.isfinite(car.crank_v) and math.isfinite(car.crank_gap_s):
        commit_start(car)
    car.phase = RUN
    car.wake_h = 0.0


@kernel
def take_awake(car: Any, t: float, value: float) -> None:
    """Take the agent's own word on whether the car is awake."""
    if value > 0.5:
        wake(car, t)
        car.awake = 1.0
    else:
        car.awake = 0.0
        if car.phase != REST:
            begin_rest(car, t)


@kernel
def take_rpm(car: Any, t: float, value: float) -> None:
    """Take an engine speed in rpm."""
    car.rpm = value
    car.rpm_s = t
    if value > RUNNING_RPM:
        start_running(car)


@kernel
def rest_reading(car: Any, t: float, volts: float, rest_h: float) -> None:
    """Filter one reading of a car at rest into level and slope; readings before an hour of rest say nothing."""
    if rest_h < FIRST_REST_H:
        return
    noise = READING_V * READING_V
    if rest_h < FULL_REST_H:
        volts -= SURFACE_V * math.exp(-rest_h / SURFACE_H)
        noise *= 4.0
    step_h = (t - car.filter_s) / 3600.0
    car.filter_s = t
    if car.filter_n > 0.0:
        level = car.level_v + car.slope_vph * step_h
        p_level = car.p_level + step_h * (2.0 * car.p_both + step_h * car.p_slope) + WANDER_LEVEL * step_h
        p_both = car.p_both + step_h * car.p_slope
        p_slope = car.p_slope + WANDER_SLOPE * step_h
        error = volts - level
        gain = 1.0 / (p_level + noise)
        z = error * math.sqrt(gain)
        car.jump_n = car.jump_n + 1.0 if abs(z) > CHANGE_Z else 0.0
        weight = min(1.0, HUBER / max(abs(z), 1e-9))
        car.level_v = level + p_level * gain * error * weight
        car.slope_vph += p_both * gain * error * weight
        car.p_level = p_level * (1.0 - p_level * gain)
        car.p_both = p_both * (1.0 - p_level * gain)
        car.p_slope = p_slope - p_both * gain * p_both
    if car.filter_n == 0.0 or car.jump_n >= 2.0:
        car.level_v = volts
        car.slope_vph = 0.0
        car.p_level = noise
        car.p_both = 0.0
        car.p_slope = SLOPE_PRIOR_VPH * SLOPE_PRIOR_VPH
        car.filter_n = 0.0
        car.jump_n = 0.0
    car.filter_n += 1.0
    car.rest_v = car.level_v
    car.rest_v_s = t
    car.rest_h = rest_h
    car.rest_n += 1.0
    car.wake_only = 0.0
    car.charged_h = 0.0


@kernel
def wake_reading(car: Any, t: float, volts: float) -> None:
    """Take the first reading after waking as a rest reading, when no supply source watched the rest itself."""
    rest_h = car.wake_h
    car.wake_h = 0.0
    if t - car.supply_s < SUPPLY_DAY_S or volts >= CHARGING_V:
        return
    if rest_h < FULL_REST_H:
        volts -= SURFACE_V * math.exp(-rest_h / SURFACE_H)
    if car.wake_only > 0.0:
        car.rest_v += WAKE_GAIN * (volts - car.rest_v)
    else:
        car.rest_v = volts
    car.rest_v_s = t
    car.rest_h = rest_h
    car.rest_n += 1.0
    car.wake_only = 1.0
    car.charged_h = 0.0


@kernel
def loaded(car: Any, t: float) -> bool:
    """Say whether whatever charges the battery should now: a turning engine, or a driven car without one."""
    if car.is_bev > 0.0:
        return bool(t - car.speed_s < RECENT_S and car.speed_kmh > MOVING_KMH)
    return bool(t - car.rpm_s < RECENT_S and car.rpm > LOADED_RPM)


@kernel
def run_reading(car: Any, t: float, volts: float, step_s: float) -> None:
    """Take a reading while engine or DC-DC converter run: minute means, and how long it was weak, dead or high."""
    minute = math.floor(t / 60.0)
    if minute != car.minute:
        if car.minute_n > 0.0:
            car.minutes_v[int(car.minutes_n) % 5] = car.minute_sum / car.minute_n
            car.minutes_n += 1.0
        car.minute = minute
        car.minute_sum = 0.0
        car.minute_n = 0.0
    car.minute_sum += volts
    car.minute_n += 1.0
    car.dead_s = car.dead_s + step_s if volts < DEAD_V else 0.0
    car.high_s = car.high_s + step_s if volts > high_limit_v(car.ambient_degc) else 0.0
    if volts >= CHARGED_V:
        car.charged_h += step_s / 3600.0
    if volts >= WEAK_V:
        car.weak_s = 0.0
    elif loaded(car, t):
        car.weak_s += step_s
        if car.weak_s >= WEAK_S:
            car.trip_weak = 1.0


@kernel
def take_volts(car: Any, t: float, volts: float, code: int) -> int:
    """Take a 12 V reading; return the window signal it belongs to, or -1."""
    if code == SUPPLY_V:
        car.supply_s = t
        if volts >= CHARGING_V:
            wake(car, t)
        elif car.phase != REST and (car.awake == 0.0 or t - car.active_s >= QUIET_S):
            begin_rest(car, t if car.phase == UNKNOWN else car.active_s)
    running = t - car.rpm_s < RECENT_S and car.rpm > RUNNING_RPM
    moving = t - car.speed_s < RECENT_S and car.speed_kmh > MOVING_KMH
    step_s = min(t - car.last_v_s, LONGEST_STEP_S)
    signal = -1
    if car.phase == REST:
        rest_reading(car, t, volts, (t - car.rest_s) / 3600.0)
        signal = REST_VOLTS
    elif volts >= CHARGING_V or running or moving:
        start_running(car)
        run_reading(car, t, volts, max(step_s, 0.0))
        signal = RUN_VOLTS
    else:
        if car.wake_h > 0.0:
            wake_reading(car, t, volts)
        car.crank_v = min(car.crank_v, volts)
        if math.isfinite(car.last_v_s):
            car.crank_gap_s = min(car.crank_gap_s, t - car.last_v_s)
    car.last_v = volts
    car.last_v_s = t
    return signal


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of a 12 V system nobody has seen."""
    for name in ("rest_v", "last_v", "ambient_degc", "awake", "level_v", "crank_ewma_v"):
        row[name] = math.nan
    for name in ("active_s", "rpm_s", "supply_s", "last_v_s", "rest_s", "filter_s", "rest_v_s"):
        row[name] = -math.inf
    for name in ("crank_v", "crank_gap_s"):
        row[name] = math.inf
