"""The numpy reader says the same as the contract's own, and refuses what it refuses."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloud.ingest import columns as fast
from contract import codec, columns
from contract.errors import ContractError
from contract.messages import Column, DtcReport, TelemetryBatch
from contract.validity import Validity

STREAM = "0" * 32 + "-t"


def batch(*parts: Column, mono_ms: int = 5_000, wall_ms: int = 1_700_000_000_000) -> TelemetryBatch:
    return TelemetryBatch(
        vehicle="car-1",
        stream=STREAM,
        seq=1,
        boot_id="b",
        mono_ms=mono_ms,
        wall_ms=wall_ms,
        clock_quality="synchronised",
        columns=parts,
    )


def raw_column(times: list[int], values: list[int], width: int, scale: float = 1.0) -> Column:
    return Column(
        signal="Vehicle.Speed",
        scale=scale,
        time_width=width,
        times=b"".join(t.to_bytes(width, "little", signed=True) for t in times),
        value_width=width,
        values=b"".join(v.to_bytes(width, "little", signed=True) for v in values),
    )


samples = st.builds(
    columns.Sample,
    mono_ms=st.integers(-(2**45), 2**45),
    value=st.floats(-1e9, 1e9),
    validity=st.sampled_from(Validity),
    raw=st.binary(max_size=4),
)
packed = st.builds(
    columns.pack,
    signal=st.sampled_from(["Vehicle.Speed", "Vehicle.Other"]),
    ecu=st.sampled_from(["", "7E8"]),
    scale=st.sampled_from([1.0, 0.001, 1e-6, 0.25]),
    offset=st.sampled_from([0.0, -40.0]),
    base_mono_ms=st.just(5_000),
    samples=st.lists(samples, min_size=1, max_size=20),
)


@given(parts=st.lists(packed, max_size=6))
def test_both_readers_give_the_same_samples(parts: list[Column]) -> None:
    message = batch(*parts)

    decoded = fast.read(codec.encode(message))

    shift_ms = message.wall_ms - message.mono_ms
    assert decoded.message == message
    for part, arrays in zip(parts, decoded.columns(), strict=True):
        expected = columns.samples(part, message.mono_ms)
        assert (arrays.signal, arrays.ecu) == (part.signal, part.ecu)
        assert arrays.wall_ms.tolist() == [s.mono_ms + shift_ms for s in expected]
        assert arrays.validity.tolist() == [s.validity for s in expected]
        np.testing.assert_array_equal(arrays.values, [s.value for s in expected])


@given(payload=st.binary(max_size=200))
def test_nothing_but_a_contract_error_comes_out_of_any_bytes(payload: bytes) -> None:
    for candidate in (payload, b"OR\x01\x00" + payload):
        try:
            fast.read(candidate)
        except ContractError:
            continue


def test_the_widest_steps_are_read_exactly_even_where_the_sum_over_columns_wraps() -> None:
    huge = (1 << 53) - 1
    wide = batch(*[raw_column([0, 1], [huge, -huge], width=8) for _ in range(1_100)])

    decoded = fast.read(codec.encode(wide))

    assert decoded.values.tolist() == [float(huge), 0.0] * 1_100


def test_narrow_and_wide_columns_stand_side_by_side() -> None:
    mixed = batch(raw_column([1, 2], [3, 4], width=2), raw_column([1, 1], [1 << 40, 1], width=8))

    decoded = fast.read(codec.encode(mixed))

    assert decoded.values.tolist() == [3.0, 7.0, float(1 << 40), float((1 << 40) + 1)]
    assert (decoded.wall_ms - mixed.wall_ms).tolist() == [1, 3, 1, 2]


def test_a_message_without_columns_has_empty_arrays() -> None:
    report = DtcReport(
        vehicle="car-1",
        stream="0" * 32 + "-u",
        seq=1,
        boot_id="b",
        mono_ms=0,
        wall_ms=0,
        clock_quality="unset",
        sets=(),
    )

    decoded = fast.read(codec.encode(report))

    assert decoded.message == report
    assert list(decoded.columns()) == []
    assert decoded.values.size == 0


def test_a_reading_that_is_no_value_is_nan_and_keeps_its_validity() -> None:
    column = columns.pack(
        "Vehicle.Speed",
        "",
        1.0,
        0.0,
        0,
        [columns.Sample(0, 3.0), columns.Sample(1, 0.0, Validity.INVALID)],
    )

    (read,) = fast.read(codec.encode(batch(column, mono_ms=0))).columns()

    assert read.values[0] == 3.0
    assert math.isnan(read.values[1])
    assert read.validity.tolist() == [Validity.VALUE, Validity.INVALID]
