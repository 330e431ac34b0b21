"""What whole answers say by the sets in use, and what is nobody's business."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import DtcSet
from edge.adapters import signal_sets
from edge.errors import ServiceError
from edge.obd.addressing import Link
from edge.obd.decode import Reading
from edge.obd.facts import Identity
from edge.obd.interpreter import Interpreter
from edge.obd.isotp import Message
from edge.obd.signalset_reader import parse
from edge.obd.vin import Vin

ENGINE, TYRES = Link(0x7E0, 0x7E8), Link(0x7A0, 0x7A8)
ALL = signal_sets.interpreter(signal_sets.names())
EXACT = """
name = "own"
title = "own"
[[command]]
id = "speed"
request = "7E2"
response = "7EA"
did = "E004"
bytes = 2
period_s = 1
source = "a test"
[[command.signal]]
path = "Vehicle.Speed"
unit = "km/h"
bit = 8
bits = 8
"""


def test_an_answer_of_several_pids_gives_all_their_signals_under_the_ecus_name() -> None:
    facts = ALL.interpret(Message(ENGINE, bytes.fromhex("410D32054642 6464".replace(" ", ""))))

    assert facts is not None
    assert [(fact.ecu, round(fact.value, 3)) for fact in facts if isinstance(fact, Reading)] == [
        *(("7E8", 50.0), ("7E8", 30.0), ("7E8", 25.7))
    ]


def test_codes_and_a_vin_come_with_their_ecu() -> None:
    assert ALL.interpret(Message(ENGINE, bytes.fromhex("4700"))) == [DtcSet(ecu="7E8", status="pending", codes=())]
    told = ALL.interpret(Message(ENGINE, b"\x49\x02\x01" + b"1HGCM82633A004352"))
    assert told == [Identity("7E8", Vin("1HGCM82633A004352"))]


@pytest.mark.parametrize("payload", ["41FF00", "62F19000", "6101FF", "490501", "490500", "7F2231", "5003", "6E0101"])
def test_what_no_set_asks_for_is_passed_over(payload: str) -> None:
    assert ALL.interpret(Message(ENGINE, bytes.fromhex(payload))) is None


def test_a_did_belongs_to_its_ecu() -> None:
    payload = bytes.fromhex("62C00B" + "00" * 33)

    assert ALL.interpret(Message(ENGINE, payload)) is None
    assert len(ALL.interpret(Message(TYRES, payload)) or ()) == 8


def test_a_did_of_a_stated_length_is_held_to_it() -> None:
    own = Interpreter([parse(EXACT, "own.toml")])
    link = Link(0x7E2, 0x7EA)
    assert own.interpret(Message(link, bytes.fromhex("62E0040032")))

    for payload in ("62E00432", "62E004003200"):
        with pytest.raises(ServiceError, match="speed has 2 bytes"):
            own.interpret(Message(link, bytes.fromhex(payload)))


@pytest.mark.parametrize(
    ("named", "payload"),
    [('local_id = "01"', "61010032"), ('infotype = "0B"', "490B0032"), ('did = "E004"', "62E0040032")],
)
def test_every_service_that_a_set_can_name_is_read(named: str, payload: str) -> None:
    text = EXACT.replace('did = "E004"', named + "\npolled = false").replace("bytes = 2\n", "")
    own = Interpreter([parse(text, "own.toml")])

    (fact,) = own.interpret(Message(Link(0x7E2, 0x7EA), bytes.fromhex(payload))) or []

    assert isinstance(fact, Reading)
    assert fact.value == 50.0
    assert own.did_commands == ()


def test_a_pid_with_an_ecu_of_its_own_is_read_from_that_ecu_only() -> None:
    text = EXACT.replace('did = "E004"', 'pid = "0D"')
    own = Interpreter([parse(text, "own.toml")])

    assert own.interpret(Message(Link(0x7E0, 0x7E8), bytes.fromhex("410D0032"))) == []
    assert len(own.interpret(Message(Link(0x7E2, 0x7EA), bytes.fromhex("410D0032"))) or ()) == 1


def test_a_support_bitmap_beside_data_is_no_reading() -> None:
    facts = ALL.interpret(Message(ENGINE, bytes.fromhex("4100BE1FA8130D32")))

    assert [fact.signal for fact in facts or () if isinstance(fact, Reading)] == ["Vehicle.Speed"]


@given(
    link=st.sampled_from([ENGINE, TYRES]),
    head=st.sampled_from([b"", b"\x41", b"\x43", b"\x49\x02\x01", b"\x62\xc0\x0b", b"\x62\x01\x01", b"\x7f"]),
    rest=st.binary(min_size=1, max_size=60),
)
def test_any_answer_at_all_raises_nothing_but_our_error(link: Link, head: bytes, rest: bytes) -> None:
    try:
        ALL.interpret(Message(link, head + rest))
    except ServiceError:
        return
