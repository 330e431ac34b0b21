"""Readings by hand: the value where there is one, and otherwise why there is none, with the bytes kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.signals import LOW_VOLTAGE, PACK_VOLTAGE, SOC, SPEED, TYRE_FRONT_LEFT, TYRE_REAR_RIGHT
from contract.validity import Validity
from edge.adapters import signal_sets
from edge.obd.decode import Reading, readings
from edge.obd.signalset import Command
from edge.obd.signalset_reader import parse

EGMP, SAE = (
    {command.id: command for command in signal_set.commands} for signal_set in signal_sets.load(["e-gmp", "sae-j1979"])
)
# The answer of a car whose four wheels had been driven (OBDb Hyundai-IONIQ-5, 2022): FL FR RL RR from byte 4 on.
TYRES = bytes.fromhex("FFFFFF80AE48010000AD48010000B049010000AE48010000459AB09AB09BB09AB0")


def one(command: Command, path: str, data: bytes) -> Reading:
    (found,) = [reading for reading in readings(command, "7E8", data) if reading.signal == path]
    return found


def own(signal: str, *, length: int = 2) -> Command:
    text = f"""
    name = "own"
    title = "own"
    [[command]]
    id = "speed"
    pid = "0D"
    bytes = {length}
    period_s = 1
    source = "a test"
    [[command.signal]]
    path = "Vehicle.Speed"
    unit = "km/h"
    {signal}
    """
    return parse(text, "own.toml").commands[0]


@pytest.mark.parametrize(
    ("command", "data", "value"),
    [
        ("control-module-voltage", "6464", 25.7),
        ("coolant-temperature", "00", -40.0),
        ("engine-speed", "1AF8", 1726.0),
        ("speed", "FE", 254.0),
        ("pack-remaining", "FF", 100.0),
        ("odometer", "0012D687", 123_456.7),
        ("distance-since-clear", "FFFF", 65_535.0),
    ],
)
def test_a_standard_pid_means_what_the_standard_says(command: str, data: str, value: float) -> None:
    (reading,) = readings(SAE[command], "7E8", bytes.fromhex(data))

    assert reading.validity is Validity.VALUE
    assert reading.value == pytest.approx(value, rel=1e-12)
    assert reading.raw == b""


def test_the_lamp_and_the_count_share_a_byte() -> None:
    lamp, count = readings(SAE["monitor-status"], "7E8", bytes.fromhex("83076504"))

    assert (lamp.value, count.value) == (1.0, 3.0)


def test_a_tyre_is_in_kilopascal_and_each_wheel_in_its_place() -> None:
    found = {reading.signal: reading for reading in readings(EGMP["tyres"], "7A8", TYRES)}

    assert found[TYRE_FRONT_LEFT.path].value == pytest.approx(34.8 * 6.894757, rel=1e-6)
    assert found[TYRE_REAR_RIGHT.path].value == pytest.approx(34.8 * 6.894757, rel=1e-6)
    assert found["Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.AirTemperature"].value == 23.0


@pytest.mark.parametrize(
    ("block", "validity"),
    [
        ("0000000002", Validity.NOT_MEASURED),  # a sleeping sensor: 0 psi is no pressure
        ("AE48010002", Validity.NOT_MEASURED),
        ("AE48000000", Validity.NOT_MEASURED),
        ("AE48020000", Validity.VALUE),
        ("AE48030000", Validity.INVALID),  # a flag that nobody has seen
        ("AE48010001", Validity.INVALID),
        ("FF48010000", Validity.INVALID),
        ("0048010000", Validity.OUT_OF_RANGE),
    ],
)
def test_a_tyre_without_its_validity_bytes_is_no_pressure(block: str, validity: Validity) -> None:
    data = TYRES[:4] + bytes.fromhex(block) + TYRES[9:]

    reading = one(EGMP["tyres"], TYRE_FRONT_LEFT.path, data)

    assert reading.validity is validity
    if validity is not Validity.VALUE:
        assert math.isnan(reading.value)
        assert reading.raw == bytes.fromhex(block)


def test_a_pack_voltage_that_the_car_does_not_measure_is_not_zero() -> None:
    measured, silent = (
        one(SAE["pack-voltage"], PACK_VOLTAGE.path, bytes.fromhex(data)) for data in ("020060000000", "010060000000")
    )

    assert measured.value == 384.0
    assert (silent.validity, silent.raw) == (Validity.NOT_MEASURED, bytes.fromhex("01006000"))


def test_nothing_is_clamped() -> None:
    (full,) = readings(SAE["odometer"], "7E8", bytes.fromhex("FFFFFFFF"))
    assert full.validity is Validity.NOT_MEASURED
    data = bytearray(60)
    data[4] = 0xFF  # 127.5 %
    assert one(EGMP["battery"], SOC.path, bytes(data)).validity is Validity.OUT_OF_RANGE
    assert one(EGMP["battery"], LOW_VOLTAGE.path, bytes(data))[3:] == (Validity.OUT_OF_RANGE, b"\x00")


def test_an_answer_that_ends_too_soon_has_invalid_readings_and_keeps_what_came() -> None:
    reading = one(EGMP["tyres"], TYRE_REAR_RIGHT.path, TYRES[:21])

    assert (reading.validity, reading.raw) == (Validity.INVALID, TYRES[19:21])


@pytest.mark.parametrize(
    ("signal", "data", "value"),
    [
        ("bit = 0\nbits = 16\nlittle_endian = true", "6400", 100.0),
        ("bit = 8\nbits = 8\nsigned = true\nadd = 200", "00FF", 199.0),
        ("bit = 0\nbits = 8\nsigned = true\nmul = -1", "9C00", 100.0),
        ("bit = 4\nbits = 8", "F64F", 100.0),
        ("bit = 3\nbits = 3", "1400", 5.0),
        ('bit = 0\nbits = 8\nenum = { "7" = 70.0 }', "0700", 70.0),
    ],
)
def test_bits_order_sign_and_scale(signal: str, data: str, value: float) -> None:
    assert one(own(signal), SPEED.path, bytes.fromhex(data)).value == value


@pytest.mark.parametrize(
    ("signal", "data", "validity"),
    [
        ('bit = 0\nbits = 8\nenum = { "7" = 70.0 }', "0800", Validity.INVALID),
        ("bit = 0\nbits = 8\nnot_measured = [[254, 255]]", "FE00", Validity.NOT_MEASURED),
        ("bit = 0\nbits = 8\ninvalid = [[254, 254]]\nnot_measured = [[255, 255]]", "FE00", Validity.INVALID),
        ("bit = 0\nbits = 8\nhigh = 120", "7900", Validity.OUT_OF_RANGE),
        ("bit = 0\nbits = 8\nvalid_when = [{ byte = 1, mask = 0x0F, is = [3] }]", "1043", Validity.VALUE),
        ("bit = 0\nbits = 8\nvalid_when = [{ byte = 1, mask = 0x0F, is = [3] }]", "1044", Validity.INVALID),
        ("bit = 0\nbits = 8\nsigned = true", "FF00", Validity.OUT_OF_RANGE),
    ],
)
def test_what_is_no_value_says_why(signal: str, data: str, validity: Validity) -> None:
    assert one(own(signal), SPEED.path, bytes.fromhex(data)).validity is validity


@given(data=st.binary(max_size=80), command=st.sampled_from([*EGMP.values(), *SAE.values()]))
def test_any_data_gives_every_signal_once_and_a_number_only_where_it_is_a_value(data: bytes, command: Command) -> None:
    found = readings(command, "7E8", data)

    assert [reading.signal for reading in found] == [field.signal.path for field in command.fields]
    for reading, field in zip(found, command.fields, strict=True):
        if reading.validity is Validity.VALUE:
            assert field.signal.low <= reading.value <= field.signal.high
        else:
            assert math.isnan(reading.value)
