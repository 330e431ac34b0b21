"""Support discovery, stepped by hand; the supported PIDs of the IONIQ 5 are OBDb's command_support.yaml."""

import pytest

from edge.errors import ServiceError
from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Functional, Link
from edge.obd.discovery import Discovery
from edge.obd.isotp import Message

ENGINE, BATTERY = Link(0x7E0, 0x7E8), Link(0x7E4, 0x7EC)


def say(discovery: Discovery, link: Link, payload: str) -> None:
    discovery.take(Message(link, bytes.fromhex(payload)))


def walk(discovery: Discovery, answers: dict[tuple[Functional | Link, str], list[tuple[Link, str]]]) -> list[str]:
    """Answer every request from `answers` until discovery is done; return the requests."""
    asked = []
    while (wanted := discovery.request()) is not None:
        target, request = wanted
        asked.append(f"{target.request_id:X} {request.hex().upper()}")
        for link, payload in answers.get((target, request.hex().upper()), []):
            say(discovery, link, payload)
        discovery.closed()
    return asked


def test_every_ecu_is_asked_as_far_as_its_own_bitmaps_go() -> None:
    discovery = Discovery()
    asked = walk(
        discovery,
        {
            (FUNCTIONAL_11BIT, "0100"): [(BATTERY, "410080000001"), (ENGINE, "410008080000")],
            (BATTERY, "0120"): [(BATTERY, "412080018001")],
            (BATTERY, "0140"): [(BATTERY, "414000000021")],
            (BATTERY, "0160"): [(BATTERY, "416000000001")],
            (BATTERY, "0180"): [(BATTERY, "418000000040")],
        },
    )

    assert asked == ["7DF 0100", "18DB33F1 0100", "7E4 0120", "7E4 0140", "7E4 0160", "7E4 0180"]
    assert discovery.done
    assert discovery.supported == {
        BATTERY: {0x01, 0x20, 0x21, 0x30, 0x31, 0x40, 0x5B, 0x60, 0x80, 0x9A},
        ENGINE: {0x05, 0x0D},
    }


def test_an_ecu_that_falls_silent_keeps_what_it_said() -> None:
    discovery = Discovery()
    asked = walk(discovery, {(FUNCTIONAL_29BIT, "0100"): [(Link(0x18DA10F1, 0x18DAF110, True), "410000080001")]})

    assert asked == ["7DF 0100", "18DB33F1 0100", "18DA10F1 0120"]
    assert list(discovery.supported.values()) == [{0x0D, 0x20}]


def test_the_last_bitmap_is_the_end() -> None:
    discovery = Discovery()
    bases = [f"{base:02X}" for base in range(0, 0x100, 0x20)]
    answers: dict[tuple[Functional | Link, str], list[tuple[Link, str]]] = {
        (ENGINE, "01" + base): [(ENGINE, f"41{base}FFFFFFFF")] for base in bases[1:]
    }
    answers[FUNCTIONAL_11BIT, "0100"] = [(ENGINE, "4100FFFFFFFF")]

    assert walk(discovery, answers)[2:] == [f"7E0 01{base}" for base in bases[1:]]
    assert discovery.supported == {ENGINE: frozenset(range(1, 256))}
    assert discovery.request() is None


def test_an_ecu_that_repeats_itself_is_asked_once() -> None:
    discovery = Discovery()
    answers = [(ENGINE, "410000080001"), (ENGINE, "410000080001")]

    assert walk(discovery, {(FUNCTIONAL_11BIT, "0100"): answers})[2:] == ["7E0 0120"]


def test_an_answer_to_something_else_is_refused() -> None:
    discovery = Discovery()
    with pytest.raises(ServiceError, match="another bitmap than 00"):
        say(discovery, ENGINE, "412080000001")
    with pytest.raises(ServiceError, match="no known length"):
        say(discovery, ENGINE, "410D32")
    say(discovery, ENGINE, "410000080001")
    discovery.closed()
    discovery.closed()
    with pytest.raises(ServiceError, match="was not asked"):
        say(discovery, BATTERY, "412000000000")


def test_a_car_in_which_nobody_answers_service_01_is_asked_by_uds_and_says_so() -> None:
    discovery = Discovery()
    asked = walk(
        discovery,
        {
            (FUNCTIONAL_11BIT, "22F400"): [(ENGINE, "62F40000080001"), (BATTERY, "62F40000080000")],
            (ENGINE, "22F420"): [(ENGINE, "62F42080000000")],
        },
    )

    assert asked == ["7DF 0100", "18DB33F1 0100", "7DF 22F400", "18DB33F1 22F400", "7E0 22F420"]
    assert discovery.protocol == "j1979-2"
    assert discovery.supported == {ENGINE: {0x0D, 0x20, 0x21}, BATTERY: {0x0D}}


def test_a_car_that_answers_service_01_is_not_asked_by_uds() -> None:
    discovery = Discovery()
    asked = walk(discovery, {(FUNCTIONAL_29BIT, "0100"): [(Link(0x18DA10F1, 0x18DAF110, True), "410000080000")]})

    assert asked == ["7DF 0100", "18DB33F1 0100"]
    assert discovery.protocol == "j1979"


def test_an_answer_by_uds_to_something_else_is_refused() -> None:
    discovery = Discovery()
    for _ in range(2):
        discovery.closed()

    for payload in ("62F42000080000", "410000080000", "62F400000800", "62F4"):
        with pytest.raises(ServiceError):
            say(discovery, ENGINE, payload)
    assert discovery.supported == {}
