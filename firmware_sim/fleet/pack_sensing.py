"""From the story of a traction battery to readings: charge, volts, amperes, cells, temperatures, sessions, alarms."""

from typing import Final

import numpy as np

from firmware_sim.fleet.arrays import Floats
from firmware_sim.fleet.decline import worst
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.pack import BROKEN_OFF, DELIVERING, Pack
from firmware_sim.fleet.readings import Readings
from firmware_sim.fleet.rows import CHARGE, DRIVE, STOP, WAKE, Rows, grid
from firmware_sim.fleet.trips import Legs

CHARGE_EVERY_S: Final = 600.0
ENDING_S: Final = 2.0
SHOWN_FLOOR, SHOWN_SPAN = -0.015, 1.03  # what the driver sees hides a little at both ends
SPREAD_MV: Final = (6.0, 14.0)
FAULT_MV: Final = 380.0
_NMC: Final = ((0.0, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0), (3.20, 3.36, 3.48, 3.57, 3.68, 3.88, 4.06, 4.18))
_LFP: Final = ((0.0, 0.03, 0.1, 0.25, 0.5, 0.75, 0.96, 1.0), (2.70, 3.05, 3.19, 3.25, 3.285, 3.325, 3.34, 3.46))


def charge_rows(pack: Pack) -> Floats:
    """Return when charging is told of: plugging in, every ten minutes, and how it ended."""
    start = np.array([one.start_s for one in pack.sessions])
    end = np.array([one.end_s for one in pack.sessions])
    times, _ = grid(start, end, CHARGE_EVERY_S)
    return np.concatenate((times, end + ENDING_S))


def told(readings: Readings, rows: Rows, car: Car, pack: Pack, legs: Legs, degc: Floats) -> None:
    """Add all that is told of a traction battery."""
    rng, count = readings.rng, len(rows.t_s)
    soc, kw, state, fault = _charge(rows, pack, legs)
    charging, driving = rows.of(CHARGE), rows.of(DRIVE)
    awake = driving | rows.of(STOP) | charging | rows.of(WAKE)
    busy = driving | charging
    noise = rng.normal(0.0, 0.18, count) * np.abs(kw) * driving
    flow_kw = kw + noise  # positive while it discharges
    bad = worst(pack.cells, rows.t_s)
    thermal = any(event.numbers.get("kind") == "thermal" for event in pack.events if event.cause == "traction_cells")
    cells = max(car.kind.cells, 1)
    nominal_v = cells * 3.5
    amps = flow_kw * 1_000.0 / nominal_v
    open_v = np.interp(soc, *(_LFP if car.kind.chemistry == "lfp" else _NMC))
    sag = amps * 0.045 / cells / max(pack.soh, 0.5) * (1.0 + 0.02 * np.maximum(0.0, 20.0 - degc))
    cell_v = open_v - sag
    spread = rng.uniform(*SPREAD_MV) / 1_000.0 * (1.0 + 2.5 * (soc < 0.12)) + 0.0004 * np.abs(amps) / 10.0
    apart = FAULT_MV / 1_000.0 * bad**2.2
    readings.put("soc", awake, 100.0 * np.clip(SHOWN_FLOOR + SHOWN_SPAN * soc, 0.0, 1.0))
    readings.put("soh", rows.of(STOP), 100.0 * pack.soh + rng.normal(0.0, 0.1, count))
    readings.put("pack_v", busy, cells * cell_v - apart + rng.normal(0.0, 0.2, count))
    readings.put("pack_a", busy, -amps + float(rng.normal(0.0, 0.3)))
    readings.put("cell_max", busy, cell_v + 0.4 * spread + rng.normal(0.0, 0.002, count), step=0.001)
    readings.put("cell_min", busy, cell_v - 0.6 * spread - apart + rng.normal(0.0, 0.002, count), step=0.001)
    warm = degc + 6.0 + 0.09 * np.abs(kw) * (1.0 + charging) + rng.normal(0.0, 0.6, count)
    warm = np.maximum(warm, np.where(busy, 2.0, -40.0))  # it is heated before it is used
    hot = np.where(thermal & (bad > 0.985), 34.0 * np.clip((bad - 0.985) / 0.015, 0.0, 1.2), 0.0)
    readings.put("pack_max", busy, warm + 1.5 + 4.0 * bad + hot)
    readings.put("pack_min", busy, warm - 1.5)
    readings.put("alarm", busy, np.digitize(bad, (0.6, 0.86, 0.995)).astype(np.float64))
    readings.put("insulation", driving, rng.normal(2.2e6, 1.5e5, count) * (1.0 - 0.5 * bad))
    readings.put("charging", charging | driving, np.where(state == DELIVERING, 1.0, 0.0))
    readings.put("plugged", charging | driving, np.where(charging, 1.0, 0.0))
    readings.put("session", charging, state)
    readings.put("session_fault", charging, fault)


def _charge(rows: Rows, pack: Pack, legs: Legs) -> tuple[Floats, Floats, Floats, Floats]:
    """Return charge 0..1, power (kW, positive while it discharges), and a session's state and fault at each row."""
    leg = rows.leg
    span = np.append(legs.end_s - legs.start_s, 1.0)[leg]
    share = np.clip((rows.t_s - np.append(legs.start_s, 0.0)[leg]) / span, 0.0, 1.0)
    first = float(pack.start[0]) if len(pack.start) else 0.6
    begin, end = np.append(pack.start, first)[leg], np.append(pack.end, first)[leg]
    soc = begin + (end - begin) * share
    kw = np.where(rows.of(DRIVE), np.append(pack.kw, 0.0)[leg], 0.0)
    state, fault = np.zeros(len(leg)), np.zeros(len(leg))
    charging = rows.of(CHARGE)
    if not pack.sessions:
        return soc, kw, state, fault
    columns = np.array(pack.sessions).T
    at = np.searchsorted(columns[0], rows.t_s, side="right") - 1
    known = charging & (at >= 0)
    start_s, end_s, low, high, power, how, code = (column[at] for column in columns)
    done = np.clip((rows.t_s - start_s) / np.maximum(end_s - start_s, 1.0), 0.0, 1.0)
    soc = np.where(known, low + (high - low) * done, soc)
    over = rows.t_s > end_s
    begun = rows.t_s - start_s > 5.0
    state = np.where(known, np.where(over, how, np.where(begun & (power > 0.0), DELIVERING, 1.0)), 0.0)
    fault = np.where(known & over & (how == BROKEN_OFF), code, 0.0)
    taper = np.where(soc > 0.8, np.maximum(0.25, 1.0 - 3.0 * (soc - 0.8)), 1.0)
    kw = np.where(known & ~over & begun, -power * taper, kw)
    return soc, kw, state, fault
