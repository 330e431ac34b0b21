"""Packing many columns at once gives the bytes that the contract's own packing gives, one at a time."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.replay.packing import ABSENT, pack
from contract import columns, signals
from contract.columns import Sample
from contract.errors import ContractError
from contract.validity import Validity

SIGNALS = (signals.SPEED, signals.SOC, signals.LOW_VOLTAGE, signals.SPEED)
BASE_MS = 1_768_464_000_000

a_cell = st.one_of(
    st.tuples(st.floats(-1e6, 1e6), st.just(Validity.VALUE)),
    st.tuples(st.just(0.0), st.sampled_from([Validity.INVALID, Validity.OUT_OF_RANGE, ABSENT])),
)
a_row = st.tuples(st.integers(-100_000, 5_000_000_000), st.lists(a_cell, min_size=4, max_size=4))


@given(st.lists(a_row, min_size=1, max_size=30))
def test_packing_agrees_with_the_contracts_own(rows: list[tuple[int, list[tuple[float, int]]]]) -> None:
    times = np.array([BASE_MS + row[0] for row in rows], np.int64)
    values = np.array([[cell[0] for cell in row[1]] for row in rows])
    kinds = np.array([[cell[1] for cell in row[1]] for row in rows], np.uint8)

    packed = pack(SIGNALS, BASE_MS, times, values, kinds)

    expected = []
    for k, signal in enumerate(SIGNALS):
        samples = [
            Sample(int(times[n]), float(values[n, k]) if kinds[n, k] == 0 else math.nan, Validity(int(kinds[n, k])))
            for n in range(len(rows))
            if kinds[n, k] != ABSENT
        ]
        if samples:
            expected.append(columns.pack(signal.path, "", signal.resolution, 0.0, BASE_MS, samples))
    assert packed == expected


@pytest.mark.parametrize("beyond", [1e300, math.inf, math.nan])
def test_a_number_that_the_wire_cannot_hold_is_refused(beyond: float) -> None:
    with pytest.raises(ContractError, match="2\\*\\*53"):
        pack((signals.SPEED,), 0, np.zeros(1, np.int64), np.array([[beyond]]), np.zeros((1, 1), np.uint8))
