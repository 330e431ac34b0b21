"""Frames: one for each second in which a pack was spoken of, whatever the order and the columns it came in."""

import math

import numpy as np

from cloud.ingest import columns as ingest_columns
from cloud.scoring.frames import frames_of, take_frames
from cloud.scoring.pack_layout import ALARM_LEVEL, COLDEST_DEGC, CURRENT_A, EXTRAS, HOTTEST_DEGC, NMC, PACK_V
from cloud.scoring.state import State
from contract import signals
from contract.arrays import CELL_TEMPERATURES, CELL_VOLTAGES
from tests.cloud.scoring.journeys import START_S, Reading, telemetry

FOREVER_MS = 1 << 52


def read(*readings: Reading) -> ingest_columns.Decoded:
    return ingest_columns.read(telemetry("car", 1, readings).payload)


def test_what_is_said_within_one_second_is_one_frame() -> None:
    found = frames_of(
        read(
            (0.1, CELL_VOLTAGES[0], 3.701),
            (0.4, CELL_VOLTAGES[2], 3.703),
            (0.9, signals.PACK_CURRENT, -12.5),
            (1.0, CELL_VOLTAGES[0], 3.7),
            (1.2, signals.PACK_VOLTAGE, 350.0),
            (1.3, signals.PACK_ALARM_LEVEL, 1.0),
        ),
        FOREVER_MS,
    )

    assert found is not None
    assert found.times_s.tolist() == [START_S, START_S + 1.0]
    np.testing.assert_allclose(found.volts, [[3.701, math.nan, 3.703], [3.7, math.nan, math.nan]])
    assert found.extras[0, CURRENT_A] == -12.5
    assert (found.extras[1, PACK_V], found.extras[1, ALARM_LEVEL]) == (350.0, 1.0)
    assert np.isnan(found.extras[1, CURRENT_A])


def test_probes_give_the_hottest_and_the_coldest_reading() -> None:
    found = frames_of(
        read(*((0.0, CELL_TEMPERATURES[n], degc) for n, degc in enumerate((21.0, 34.0, 18.0)))), FOREVER_MS
    )

    assert found is not None
    assert found.extras[0, HOTTEST_DEGC] == 34.0
    assert found.extras[0, COLDEST_DEGC] == 18.0


def test_a_message_that_says_nothing_of_a_pack_has_no_frames() -> None:
    assert frames_of(read((0.0, signals.SPEED, 50.0)), FOREVER_MS) is None


def test_what_is_ahead_of_its_arrival_is_left_out() -> None:
    found = frames_of(read((0.0, CELL_VOLTAGES[0], 3.7), (60.0, CELL_VOLTAGES[0], 3.6)), round((START_S + 5) * 1000))

    assert found is not None
    assert found.times_s.tolist() == [START_S]


def test_a_car_that_tells_only_current_and_voltage_speaks_of_no_cells() -> None:
    found = frames_of(read((0.0, signals.PACK_CURRENT, 3.0), (0.0, signals.PACK_VOLTAGE, 350.0)), FOREVER_MS)

    assert found is not None
    assert not found.speaks()


def test_late_frames_are_counted_and_dropped() -> None:
    state = State(1)
    row = state.pack(0)
    pack, words = state.packs[row], state.cells[row]
    pack["told"] = pack["chemistry"] = NMC
    extras, volts = np.full((3, EXTRAS), np.nan), np.full((3, 5), 3.7)

    assert take_frames(pack, words, np.array([10.0, 11.0, 12.0]), extras, volts, 15.0)
    assert not take_frames(pack, words, np.array([10.0, 11.0, 12.0]), extras, volts, 15.0)

    assert (pack["late_n"], pack["frames_n"]) == (3.0, 3.0)
