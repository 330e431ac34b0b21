"""Samples into columns: each signal of each ECU by itself, and nothing that a column could not carry."""

import math
import random

import pytest

from contract import columns
from contract.codec import MAX_PAYLOAD_BYTES, decode, encode
from contract.columns import Sample
from contract.messages import TelemetryBatch
from contract.signals import CATALOGUE, SPEED, SUPPLY_VOLTAGE
from contract.validity import Validity
from edge.batch import MAX_RAW_BYTES, MAX_SAMPLES, Batcher


def test_each_signal_of_each_ecu_is_a_column_in_order() -> None:
    batch = Batcher()
    batch.add(SPEED.path, "7E8", Sample(1_000, 50.0))
    batch.add(SPEED.path, "7E9", Sample(1_001, 51.0))
    batch.add(SPEED.path, "7E8", Sample(2_000, 52.0))
    batch.add(SUPPLY_VOLTAGE.path, "", Sample(1_500, 12.61))

    sealed = batch.seal(2_500)

    read = {(column.signal, column.ecu): columns.samples(column, 2_500) for column in sealed}
    assert [(s.mono_ms, s.value) for s in read[SPEED.path, "7E8"]] == [(1_000, 50.0), (2_000, 52.0)]
    assert [(s.mono_ms, s.value) for s in read[SPEED.path, "7E9"]] == [(1_001, 51.0)]
    assert read[SUPPLY_VOLTAGE.path, ""][0].value == pytest.approx(12.61)


def test_sealing_starts_anew() -> None:
    batch = Batcher()
    batch.add(SPEED.path, "", Sample(0, 1.0))
    batch.seal(0)

    assert batch.count == 0
    assert batch.seal(0) == ()


def test_what_is_taken_stays_and_only_what_is_new_is_taken_next() -> None:
    batch = Batcher()
    batch.add(SPEED.path, "", Sample(1_000, 1.0))
    batch.add(SUPPLY_VOLTAGE.path, "", Sample(1_100, 12.0))
    assert batch.untaken == 2
    assert [column.signal for column in batch.take(2_000)] == [SPEED.path, SUPPLY_VOLTAGE.path]
    batch.add(SPEED.path, "", Sample(2_500, 2.0))
    assert batch.untaken == 1

    (column,) = batch.take(3_000)

    assert [sample.mono_ms for sample in columns.samples(column, 3_000)] == [2_500]
    assert batch.take(3_000) == ()
    assert batch.count == 3
    assert len(columns.samples(batch.seal(4_000)[0], 4_000)) == 2
    assert batch.untaken == 0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_a_number_that_no_column_holds_becomes_an_invalid_reading(value: float) -> None:
    batch = Batcher()
    batch.add(SPEED.path, "", Sample(0, value))
    batch.add(SPEED.path, "", Sample(1, 80.0))

    first, second = columns.samples(batch.seal(0)[0], 0)

    assert first.validity is Validity.INVALID
    assert second.value == 80.0


def test_a_signal_that_is_newer_than_the_catalogue_still_travels() -> None:
    batch = Batcher()
    batch.add("Vehicle.Future.Flux", "", Sample(0, 1.21))

    assert columns.samples(batch.seal(0)[0], 0)[0].value == pytest.approx(1.21)


def test_it_is_full_by_samples_or_by_the_bytes_of_bad_answers() -> None:
    by_count, by_bytes = Batcher(), Batcher()
    for n in range(MAX_SAMPLES):
        assert not by_count.is_full
        by_count.add(SPEED.path, "", Sample(n, 1.0))
    by_bytes.add(SPEED.path, "", Sample(0, 0.0, Validity.INVALID, bytes(MAX_RAW_BYTES)))

    assert by_count.is_full
    assert by_bytes.is_full


@pytest.mark.parametrize("seed", range(5))
def test_a_full_batch_always_fits_into_one_payload(seed: int) -> None:
    chance = random.Random(seed)
    batch = Batcher()
    paths = sorted(CATALOGUE)
    while not batch.is_full:
        wild = Sample(chance.randrange(1 << 45), chance.uniform(-1e6, 1e6))
        hole = Sample(chance.randrange(1 << 45), 0.0, Validity.INVALID, chance.randbytes(24))
        batch.add(chance.choice(paths), f"{chance.randrange(0x7E8, 0x7F0):X}", chance.choice((wild, wild, hole)))

    message = TelemetryBatch(
        vehicle="car-1",
        stream="0" * 32 + "-t",
        seq=1,
        boot_id="b",
        mono_ms=0,
        wall_ms=0,
        clock_quality="unset",
        columns=batch.seal(0),
    )
    payload = encode(message)

    assert len(payload) <= MAX_PAYLOAD_BYTES
    assert decode(payload) == message
