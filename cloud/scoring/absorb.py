"""The first pass: samples into event rows, in time order; a closed window becomes one record for `track`."""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring import coolant, cranking, leak, oil, pile, routes, tank, traction, voltage
from cloud.scoring.kernels import kernel
from cloud.scoring.layout import (
    AMBIENT,
    AWAKE,
    BATTERY_V,
    CHARGING,
    CONSUMPTION,
    COOLANT,
    COOLANT_T,
    FLAT_KPA,
    GROUP_CHARGE,
    GROUP_COOLANT,
    GROUP_PILE,
    GROUP_TRACTION,
    GROUP_TYRES,
    GROUP_VOLTS,
    ODOMETER,
    OTHER,
    PRESSURES,
    RPM,
    RUN_VOLTS,
    SLOW_WINDOW_S,
    SOC,
    SOC_OBD,
    SOH,
    SPEED,
    SUPPLY_V,
    TALLIES,
    TEMPERATURES,
    TYRE_P,
    TYRE_T,
    WHEELS,
    WINDOW_S,
    Rows,
)

LOW_SHARE: Final = 0.75  # of the placard: where the standards call a tyre flat
KELVIN: Final = 273.15
REFERENCE_K: Final = 293.15
MEDIAN_GAIN: Final = 0.2
DEGC_S: Final = 600.0  # how long a tyre temperature speaks for the pressures after it
PLACARD_KPA: Final = 230.0  # where the fleet's file does not say
PACK_KWH: Final = 60.0
CHARGER_KM: Final = 30.0  # half the distance between charging pools that the EU's AFIR asks for on main roads
AIR_KPA: Final = 101.325

group_of = routes.group_of
take_event = routes.take_event
note_time = routes.note_time
_take_awake = voltage.take_awake
_take_rpm = voltage.take_rpm
_take_volts = voltage.take_volts
_wake = voltage.wake
_take_speed = traction.take_speed
_take_odometer = traction.take_odometer
_take_soc = traction.take_soc
_take_window = leak.take_window
_take_coolant = coolant.take_coolant
_take_charge = pile.take_charge


@kernel
def tally(car: Any, signal: int, value: float) -> None:
    """Add `value` to the open window's mean of `signal`."""
    car.sums[signal] += value
    car.counts[signal] += 1.0


@kernel
def take_pressure(car: Any, t: float, wheel: int, kpa: float) -> None:
    """Take a gauge pressure; `tyre_kpa` is it at 20 degC where the tyre's temperature is known (absolute pressure!)."""
    degc = car.tyre_degc[wheel]
    if math.isfinite(degc) and t - car.degc_s < DEGC_S:
        cold_kpa = (kpa + car.air_kpa) * REFERENCE_K / (degc + KELVIN) - car.air_kpa
    else:
        cold_kpa = kpa
    car.tyre_kpa[wheel] = cold_kpa
    car.tyre_low_n[wheel] = car.tyre_low_n[wheel] + 1.0 if cold_kpa < LOW_SHARE * car.placard_kpa else 0.0
    car.tyre_n += 1.0
    tally(car, PRESSURES + wheel, kpa)


@kernel
def close_window(car: Any, record: Any) -> bool:
    """Write the open window's means (NaN where nothing was read) to `record` and empty it; False when it held none."""
    held = 0.0
    for k in range(TALLIES):
        held += car.counts[k]
        record[k] = car.sums[k] / car.counts[k] if car.counts[k] > 0.0 else math.nan
        car.sums[k] = 0.0
        car.counts[k] = 0.0
    record[FLAT_KPA] = LOW_SHARE * car.placard_kpa
    wheels = 0
    low, high, total = math.inf, -math.inf, 0.0
    for wheel in range(WHEELS):
        kpa = record[PRESSURES + wheel]
        if kpa == kpa:
            wheels += 1
            low = min(low, kpa)
            high = max(high, kpa)
            total += kpa
    if wheels >= 3:
        median = (total - low - high) / (wheels - 2)
        fresh = not math.isfinite(car.median_kpa) or abs(median - car.median_kpa) > 20.0
        car.median_kpa = median if fresh else car.median_kpa + MEDIAN_GAIN * (median - car.median_kpa)
    return held > 0.0


@kernel
def slow_means(car: Any, begun_s: float, record: Any) -> None:
    """Add the window's tyres to the slow window; `record` holds the last slow window's means once, else NaN."""
    slow = math.floor(begun_s / SLOW_WINDOW_S)
    ended = slow > car.slow
    car.slow = max(car.slow, slow)
    for k in range(2 * WHEELS):
        mean = record[PRESSURES + k]
        told = ended and car.slow_counts[k] > 0.0
        record[PRESSURES + k] = car.slow_sums[k] / car.slow_counts[k] if told else math.nan
        if ended:
            car.slow_sums[k] = 0.0
            car.slow_counts[k] = 0.0
        if mean == mean:
            car.slow_sums[k] += mean
            car.slow_counts[k] += 1.0


