"""The agent's decoder reads OBDb's signals in two ways: as the reference does, and as the product must."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.validity import Validity
from edge.obd.decode import Reading, readings
from edge.obd.obdb import fields
from edge.obd.obdb.model import Command, Signal
from edge.obd.obdb.reader import parse
from tests.edge.obd.obdb import made


def of(asked: str = "22F00D", metric: str | None = None, **fmt: Any) -> tuple[Command, Signal]:
    row = made.signal(**fmt)
    if metric:
        row["suggestedMetric"] = metric
    (command,) = parse(made.text(made.command(asked, row)), "a.json").commands
    return command, command.signals[0]


def compatible(data: str, **fmt: Any) -> float:
    """Return what the reference would show."""
    command, signal = of(**fmt)
    (reading,) = readings(fields.compatible(command), "7EC", bytes.fromhex(data))
    return fields.clamp(signal, reading.value)


def truth(data: str, **fmt: Any) -> Reading:
    command, _ = of(**fmt)
    (reading,) = readings(fields.truth(command), "7EC", bytes.fromhex(data))
    return reading


@pytest.mark.parametrize(
    ("data", "fmt", "value"),
    [
        ("80", {}, 128.0),
        ("1234", {"len": 16, "max": 65535}, 4660.0),
        ("1234", {"len": 16, "max": 65535, "blsb": True}, 13330.0),
        ("0012345678", {"bix": 8, "len": 24, "max": 1e9, "blsb": True}, float(0x563412)),
        ("F64F", {"bix": 4, "len": 8}, 100.0),
        ("1234", {"len": 12, "max": 4095, "blsb": True}, float(0x341)),  # turned round to 34 12, the first 12 bits
        ("1234", {"bix": 4, "len": 12, "max": 4095, "blsb": True}, float(0x412)),
        ("123456", {"bix": 4, "len": 16, "max": 65535, "blsb": True}, float(0x4125)),  # two of three bytes: 34 12 56
        ("80", {"blsb": True}, 128.0),  # one byte has no order
        ("FF", {"sign": True, "min": -128}, -1.0),
        ("FF", {"sign": True}, 0.0),  # clamped: no min means 0
        ("7F", {"len": 4, "bix": 4, "sign": True, "min": -8}, -1.0),
        ("64", {"mul": 3, "div": 4, "add": -48, "min": -48}, 27.0),
        ("FF", {"max": 100}, 100.0),
        ("FF", {"max": 0}, 255.0),  # no range at all
        ("0000", {"len": 8, "bix": 8, "min": 11, "max": 25.5}, 11.0),
    ],
)
def test_compatible_reads_what_the_reference_reads(data: str, fmt: dict[str, Any], value: float) -> None:
    assert compatible(data, **fmt) == value


@pytest.mark.parametrize(
    ("data", "fmt", "validity"),
    [
        ("64", {"max": 100}, Validity.VALUE),
        ("65", {"max": 100}, Validity.OUT_OF_RANGE),
        ("FF", {"sign": True}, Validity.OUT_OF_RANGE),
        ("FF", {"max": 0}, Validity.VALUE),
        ("00", {"nullmin": 0}, Validity.NOT_MEASURED),
        ("01", {"nullmin": 0}, Validity.VALUE),
        ("FF", {"nullmax": 255}, Validity.NOT_MEASURED),
        ("FF", {"nullmax": 250, "max": 100}, Validity.NOT_MEASURED),  # null says more than out of range
        ("80", {"sign": True, "min": -128, "nullmin": -128}, Validity.NOT_MEASURED),
        ("7F", {"sign": True, "min": -128, "nullmin": -128}, Validity.VALUE),
        ("", {}, Validity.INVALID),
        ("03", {"map": {"1": "A", "2": "B"}}, Validity.INVALID),
        ("02", {"map": {"1": "A", "2": "B"}}, Validity.VALUE),
    ],
)
def test_truth_says_why_there_is_no_value(data: str, fmt: dict[str, Any], validity: Validity) -> None:
    reading = truth(data, **fmt)

    assert reading.validity is validity
    assert math.isnan(reading.value) is (validity is not Validity.VALUE)


def test_truth_knows_what_a_tyre_can_be() -> None:
    tyre: dict[str, Any] = {"metric": "frontLeftTirePressure", "unit": "psi", "div": 5, "max": 51}

    assert truth("00", **tyre).validity is Validity.OUT_OF_RANGE  # 0 psi: a sensor that sleeps
    assert truth("AE", **tyre).value == 34.8


def test_a_12_v_battery_that_fails_is_not_out_of_range_because_a_set_says_so() -> None:
    battery: dict[str, Any] = {"metric": "starterBatteryVoltage", "unit": "volts", "div": 10, "min": 11, "max": 25.5}

    assert truth("5A", **battery).value == 9.0
    assert truth("00", **battery).validity is Validity.OUT_OF_RANGE


def test_a_word_is_found_by_its_raw_value_however_large() -> None:
    command, signal = of(len=64, map={str(2**60 + 1): "A", str(2**60): "B"})

    (reading,) = readings(fields.compatible(command), "7EC", (2**60 + 1).to_bytes(8, "big"))

    assert fields.word(signal, reading.value) == "A"


def test_a_fuel_trim_of_the_standard_is_what_the_standard_says() -> None:
    trim: dict[str, Any] = {"min": -100, "max": 99.2, "mul": 100, "div": 128, "add": -128, "unit": "percent"}
    standard, _ = of("0106", **trim)
    other, _ = of("22F00D", **trim)

    assert fields.compatible(standard).fields[0].add == -100.0
    assert fields.compatible(other).fields[0].add == -128.0


@given(
    bits=st.integers(1, 10),
    signed=st.booleans(),
    mul=st.sampled_from([1.0, -1.0, 0.1, 2.5, -0.3]),
    add=st.sampled_from([0.0, -40.0, 7.7]),
    low=st.none() | st.floats(-300, 300),
    high=st.none() | st.floats(-300, 300),
)
def test_null_ranges_are_the_raw_values_that_the_bounds_mean(
    bits: int, signed: bool, mul: float, add: float, low: float | None, high: float | None
) -> None:
    signal = Signal("S", "S", bits, signed=signed, mul=mul, add=add, null_low=low, null_high=high)

    ranges = fields.null_ranges(signal)

    for raw in range(1 << bits):
        signed_raw = raw - (1 << bits) if signed and raw >> (bits - 1) else raw
        wanted = fields.is_null(signal, fields.number(signal, signed_raw))
        assert any(first <= raw <= last for first, last in ranges) is wanted
