"""The ids that a command goes to and is answered from, and the name that OBDb gives it."""

from typing import Any

import pytest

from edge.obd.obdb.reader import parse
from tests.edge.obd.obdb import made


@pytest.mark.parametrize(
    ("said", "request_id", "response_id", "extended"),
    [
        ({"hdr": "7E4", "rax": "7EC"}, 0x7E4, 0x7EC, False),
        ({"hdr": "DA10", "rax": "10"}, 0x18DA10F1, 0x18DAF110, True),
        ({"hdr": "DA10", "rax": "10", "pri": "14"}, 0x14DA10F1, 0x14DAF110, True),
        ({"hdr": "FC00", "rax": "FE007B", "pri": "17", "tst": "7B"}, 0x17FC007B, 0x17FE007B, True),
        ({"hdr": "D016", "rax": "1EC6AE80", "pri": "1D", "tst": "35"}, 0x1DD01635, 0x1EC6AE80, True),
        ({"hdr": "1DD01635", "rax": "1EC6AE80"}, 0x1DD01635, 0x1EC6AE80, True),
        ({"hdr": "7df", "rax": "7ed"}, 0x7DF, 0x7ED, False),
    ],
)
def test_header_priority_and_tester_make_the_ids(
    said: dict[str, str], request_id: int, response_id: int, extended: bool
) -> None:
    (command,) = parse(made.text({**made.command(), **said}), "a.json").commands

    assert (command.request_id, command.response_id, command.extended) == (request_id, response_id, extended)
    assert command.likely_response_id == response_id


@pytest.mark.parametrize(
    ("said", "likely"),
    [
        ({"hdr": "7E2"}, 0x7EA),
        ({"hdr": "6F1", "eax": "63"}, 0x663),
        ({"hdr": "DA1D"}, 0x18DAF11D),
        ({"hdr": "7B0"}, None),
        ({"hdr": "7DF"}, None),
        ({"hdr": "DB33"}, None),
    ],
)
def test_where_no_answering_id_is_named_the_standards_say_it_or_nobody_does(
    said: dict[str, str], likely: int | None
) -> None:
    row = {**made.command(hdr="7DF"), **said}

    (command,) = parse(made.text(row), "a.json").commands

    assert command.response_id is None
    assert command.likely_response_id == likely


def test_extended_addressing_has_an_address_byte_each_way() -> None:
    bmw = made.command(hdr="6F1", rax="612", eax="12")

    default, named = parse(made.text(bmw, {**bmw, "tst": "F4"}), "a.json").commands

    assert (default.eax, default.response_address) == (0x12, 0xF1)
    assert named.response_address == 0xF4


@pytest.mark.parametrize(
    ("more", "ident"),
    [
        ({}, "7E4.7EC.22F00D"),
        ({"fcm1": True}, "7E4.7EC.22F00D|fc=1"),
        ({"tmo": "0A", "eax": "12", "tst": "F1", "fcm1": True}, "7E4.7EC.22F00D|t=0A,e=12,ta=F1,fc=1"),
        ({"proto": "9141-2"}, "7E4.7EC.22F00D|p=9141-2"),
        ({"filter": {"from": 2013}}, "7E4.7EC.22F00D|f=2013-"),
        ({"filter": {"to": 2017}}, "7E4.7EC.22F00D|f=-2017"),
        ({"filter": {"from": 2009, "to": 2020}}, "7E4.7EC.22F00D|f=2009-2020"),
        ({"filter": {"from": 2027, "to": 2021, "years": [2024, 2023]}}, "7E4.7EC.22F00D|f=2027-;-2021;2023;2024"),
    ],
)
def test_a_command_is_called_what_its_file_of_answers_is_called(more: dict[str, Any], ident: str) -> None:
    (command,) = parse(made.text(made.command(**more)), "a.json").commands

    assert command.id == ident


def test_a_priority_is_part_of_the_name() -> None:
    row = made.command(hdr="FC00", rax="FE007B", pri="17", tst="7B")

    (command,) = parse(made.text(row), "a.json").commands

    assert command.id == "FC00.FE007B.22F00D|ta=7B,c=17"


def test_a_local_identifier_and_a_pid_have_two_digits() -> None:
    commands = parse(made.text(made.command("2101"), made.command("010C")), "a.json").commands

    assert [command.request for command in commands] == ["2101", "010C"]


def test_a_set_is_cut_to_one_model_year() -> None:
    found = parse(made.text(made.command(filter={"from": 2020}), made.command("22F00E")), "a.json")

    assert [command.key for command in found.of_year(2021)] == [0xF00D, 0xF00E]
    assert [command.key for command in found.of_year(2019)] == [0xF00E]
    assert [command.key for command in found.of_year(None)] == [0xF00E]