@kernel
def take(car: Any, t: float, code: int, value: float) -> int:
    """Take one sample into its event row; return the group whose cause it speaks of, or 0."""
    if code != AWAKE and code != SUPPLY_V:
        _wake(car, t)
    if code >= SUPPLY_V and code <= BATTERY_V:
        signal = _take_volts(car, t, value, code)
        if signal >= 0:
            tally(car, signal, value)
        return GROUP_VOLTS | GROUP_CHARGE if signal == RUN_VOLTS else GROUP_VOLTS
    if code >= SOC and code <= SOC_OBD:
        learned = car.learned_km
        if not _take_soc(car, t, value, code):
            return 0
        if car.learned_km > learned:
            tally(car, CONSUMPTION, car.pct_km)
        if car.try_s == car.try_s:
            _take_charge(car, t)
            return GROUP_TRACTION | GROUP_PILE
        return GROUP_TRACTION
    if code >= TYRE_P and code < TYRE_P + WHEELS:
        take_pressure(car, t, code - TYRE_P, value)
        return GROUP_TYRES
    if code >= TYRE_T and code < TYRE_T + WHEELS:
        car.tyre_degc[code - TYRE_T] = value
        car.degc_s = t
        tally(car, TEMPERATURES + code - TYRE_T, value)
    elif code == AWAKE:
        _take_awake(car, t, value)
    elif code == RPM:
        _take_rpm(car, t, value)
    elif code == SPEED:
        _take_speed(car, t, value)
    elif code == ODOMETER:
        _take_odometer(car, t, value)
    elif code == AMBIENT:
        car.ambient_degc = value
    elif code == SOH:
        car.soh_pct = value
    elif code == COOLANT_T:
        if _take_coolant(car, t, value):
            tally(car, COOLANT, value)
        return GROUP_COOLANT
    elif code >= CHARGING and code < OTHER:
        return take_event(car, t, code, value)
    return 0


@kernel
def absorb(
    cars: Rows,
    slots: Rows,
    starts: Rows,
    times_s: Rows,
    codes: Rows,
    values: Rows,
    touched: Rows,
    record_slots: Rows,
    record_times_s: Rows,
    records: Rows,
) -> int:
    """Take every entry's samples into its vehicle's event row.

    Args:
        cars: (n_vehicles,) of EVENT, changed in place.
        slots: (n_entries,) int64, a vehicle each; starts: (n_entries + 1,) int64 into the samples.
        times_s, codes, values: (n_samples,), by entry, then time, then code; NaN values are no reading.
        touched: (n_entries,) int64, set to the groups whose causes have news.
        record_slots, record_times_s, records: (n_samples,), (n_samples,), (n_samples, 16) float32; written from 0.

    Returns:
        How many records were written. A sample at or before its group's watermark is late: counted and dropped.
    """
    written = 0
    for entry in range(slots.shape[0]):
        car = cars[slots[entry]]
        volts_s, tyres_s, traction_s, engine_s = car.volts_s, car.tyres_s, car.traction_s, car.engine_s
        for i in range(starts[entry], starts[entry + 1]):
            t, code = times_s[i], codes[i]
            group = GROUP_VOLTS if code == OTHER else group_of(code)
            mark = volts_s if group == GROUP_VOLTS else (tyres_s if group == GROUP_TYRES else traction_s)
            if group == GROUP_COOLANT:
                mark = engine_s
            if t <= mark:
                car.late_n += 1.0
                continue
            window = math.floor(t / WINDOW_S)
            if window > car.window:
                if close_window(car, records[written]):
                    _take_window(car, (car.window + 1.0) * WINDOW_S, records[written])
                    slow_means(car, car.window * WINDOW_S, records[written])
                    record_slots[written] = slots[entry]
                    record_times_s[written] = (car.window + 1.0) * WINDOW_S
                    written += 1
                car.window = window
            note_time(car, group, t)
            if values[i] == values[i]:
                touched[entry] |= take(car, t, code, values[i])
    return written


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of a vehicle nobody has heard of."""
    voltage.blank(row)
    traction.blank(row)
    leak.blank(row)
    coolant.blank(row)
    oil.blank(row)
    tank.blank(row)
    pile.blank(row)
    cranking.blank(row)
    for name in ("volts_s", "tyres_s", "traction_s", "engine_s", "window", "slow"):
        row[name] = -math.inf
    for name in ("median_kpa", "tyre_kpa", "tyre_degc"):
        row[name] = math.nan
    row["degc_s"] = -math.inf
    row["placard_kpa"] = PLACARD_KPA
    row["pack_kwh"] = PACK_KWH
    row["charger_km"] = CHARGER_KM
    row["near_until_s"] = -math.inf
    row["air_kpa"] = AIR_KPA
    row["pack_ah"] = math.nan
