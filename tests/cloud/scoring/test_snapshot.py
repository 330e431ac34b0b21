"""Snapshots: back bit for bit, and refused clearly when they are another version's, damaged or no snapshot at all."""

import hashlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.scoring import engine, snapshot
from cloud.scoring.snapshot import SnapshotError
from contract import signals
from tests.cloud.scoring.journeys import batched, codes, in_log_order, parked_voltage


def some_state() -> engine.State:
    tape = in_log_order(
        batched("car-1", parked_voltage(1, 5.0, drain_a=2.5)),
        batched("car-2", [(60.0, signals.SOC, 50.0)]),
        [codes("car-2", 1, 90.0, [("7E8", "confirmed", ["P0335"])])],
    )
    return engine.step(engine.new_state(1), tape)[0]


DATA = engine.dump(some_state())


def test_a_state_comes_back_bit_for_bit() -> None:
    assert engine.dump(engine.load(DATA)) == DATA


def test_equal_states_give_equal_bytes_whatever_their_capacity() -> None:
    assert engine.dump(engine.new_state(1)) == engine.dump(engine.new_state(1000))


def test_another_version_is_refused_by_name() -> None:
    other = DATA[:4] + (snapshot.VERSION + 1).to_bytes(2, "little") + DATA[6:]

    with pytest.raises(SnapshotError, match=rf"version {snapshot.VERSION + 1} .* reads version {snapshot.VERSION}"):
        engine.load(other)


def test_a_flipped_bit_is_found() -> None:
    damaged = bytearray(DATA)
    damaged[len(DATA) // 2] ^= 1

    with pytest.raises(SnapshotError, match="sha256"):
        engine.load(bytes(damaged))


def test_rows_of_another_layout_are_refused() -> None:
    body = io.BytesIO()
    with np.load(io.BytesIO(DATA[38:]), allow_pickle=False) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    np.savez(body, **kept | {"cars": np.zeros(2, np.float64)})
    data = DATA[:6] + hashlib.sha256(body.getvalue()).digest() + body.getvalue()

    with pytest.raises(SnapshotError, match="layout"):
        engine.load(data)


def test_nothing_in_a_snapshot_can_run() -> None:
    body = io.BytesIO()
    np.savez(body, vehicles=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    data = DATA[:6] + hashlib.sha256(body.getvalue()).digest() + body.getvalue()

    with pytest.raises(SnapshotError):
        engine.load(data)


@given(st.binary(max_size=200))
def test_only_our_error_comes_out_of_any_bytes(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        engine.load(data)


@given(st.binary(max_size=200))
def test_only_our_error_comes_out_of_any_body_with_a_right_digest(body: bytes) -> None:
    with pytest.raises(SnapshotError):
        engine.load(DATA[:6] + hashlib.sha256(body).digest() + body)
