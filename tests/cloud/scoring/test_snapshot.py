"""Snapshots: back bit for bit, and refused clearly when they are another version's, damaged or no snapshot at all."""

import hashlib
import mmap
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
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


def signed(body: bytes) -> bytes:
    """Return `body` as a snapshot of this version with a right digest."""
    return DATA[:6] + hashlib.sha256(body).digest() + body


def test_rows_of_another_layout_are_refused() -> None:
    with pytest.raises(SnapshotError, match="layout"):
        engine.load(signed(bytes(32) + DATA[70:]))


@pytest.mark.parametrize("size", [-1, 3_000, 1 << 60])
def test_a_header_that_asks_for_other_rows_than_there_are_is_refused(size: int) -> None:
    with pytest.raises(SnapshotError, match=r"hold|asks for"):
        engine.load(signed(DATA[38:70] + struct.pack("<q", size) + DATA[78:]))


def test_names_that_do_not_lie_end_to_end_are_refused() -> None:
    body = bytearray(DATA[38:])
    body[4096 - 38 + 4] ^= 0x80  # where the first name ends

    with pytest.raises(SnapshotError, match="end to end"):
        engine.load(signed(bytes(body)))


def test_a_mapping_that_may_be_written_is_the_state_and_comes_to_the_same(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(DATA)
    with (tmp_path / "state").open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    more = batched("car-2", [(9_000.0, signals.SOC, 40.0), (90_000.0, signals.SOC, 35.0)], first_seq=50)
    one_more = batched("car-3", [(60.0, signals.SOC, 50.0)])

    of_map, of_bytes = engine.load(mapped), engine.load(DATA)
    assert np.shares_memory(of_map.hot, np.frombuffer(mapped, np.uint8))
    for state in (of_map, of_bytes):
        engine.step(state, in_log_order(more, one_more))

    assert engine.dump(of_map) == engine.dump(of_bytes) != DATA
    assert (tmp_path / "state").read_bytes() == DATA


@settings(max_examples=50)
@given(places=st.lists(st.tuples(st.integers(32, len(DATA) - 39), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_snapshot_with_other_bytes_and_a_right_digest_is_refused_or_a_state(places: list[tuple[int, int]]) -> None:
    body = bytearray(DATA[38:])
    for place, byte in places:
        body[place] = byte

    try:
        state = engine.load(signed(bytes(body)))
    except SnapshotError:
        return
    assert len(list(state.slots)) == len(state.slots)


@given(st.binary(max_size=200))
def test_only_our_error_comes_out_of_any_bytes(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        engine.load(data)


@given(st.binary(max_size=200))
def test_only_our_error_comes_out_of_any_body_with_a_right_digest(body: bytes) -> None:
    with pytest.raises(SnapshotError):
        engine.load(DATA[:6] + hashlib.sha256(body).digest() + body)
