"""A signal set that contradicts itself never reaches a car, and its author is told where to look."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.adapters import signal_sets
from edge.errors import SignalSetError
from edge.obd.addressing import Link
from edge.obd.interpreter import Interpreter
from edge.obd.signalset_reader import parse

PID = """
name = "own"
title = "A set of one"
[[command]]
id = "speed"
pid = "0D"
bytes = 1
period_s = 2
source = "SAE J1979"
[[command.signal]]
path = "Vehicle.Speed"
unit = "km/h"
bit = 0
bits = 8
"""
DID = PID.replace('pid = "0D"\nbytes = 1', 'request = "7E2"\nresponse = "7EA"\ndid = "E004"')


def test_a_pid_is_asked_of_every_ecu_and_a_did_of_one() -> None:
    (speed,) = parse(PID, "own.toml").commands
    assert (speed.link, speed.payload, speed.period_s, speed.length) == (None, b"\x01\x0d", 2.0, 1)

    own = parse(DID, "own.toml")
    assert (own.commands[0].payload, own.links) == (b"\x22\xe0\x04", (Link(0x7E2, 0x7EA),))


def test_a_29_bit_ecu_is_named_with_eight_digits() -> None:
    text = DID.replace('"7E2"', '"18DA10F1"').replace('"7EA"', '"18DAF110"')

    assert parse(text, "own.toml").links == (Link(0x18DA10F1, 0x18DAF110, True),)


def test_what_the_guard_would_not_send_can_be_read_without_asking() -> None:
    text = (
        DID.replace('"7E2"', '"6F1"')
        .replace('"7EA"', '"612"')
        .replace('did = "E004"', 'local_id = "E0"\nrequest_address = "12"\nresponse_address = "F1"\npolled = false')
    )

    (command,) = parse(text, "own.toml").commands

    assert (command.payload, command.polled) == (b"\x21\xe0", False)
    assert command.link == Link(0x6F1, 0x612, request_address=0x12, response_address=0xF1)


def test_a_command_that_wants_a_session_is_not_asked() -> None:
    (command,) = parse(DID.replace('did = "E004"', 'did = "E004"\nsession = "C0"'), "own.toml").commands

    assert (command.session, command.polled) == (0xC0, False)


def test_one_did_may_mean_two_things_in_different_years_only() -> None:
    def of_years(years: str) -> str:
        return DID[DID.index("[[command]]") :].replace('did = "E004"', f'did = "E004"\nyears = {years}')

    head = DID[: DID.index("[[command]]")]
    both = parse(head + of_years("{ to = 2021 }") + of_years("{ from = 2022 }"), "own.toml")

    assert [len(both.of_year(year).commands) for year in (None, 2021, 2022)] == [0, 1, 1]
    with pytest.raises(SignalSetError, match="asks again"):
        parse(head + of_years("{ to = 2021 }") + of_years("{ from = 2022, also = [2020] }"), "own.toml")
    with pytest.raises(SignalSetError, match="asks again"):
        parse(DID + of_years("{ to = 2021 }"), "own.toml")


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('title = "A set of one"', "", "own.toml: title must be a text"),
        ('name = "own"', "name = 3", "own.toml: name must be a text"),
        ('name = "own"', 'name = "own"\ncolour = 1', "own.toml: colour is not known here"),
        ('pid = "0D"', 'pid = "0D"\nspeed = 1', "own.toml: command 'speed': speed is not known here"),
        ('pid = "0D"', 'pid = "0D"\ndid = "E004"', "command 'speed': pid or did, local_id, infotype: one of them"),
        ('pid = "0D"', "", "command 'speed': pid or did, local_id, infotype: one of them"),
        ('pid = "0D"', 'pid = "0D"\npolled = 1', "polled must be true or false"),
        ('pid = "0D"', 'pid = "0D"\nsession = "3"', "session must be 2 upper-case hex digits"),
        ('pid = "0D"', 'pid = "0D"\nsession = "03"\npolled = true', "polled cannot be true with a session"),
        ('pid = "0D"', 'pid = "0D"\nyears = 2021', "years: must be a table"),
        ('pid = "0D"', 'pid = "0D"\nyears = {}', "years: from or to or also must be there"),
        ('pid = "0D"', 'pid = "0D"\nyears = { from = 21 }', "years: from must be a whole number from 1980"),
        ('pid = "0D"', 'pid = "0D"\nyears = { also = [21] }', "years: also must be years from 1980"),
        ('pid = "0D"', 'pid = "0D"\nyears = { until = 2021 }', "years: until is not known here"),
        ('pid = "0D"', 'pid = "d"', "pid must be 2 upper-case hex digits"),
        ('pid = "0D"', 'pid = "0d"', "pid must be 2 upper-case hex digits"),
        ('pid = "0D"', 'pid = "20"', "pid is a support bitmap"),
        ('pid = "0D"\nbytes = 1', 'did = "E004"', "request must be there"),
        ("bytes = 1", "bytes = 0", "bytes must be a whole number from 1"),
        ("bytes = 1", "", "bytes must be a whole number from 1"),
        ("period_s = 2", "period_s = 0", "period_s must be above zero"),
        ("period_s = 2", "", "period_s must be above zero"),
        ("period_s = 2", "period_s = nan", "period_s must be a finite number"),
        ("period_s = 2", "period_s = true", "period_s must be a finite number"),
        ('source = "SAE J1979"\n', "", "source must be a text"),
        ('id = "speed"', "id = 4", "own.toml: command number 1: id must be a text"),
        ('path = "Vehicle.Speed"', 'path = "Vehicle.Sped"', "signal Vehicle.Sped: path is not in the catalogue"),
        ('path = "Vehicle.Speed"', "", "signal 1: path must be a text"),
        ('unit = "km/h"', 'unit = "kPa"', "signal Vehicle.Speed: unit 'kPa' cannot become 'km/h'"),
        ("bit = 0", "bit = 1", "bit must be a whole number from 0 to 0"),
        ("bit = 0", "bit = false", "bit must be a whole number"),
        ("bits = 8", "bits = 65", "bits must be a whole number from 1 to 64"),
        ("bits = 8", "bits = 8\ndiv = 0", "div must not be zero"),
        ("bits = 8", "bits = 7\nlittle_endian = true", "little_endian needs whole bytes"),
        ("bits = 8", "bits = 8\nsigned = 1", "signed must be true or false"),
        ("bits = 8", "bits = 8\nlow = -10", "low to high must lie within the catalogue's 0.0 to 300.0"),
        ("bits = 8", "bits = 8\nlow = 9\nhigh = 8", "low to high must lie within"),
        ("bits = 8", 'bits = 8\nenum = { "1" = 1.0 }\nmul = 2', "enum and mul contradict each other"),
        ("bits = 8", 'bits = 8\nenum = { "x" = 1.0 }', "enum must be a table"),
        ("bits = 8", "bits = 8\nenum = []", "enum must be a table"),
        ("bits = 8", "bits = 8\nnot_measured = [[255, 256]]", "not_measured must be pairs"),
        ("bits = 8", "bits = 8\nnot_measured = [255]", "not_measured must be pairs"),
        ("bits = 8", "bits = 8\ninvalid = [[2, 1]]", "invalid must be pairs"),
        ("bits = 8", "bits = 8\ninvalid = 3", "invalid must be a list"),
        ("bits = 8", "bits = 8\nvalid_when = [{ byte = 1, is = [1] }]", "valid_when number 1: byte must be a whole"),
        ("bits = 8", "bits = 8\nvalid_when = [{ byte = 0, is = [] }]", "valid_when number 1: is must be byte values"),
        ("bits = 8", "bits = 8\nvalid_when = [{ byte = 0, if = [1] }]", "valid_when number 1: if is not known here"),
        ("bits = 8", "bits = 8\nvalid_when = [4]", "valid_when number 1: must be a table"),
        ("[[command.signal]]", "[[command.signals]]", "signals is not known here"),
        ("[[command]]", "[command]", "command must be a list"),
        ('name = "own"', "name = ", "own.toml: Invalid value"),
    ],
)
def test_a_contradiction_is_named_by_file_command_and_key(was: str, becomes: str, complaint: str) -> None:
    assert was in PID

    with pytest.raises(SignalSetError) as caught:
        parse(PID.replace(was, becomes), "own.toml")

    assert complaint in str(caught.value)
    assert str(caught.value).startswith("own.toml: ")


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('response = "7EA"', "", "response must be a text"),
        ('response = "7EA"', 'response = "7E2"', "response must differ"),
        ('response = "7EA"', 'response = "18DAF110"', "response must be as wide"),
        ('request = "7E2"', 'request = "700"', "request is not on the guard's list"),
        ('request = "7E2"', 'request = "7A0"', "request is not on the guard's list"),
        ('did = "E004"', 'did = "E4"', "did must be 4 upper-case hex digits"),
        ('did = "E004"', 'local_id = "E004"', "local_id must be 2 upper-case hex digits"),
        ('did = "E004"', 'infotype = "02"', "infotype is the VIN"),
        (
            'did = "E004"',
            'did = "E004"\nrequest_address = "12"',
            "request_address and response_address belong together",
        ),
        (
            'did = "E004"',
            'did = "E004"\nrequest_address = "12"\nresponse_address = "F1"',
            "request is not on the guard's list",
        ),
    ],
)
def test_an_ecu_that_cannot_be_asked_is_refused_before_it_is_asked(was: str, becomes: str, complaint: str) -> None:
    assert was in DID
    with pytest.raises(SignalSetError, match=complaint):
        parse(DID.replace(was, becomes), "own.toml")


def test_a_set_must_ask_for_something_and_for_nothing_twice() -> None:
    with pytest.raises(SignalSetError, match="command is missing"):
        parse('name = "a"\ntitle = "b"', "own.toml")
    with pytest.raises(SignalSetError, match="signal is missing"):
        parse(PID[: PID.index("[[command.signal]]")], "own.toml")
    with pytest.raises(SignalSetError, match="asks again"):
        parse(PID + PID[PID.index("[[command]]") :], "own.toml")
    with pytest.raises(SignalSetError, match="names one path twice"):
        parse(PID + PID[PID.index("[[command.signal]]") :], "own.toml")


def test_two_sets_that_ask_for_the_same_are_refused_together() -> None:
    for text in (PID, DID):
        one = parse(text, "own.toml")
        with pytest.raises(SignalSetError, match="own: command 'speed': another set asks for it too"):
            Interpreter([one, one])


def test_the_sets_that_travel_with_the_agent_are_sound_and_fit_together() -> None:
    assert {"e-gmp", "sae-j1979", "sae-j1979-engine", "sae-j1979-detail"} <= set(signal_sets.names())

    interpreter = signal_sets.interpreter(signal_sets.names())

    assert {command.id for link, command in interpreter.did_commands if link.ecu == "7A8"} == {"tyres"}
    assert {0x01, 0x04, 0x05, 0x0C, 0x0D, 0x0F, 0x1F, 0x21, 0x2F, 0x31, 0x42, 0x46, 0x4D, 0x4E, 0x5B, 0xA6} <= (
        interpreter.pid_lengths.keys()
    )


def test_a_set_can_be_a_file_and_a_missing_one_names_those_there_are(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(PID)
    assert [own_set.name for own_set in signal_sets.load([str(own)])] == ["own"]

    elsewhere = tmp_path / "own.set"
    elsewhere.write_text(PID)
    assert [own_set.name for own_set in signal_sets.load([str(elsewhere)])] == ["own"]
    with pytest.raises(SignalSetError, match="no/such"):
        signal_sets.load(["no/such"])

    with pytest.raises(SignalSetError, match=r"there are .*e-gmp, .*sae-j1979"):
        signal_sets.load(["tesla"])
    with pytest.raises(SignalSetError, match=r"gone\.toml"):
        signal_sets.load([str(tmp_path / "gone.toml")])


@given(
    line=st.integers(1, 13),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)
    | st.sampled_from(["bit = -1", "bits = 1e3", "command = [[]]", "signal = 3", "[command]", "div = inf", "id = {}"]),
)
def test_any_damage_to_a_set_raises_nothing_but_our_error(line: int, text: str) -> None:
    lines = PID.splitlines()
    lines[line] = text
    damaged = "\n".join(lines)
    try:
        parse(damaged, "own.toml")
    except SignalSetError:
        return
    tomllib.loads(damaged)  # it was taken, so it is at least TOML
