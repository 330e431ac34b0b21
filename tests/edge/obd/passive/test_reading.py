"""From frames to readings: a number where there is one, and the reason where there is none."""

import math

import pytest

from contract.validity import Validity
from edge.obd.passive.reading import MessageReader
from edge.obd.passive.table import Read
from tests.edge.obd.passive.tables import SPEED, TYRE, message, signal

SPEEDS = MessageReader(
    message(
        signal("Speed", 0, 8, low=0.0, high=250.0),
        reads=(Read(path=SPEED, signal="Speed", mul=2.0, add=-10.0, low=0.0, high=250.0, not_measured=((255, 255),),
                    invalid=((251, 254),)),),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "value", "validity"),
    [
        ("64", 190.0, Validity.VALUE),
        ("00", math.nan, Validity.OUT_OF_RANGE),  # -10 km/h
        ("FA", math.nan, Validity.OUT_OF_RANGE),  # 490 km/h
        ("FF", math.nan, Validity.NOT_MEASURED),
        ("FB", math.nan, Validity.INVALID),
        ("", math.nan, Validity.INVALID),
    ],
)
def test_a_reading_is_a_value_or_says_why_not(data: str, value: float, validity: Validity) -> None:
    payload = bytes.fromhex(data).ljust(8, b"\0") if data else b""

    (reading,) = SPEEDS.readings("100", payload)

    assert reading.signal == SPEED
    assert reading.ecu == "100"
    assert reading.validity is validity
    assert reading.value == value or (math.isnan(value) and math.isnan(reading.value))
    assert bool(reading.raw) == (validity is not Validity.VALUE and bool(data))


def test_a_limit_in_decimal_digits_is_met() -> None:
    reader = MessageReader(
        message(signal("P", 0, 8, scale=0.1, high=25.4), reads=(Read(path=SPEED, signal="P", low=0.0, high=25.3),))
    )

    assert reader.readings("100", b"\xfd".ljust(8))[0].value == 253 * 0.1
    assert reader.readings("100", b"\xfe".ljust(8))[0].validity is Validity.OUT_OF_RANGE


def test_a_float_that_is_no_number_is_no_value() -> None:
    reader = MessageReader(message(signal("F", 0, 32, is_float=True), reads=(Read(path=SPEED, signal="F"),)))

    assert reader.readings("100", bytes.fromhex("0000C07F00000000"))[0].validity is Validity.INVALID
    assert reader.readings("100", bytes.fromhex("0000807F00000000"))[0].validity is Validity.OUT_OF_RANGE
    assert reader.readings("100", bytes.fromhex("0000484200000000"))[0].value == 50.0


TYRES = MessageReader(
    message(
        signal("Index", 0, 2),
        signal("P0", 8, 8, scale=2.5, selector="Index", selected_by=((0, 0),)),
        signal("P1", 8, 8, scale=2.5, selector="Index", selected_by=((1, 1),)),
        signal("Place", 32, 3),
        length=5,
        reads=tuple(
            Read(path=TYRE.format(side), signal=name, when={"Place": (place,)})
            for name in ("P0", "P1")
            for side, place in (("Left", 0), ("Right", 1))
        ),
    )
)


@pytest.mark.parametrize(("index", "place", "side"), [(0, 0, "Left"), (0, 1, "Right"), (1, 0, "Left"), (1, 1, "Right")])
def test_a_sensor_says_itself_at_which_wheel_it_is(index: int, place: int, side: str) -> None:
    (reading,) = TYRES.readings("219", bytes([index, 96, 0, 0, place]))

    assert reading.signal == TYRE.format(side)
    assert reading.value == 240.0


@pytest.mark.parametrize("data", [bytes([0, 96, 0, 0, 4]), bytes([2, 96, 0, 0, 0]), bytes([0, 96, 0, 0])])
def test_a_wheel_that_nobody_knows_is_no_wheel(data: bytes) -> None:
    assert TYRES.readings("219", data) == []
    assert TYRES.part(data) == ()


def test_an_enumeration_has_only_the_values_that_it_names() -> None:
    reader = MessageReader(
        message(signal("Ready", 0, 2), reads=(Read(path="Vehicle.Rescue.IsAwake", signal="Ready", enum={0: 0, 1: 1}),))
    )

    assert [reader.readings("1", bytes([raw]).ljust(8))[0].validity for raw in (0, 1, 2)] == [
        Validity.VALUE,
        Validity.VALUE,
        Validity.INVALID,
    ]
