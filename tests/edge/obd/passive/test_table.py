"""The table is checked whole, and every complaint says where."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import SignalSetError
from edge.obd.passive.table import Message, Read, Table, dump, parse
from tests.edge.obd.passive.tables import SPEED, message, signal, table


def test_a_table_comes_back_as_it_was_written() -> None:
    made = table(
        message(
            signal(scale=0.5, offset=-40, low=0.0, high=6.35, choices={255: "SNA"}),
            signal("T", 8, 4, selector="S", selected_by=((1, 3),)),
            reads=(Read(path=SPEED, signal="S", not_measured=((255, 255),), when={"T": (1,)}),),
        )
    )

    assert parse(dump(made), "t.json") == made


def faulty(*messages: Message) -> str:
    with pytest.raises(SignalSetError) as caught:
        parse(dump(table(*messages)), "t.json")
    return str(caught.value)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (message(id=0x800), "message 'M': id 2048 must be 0 to 2047"),
        (message(j1939=True), "j1939 needs an id of 29 bits"),
        (message(length=1786), "length 1786 must be 0 to 1785"),
        (message(signal(), signal()), "two of its signals have one name"),
        (message(signal(bits=65)), "signal 'S': bits 65 must be 1 to 64"),
        (message(signal(start=-1)), "start -1 must be"),
        (message(signal(is_float=True)), "a float has 16, 32 or 64 bits"),
        (message(signal(scale=1e301)), "scale and offset must be finite"),
        (message(signal(selector="T")), "selector 'T' is not a signal above it"),
        (message(signal(selector="S")), "selector 'S' is not a signal above it"),
        (message(signal("A", selector="B"), signal("B", selector="A")), "is not a signal above it"),
        (message(signal(selector="F"), signal("F", bits=32, is_float=True)), "selector 'F' must be a whole number"),
        (message(signal(selected_by=((3, 1),))), "range 3 to 1 runs downwards"),
        (message(signal(), reads=(Read(path="Vehicle.Nope", signal="S"),)), "reading 'Vehicle.Nope': is not in the"),
        (message(signal(), reads=(Read(path=SPEED, signal="X"),)), "there is no signal 'X' in the message"),
        (message(signal(), reads=(Read(path=SPEED, signal="S", when={"Y": (1,)}),)), "there is no signal 'Y'"),
        (message(signal(), reads=(Read(path=SPEED, signal="S", period_s=0.0),)), "period_s must be above zero"),
        (message(signal(), reads=(Read(path=SPEED, signal="S", mul=1e301),)), "mul and add must be finite"),
    ],
)
def test_what_contradicts_itself_is_named(broken: Message, words: str) -> None:
    complaint = faulty(broken)

    assert complaint.startswith("t.json: message 'M': ")
    assert words in complaint


@pytest.mark.parametrize("data", [b"", b"[]", b'{"outrider_table": 2}', b'{"outrider_table": 1, "nmae": ""}', b"\xff"])
def test_what_is_no_table_of_this_version_says_how_to_get_one(data: bytes) -> None:
    with pytest.raises(SignalSetError, match=r"t\.json: .*compile it again with `outrider-edge dbc compile`"):
        parse(data, "t.json")


@given(data=st.binary(max_size=200))
def test_whatever_the_file_holds_only_our_error_comes_out(data: bytes) -> None:
    with suppress(SignalSetError):
        assert isinstance(parse(data, "t.json"), Table)
