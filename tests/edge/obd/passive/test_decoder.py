"""Every signal of a frame, held against the same number read bit by bit."""

import math
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.obd.passive.decoder import MessageDecoder, TableDecoder
from edge.obd.passive.table import Signal
from tests.edge.obd.passive.tables import message, signal, table


def bit_by_bit(wanted: Signal, data: bytes) -> float | None:
    """Return the signal's number the slow way, None where the frame ends before it."""
    bits = [byte >> 7 - place & 1 for byte in data for place in range(8)]
    if wanted.big_endian:
        first = wanted.start // 8 * 8 + 7 - wanted.start % 8
        places = list(range(first, first + wanted.bits))
    else:
        counted = range(wanted.start + wanted.bits - 1, wanted.start - 1, -1)
        places = [bit // 8 * 8 + 7 - bit % 8 for bit in counted]
    if max(places) >= len(bits):
        return None
    raw = 0
    for place in places:
        raw = 2 * raw + bits[place]
    if wanted.is_float:
        kind = {16: "e", 32: "f", 64: "d"}[wanted.bits]
        number: float = struct.unpack(f">{kind}", raw.to_bytes(wanted.bits // 8, "big"))[0]
        return number * wanted.scale + wanted.offset
    if wanted.signed and raw >= 2 ** (wanted.bits - 1):
        raw -= 2**wanted.bits
    return raw * wanted.scale + wanted.offset


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    is_float = draw(st.booleans())
    return signal(
        start=draw(st.integers(0, 63)),
        bits=draw(st.sampled_from([16, 32, 64])) if is_float else draw(st.integers(1, 64)),
        big_endian=draw(st.booleans()),
        signed=draw(st.booleans()) and not is_float,
        is_float=is_float,
        scale=draw(st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6, allow_subnormal=False))),
        offset=draw(st.one_of(st.just(0), st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6, allow_subnormal=False))),
    )


def equal(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


@given(wanted=signals(), data=st.binary(max_size=12))
def test_a_number_is_the_one_read_bit_by_bit_to_the_last_digit(wanted: Signal, data: bytes) -> None:
    found = MessageDecoder(message(wanted)).decode(data)

    expected = bit_by_bit(wanted, data[:8])
    assert found.keys() == ({"S"} if expected is not None else set())
    assert expected is None or equal(found["S"], expected)


@given(wanted=st.lists(signals(), min_size=1, max_size=12), data=st.binary(min_size=8, max_size=8))
def test_neighbours_do_not_disturb_each_other(wanted: list[Signal], data: bytes) -> None:
    named = [msgspec.structs.replace(one, name=f"S{n}") for n, one in enumerate(wanted)]

    found = MessageDecoder(message(*named)).decode(data)

    for one in named:
        expected = bit_by_bit(one, data)
        assert (one.name in found) == (expected is not None)
        assert expected is None or equal(found[one.name], expected)


def test_both_byte_orders_side_by_side() -> None:
    # 0x1234 little-endian is 0x3412 = 13330; bytes 2 and 3 big-endian 0xFF38 signed is -200.
    decoder = MessageDecoder(
        message(
            signal("Little", 0, 16),
            signal("Big", 23, 16, big_endian=True, signed=True),
            signal("Flag", 33, 1),
            signal("Float", 0, 32, is_float=True),
            length=5,
        )
    )

    found = decoder.decode(bytes.fromhex("1234FF3802"))

    assert found["Little"] == 13330
    assert found["Big"] == -200
    assert found["Flag"] == 1
    assert found["Float"] == struct.unpack("<f", bytes.fromhex("1234FF38"))[0]


MULTIPLEXED = MessageDecoder(
    message(
        signal("Page", 0, 8),
        signal("A", 8, 8, selector="Page", selected_by=((0, 0), (5, 9))),
        signal("B", 8, 8, selector="Page", selected_by=((1, 1),)),
        signal("Sub", 16, 4, selector="Page", selected_by=((1, 1),)),
        signal("C", 24, 8, selector="Sub", selected_by=((2, 2),)),
        signal("Always", 32, 8),
    )
)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ("00AA000000", {"Page", "A", "Always"}),
        ("07AA000000", {"Page", "A", "Always"}),
        ("01AA000000", {"Page", "B", "Sub", "Always"}),
        ("01AA02CC00", {"Page", "B", "Sub", "C", "Always"}),
        ("0AAA000000", {"Page", "Always"}),
        ("0A", {"Page"}),
        ("01AA02", {"Page", "B", "Sub"}),
        ("", set()),
    ],
)
def test_selectors_choose_what_is_there_and_an_unknown_page_hides_nothing_else(data: str, names: set[str]) -> None:
    payload = bytes.fromhex(data)

    found = MULTIPLEXED.decode(payload.ljust(8, b"\0") if len(payload) == 5 else payload)

    assert found.keys() == names


def test_a_group_is_found_whoever_sends_it_and_with_whatever_priority() -> None:
    engine = message(signal("Speed", 24, 16, scale=0.125), id=0x0CF004FE, extended=True, j1939=True)
    plain = message(signal("Other"), id=0x18FEF100, extended=True, name="N")
    decoder = TableDecoder(table(engine, plain))
    data = bytes.fromhex("F0FF7D0040FFFFFF")

    assert decoder.decode(0x0CF00400, True, data) == {"Speed": 2048.0}
    assert decoder.decode(0x18F00403, True, data) == {"Speed": 2048.0}
    assert decoder.decode(0x18FEF100, True, data) == {"Other": 0xF0}
    assert decoder.decode(0x18FEF101, True, data) is None
    assert decoder.decode(0x0F004, False, data) is None
