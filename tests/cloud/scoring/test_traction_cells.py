"""Failing cells are found before they stop a car, and named; sound packs stay silent for months, glitches or not."""

from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import pytest

from cloud.scoring import packs
from cloud.scoring.finding import Finding
from cloud.scoring.frames import take_frames
from cloud.scoring.pack_layout import (
    ADVISE,
    ALARM_LEVEL,
    COLDEST_DEGC,
    CURRENT_A,
    EXTRAS,
    HOTTEST_DEGC,
    INSPECT,
    INSULATION_OHM,
    LFP,
    NMC,
    PACK_V,
    STOP,
)
from cloud.scoring.state import State
from tests.support.cell_packs import Fault, Frames, Pack

LOW_A: Final = 15.0
FAULTY: Final = 37
FROM_DAY: Final = 25.0


class Told(NamedTuple):
    """What was said of a pack at one day's end."""

    day: int
    finding: Finding
    ranked: list[int]


def extras_of(seen: Frames) -> Any:
    extras = np.full((len(seen.times_s), EXTRAS), np.nan)
    extras[:, PACK_V], extras[:, CURRENT_A] = seen.pack_v, seen.current_a
    extras[:, HOTTEST_DEGC], extras[:, COLDEST_DEGC] = seen.hot_degc, seen.cold_degc
    return extras


def watched(pack: Pack, days: int) -> tuple[list[Told], Any]:
    """Return what is said at the end of every day, and the pack's row."""
    state = State(1)
    row = state.pack(0)
    told = []
    for day, seen in enumerate(pack.days(days)):
        take_frames(state.packs[row], state.cells[row], seen.times_s, extras_of(seen), seen.volts, LOW_A)
        finding = packs.assess(state, 0)
        told.append(Told(day, finding, [one.cell for one in packs.suspects(state, 0)]))
    return told, state.packs[row]


def is_speaking(told: Told) -> bool:
    return told.finding.severity > 0


@pytest.mark.parametrize("chemistry", ["nmc", "lfp"])
@pytest.mark.parametrize(
    ("seed", "cells", "step_v", "spread", "every_s"),
    [(1, 96, 0.001, 1.0, 10.0), (2, 87, 0.020, 1.0, 10.0), (3, 108, 0.005, 2.5, 10.0), (4, 92, 0.010, 2.0, 30.0)],
)
def test_a_sound_pack_is_silent_for_three_months(
    chemistry: str, seed: int, cells: int, step_v: float, spread: float, every_s: float
) -> None:
    pack = Pack(seed, cells=cells, chemistry=chemistry, step_v=step_v, spread=spread, every_s=every_s)

    told, row = watched(pack, 90)

    assert [one for one in told if is_speaking(one)] == []
    assert row["implausible_n"] > 100  # the glitches were there
    assert row["jump_n"] > 0
    assert row["windows_n"] > 3_000
    assert row["chemistry"] == {"nmc": NMC, "lfp": LFP}[chemistry]


@cache
def failing(chemistry: str, kind: str) -> list[Told]:
    faults = {
        "leak": {"leak_pct_day": 5.0, "over_days": 10.0},
        "resistance": {"ohm_times": 4.0},
        "capacity": {"capacity_share": 0.7},
        "short": {"leak_pct_day": 40.0, "over_days": 4.0},
    }
    fault = Fault(FAULTY, FROM_DAY, **faults[kind])
    return watched(Pack(11, chemistry=chemistry, faults=(fault,)), 50)[0]


@pytest.mark.parametrize(
    ("chemistry", "kind", "within_days"),
    [
        ("nmc", "leak", 8),
        ("nmc", "resistance", 8),
        ("nmc", "capacity", 20),
        ("nmc", "short", 2),
        # On an iron cell's plateau charge hardly shows in the voltage: a leak is seen once the cell is nearly empty.
        ("lfp", "leak", 15),
        ("lfp", "resistance", 8),
        ("lfp", "capacity", 24),
        ("lfp", "short", 3),
    ],
)
def test_a_failing_cell_is_found_and_named(chemistry: str, kind: str, within_days: int) -> None:
    told = failing(chemistry, kind)

    first = next(one for one in told if is_speaking(one))

    assert FROM_DAY <= first.day <= FROM_DAY + within_days
    assert first.ranked[0] == FAULTY
    assert first.finding.reasons[0].numbers["cell"] == FAULTY + 1


@pytest.mark.parametrize("chemistry", ["nmc", "lfp"])
@pytest.mark.parametrize("kind", ["leak", "resistance", "capacity", "short"])
def test_a_verdict_once_spoken_does_not_come_and_go(chemistry: str, kind: str) -> None:
    severities = [one.finding.severity for one in failing(chemistry, kind)]

    spoken = severities[next(k for k, severity in enumerate(severities) if severity) :]

    assert spoken == sorted(spoken)


def test_a_shorted_cell_is_a_reason_to_stop() -> None:
    last = failing("nmc", "short")[-1].finding

    assert last.severity == STOP
    assert last.p is not None
    assert last.p[2] >= 0.5


def test_a_resistance_is_named_as_such() -> None:
    first = next(one for one in failing("nmc", "resistance") if is_speaking(one))

    assert first.finding.reasons[0].code == "cell_resistance"


def even(seconds: int, **extra: float) -> Finding:
    """Return what is said of ten equal cells after so many seconds."""
    columns = {"level": ALARM_LEVEL, "ohm": INSULATION_OHM, "hot": HOTTEST_DEGC, "cold": COLDEST_DEGC, "volts": PACK_V}
    state = State(1)
    row = state.pack(0)
    extras = np.full((seconds, EXTRAS), np.nan)
    for name, value in extra.items():
        extras[:, columns[name]] = value
    times = 1_768_464_000.0 + np.arange(float(seconds))
    take_frames(state.packs[row], state.cells[row], times, extras, np.full((seconds, 10), 3.7), LOW_A)
    return packs.assess(state, 0)


def test_nothing_is_said_before_ten_minutes_of_cells_at_rest() -> None:
    assert even(60).abstained == "too_few_cell_windows"
    assert even(60).p is None
    assert even(1200).p is not None


def test_a_car_that_never_spoke_of_cells_is_unknown() -> None:
    assert packs.assess(State(1), 0).abstained == "no_cell_voltages"


@pytest.mark.parametrize(("level", "severity"), [(0.0, 0), (1.0, 2), (2.0, 3), (3.0, 5)])
def test_the_cars_own_alarm_level_is_heard_at_once(level: float, severity: int) -> None:
    found = even(60, level=level)

    assert found.severity == severity
    assert (found.p is None) == (severity == 0)
    if severity:
        assert found.reasons[0].code == "alarm_level"
        assert len(found.reasons) == 3


def test_low_insulation_is_told_with_its_ohms_a_volt() -> None:
    found = even(1200, ohm=80_000.0, volts=400.0)

    assert found.severity == INSPECT
    assert found.reasons[0].numbers == {"kohm": 80.0, "ohm_v": 200.0, "limit": 500.0}
    assert even(1200, ohm=20_000.0, volts=400.0).severity == STOP
    assert even(1200, ohm=900_000.0, volts=400.0).severity == 0


def test_a_pack_that_is_much_warmer_at_one_end_is_looked_at() -> None:
    assert even(1200, hot=44.0, cold=26.0).severity == ADVISE
    assert even(1200, hot=32.0, cold=26.0).severity == 0


def test_sound_cells_come_with_how_far_apart_they_are() -> None:
    found = even(3600)

    assert found.severity == 0
    assert [why.code for why in found.reasons] == ["cells_ranked", "cells_even", "cells_believed"]
