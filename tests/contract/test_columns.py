"""Samples in, samples out: what a column keeps, how exactly, and what it refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import columns
from contract.columns import Sample
from contract.errors import ContractError
from contract.validity import Validity
from tests.contract.made import sample_lists, times_ms

SCALES = st.sampled_from([1.0, 0.25, 0.1, 0.01, 0.001, 1e-6])


def is_same(given: Sample, read: Sample, scale: float) -> bool:
    """Say whether `read` is what travelled of `given`: within half a step, and bytes for what is no value."""
    if (given.mono_ms, given.validity) != (read.mono_ms, read.validity):
        return False
    if given.validity is Validity.VALUE:
        return abs(given.value - read.value) <= 0.5 * scale + 1e-9 * abs(given.value)
    return math.isnan(read.value) and given.raw == read.raw


@given(sample_lists, SCALES, st.sampled_from([0.0, -40.0, 12.5]), times_ms)
def test_every_sample_comes_back_within_half_a_step(
    given_samples: list[Sample], scale: float, offset: float, base_mono_ms: int
) -> None:
    column = columns.pack("Vehicle.Speed", "7E8", scale, offset, base_mono_ms, given_samples)

    read = columns.samples(column, base_mono_ms)

    columns.check(column, base_mono_ms)
    assert len(read) == len(given_samples)
    assert all(is_same(one, other, scale) for one, other in zip(given_samples, read, strict=True))


@given(sample_lists, SCALES, times_ms)
def test_packing_what_was_read_changes_nothing(given_samples: list[Sample], scale: float, base_mono_ms: int) -> None:
    column = columns.pack("Vehicle.Speed", "", scale, 0.0, base_mono_ms, given_samples)

    again = columns.pack("Vehicle.Speed", "", scale, 0.0, base_mono_ms, columns.samples(column, base_mono_ms))

    assert (again.times, again.values, again.validity, again.raw) == (
        column.times,
        column.values,
        column.validity,
        column.raw,
    )


@given(sample_lists)
def test_the_integers_are_views_over_the_payload(given_samples: list[Sample]) -> None:
    column = columns.pack("Vehicle.Speed", "", 0.01, 0.0, 0, given_samples)

    deltas = columns.deltas(column)

    assert deltas.times.obj is column.times
    assert deltas.values.obj is column.values
    assert len(deltas.times) == len(deltas.values) == len(given_samples)


@pytest.mark.parametrize(
    ("step_ms", "width"), [(1, 2), (32_767, 2), (32_768, 4), (2**31 - 1, 4), (2**31, 8), (2**40, 8)]
)
def test_a_column_is_as_narrow_as_its_widest_step(step_ms: int, width: int) -> None:
    column = columns.pack("Vehicle.Speed", "", 1.0, 0.0, 0, [Sample(0, 1.0), Sample(step_ms, 1.0)])

    assert column.time_width == width
    assert [sample.mono_ms for sample in columns.samples(column, 0)] == [0, step_ms]


def test_a_column_of_values_alone_carries_no_validity() -> None:
    column = columns.pack("Vehicle.Speed", "", 0.01, 0.0, 0, [Sample(0, 1.0), Sample(5, 2.0)])

    assert column.validity == b""
    assert column.raw == {}


def test_a_hole_leaves_its_neighbours_alone() -> None:
    hole = Sample(10, math.nan, Validity.OUT_OF_RANGE, b"\xff\xff")
    column = columns.pack("Vehicle.Speed", "", 0.01, 0.0, 0, [Sample(0, 50.0), hole, Sample(20, 50.0)])

    first, middle, last = columns.samples(column, 0)

    assert (first.value, last.value) == (50.0, 50.0)
    assert math.isnan(middle.value)
    assert (middle.validity, middle.raw) == (Validity.OUT_OF_RANGE, b"\xff\xff")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_a_value_that_is_no_number_is_not_packed(value: float) -> None:
    with pytest.raises(ContractError, match="mark it invalid instead"):
        columns.pack("Vehicle.Speed", "", 0.01, 0.0, 0, [Sample(0, value)])


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf, 5e-324])
def test_a_scale_that_is_no_step_is_not_packed(scale: float) -> None:
    with pytest.raises(ContractError, match="scale must be"):
        columns.pack("Vehicle.Speed", "", scale, 0.0, 0, [Sample(0, 1.0)])
