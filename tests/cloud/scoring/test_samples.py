"""Gathering samples: the order of a vehicle's samples does not hang on the order of columns or of entries."""

import numpy as np

from cloud.ingest.columns import read
from cloud.scoring.layout import CODE_OF, OTHER, SOC, SPEED
from cloud.scoring.samples import AHEAD_MS, gather
from contract import signals
from tests.cloud.scoring.journeys import START_S, Reading, telemetry

ROWS: list[Reading] = [(0.0, signals.SOC, 50.0), (0.0, signals.SPEED, 30.0), (5.0, signals.SPEED, 31.0)]


def test_samples_are_in_time_order_and_at_one_instant_in_code_order() -> None:
    entry = telemetry("car", 1, ROWS)

    found = gather([(read(entry.payload), entry.received_ms)])

    assert found.codes.tolist() == [SPEED, SOC, SPEED]
    assert found.values.tolist() == [30.0, 50.0, 31.0]
    assert found.times_s.tolist() == [START_S, START_S, START_S + 5.0]


def test_entries_lie_end_to_end() -> None:
    entries = [telemetry("a", 1, ROWS), telemetry("b", 1, ROWS[:1]), telemetry("c", 1, ROWS)]

    found = gather([(read(entry.payload), entry.received_ms) for entry in entries])

    assert found.starts.tolist() == [0, 3, 4, 7]


def test_nothing_gathers_into_nothing() -> None:
    found = gather([])

    assert found.starts.tolist() == [0]
    assert len(found.times_s) == 0


def test_the_future_is_refused_and_counted() -> None:
    entry = telemetry("car", 1, ROWS)
    sealed_ms = round((START_S + 5.0) * 1000)

    found = gather([(read(entry.payload), sealed_ms - AHEAD_MS - 1)])

    assert found.refused.tolist() == [1]
    assert len(found.times_s) == 2


def test_positions_are_never_looked_at_and_unknown_signals_only_say_the_bus_is_awake() -> None:
    entry = telemetry("car", 1, [(0.0, signals.LATITUDE, 31.2), (0.0, signals.PACK_CURRENT, 12.0)])

    found = gather([(read(entry.payload), entry.received_ms)])

    assert found.codes.tolist() == [OTHER]


def test_every_code_is_taken_once() -> None:
    assert len(set(CODE_OF.values())) == len(CODE_OF)
    assert np.isin(list(CODE_OF.values()), np.arange(OTHER)).all()
