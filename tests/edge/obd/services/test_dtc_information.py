"""Service 19, byte by byte: the layouts of ISO 14229-1:2020, 12.3.2 to 12.3.5 and their examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ServiceError
from edge.obd.dtc import Dtc
from edge.obd.services import dtc_information
from edge.obd.services.dtc_information import Extended, Listed, Snapshot, Stored

LENGTHS = {0xF405: 1, 0xF40C: 2, 0xF442: 2}


def read(payload: str) -> dtc_information.Answer:
    return dtc_information.interpret_response(bytes.fromhex(payload), LENGTHS.get)


def test_each_report_is_asked_for_in_its_own_form() -> None:
    code = Dtc("P0143", 0x1A)

    assert dtc_information.make_request(0x02) == bytes.fromhex("19028D")
    assert dtc_information.make_request(0x03) == bytes.fromhex("1903")
    assert dtc_information.make_request(0x04, code, 1) == bytes.fromhex("190401431A01")
    assert dtc_information.make_request(0x06, code) == bytes.fromhex("190601431AFF")
    assert dtc_information.make_request(0x0A) == bytes.fromhex("190A")


@pytest.mark.parametrize("report", [0x01, 0x04, 0x06, 0x14, 0x82])
def test_a_report_that_is_not_ours_to_ask_for_is_refused(report: int) -> None:
    with pytest.raises(ServiceError, match="not asked for here"):
        dtc_information.make_request(report)


def test_codes_come_with_the_status_bits_that_the_ecu_supports() -> None:
    assert read("59 02 FF 0A9B17 24 080511 2F") == Listed((Dtc("P0A9B", 0x17, 0x24), Dtc("P0805", 0x11, 0x2F)))
    assert read("59 02 09 C10000 FF") == Listed((Dtc("U0100", 0x00, 0x09),))
    assert read("59 0A 7F 0A9B17 24") == Listed((Dtc("P0A9B", 0x17, 0x24),))


def test_a_list_without_codes_is_an_answer() -> None:
    assert read("59 02 FF") == Listed(())


def test_stored_snapshots_are_named_by_code_and_number() -> None:
    assert read("59 03 123456 01 123456 02 789ABC 01") == Stored(
        ((Dtc("P1234", 0x56), 1), (Dtc("P1234", 0x56), 2), (Dtc("C389A", 0xBC), 1))
    )
    assert read("59 03") == Stored(())


def test_a_snapshot_is_cut_at_the_lengths_of_its_dids() -> None:
    code = Dtc("P0143", 0x1A, 0x2F)

    assert read("59 04 01431A 2F 01 02 F405 6E F40C 1AF8") == (
        Snapshot(code, 1, {0xF405: b"\x6e", 0xF40C: b"\x1a\xf8"}, b""),
    )
    assert read("59 04 01431A 2F 00 01 F405 6E 01 01 F405 6F") == (
        Snapshot(code, 0, {0xF405: b"\x6e"}, b""),
        Snapshot(code, 1, {0xF405: b"\x6f"}, b""),
    )
    assert read("59 04 01431A 2F 01 00 F405 6E") == (Snapshot(code, 1, {0xF405: b"\x6e"}, b""),)
    assert read("59 04 01431A 2F") == ()


def test_what_follows_a_did_of_unknown_length_is_kept_and_not_guessed_at() -> None:
    assert read("59 04 01431A 2F 01 03 F405 6E 4711 A66607 0800") == (
        Snapshot(Dtc("P0143", 0x1A, 0x2F), 1, {0xF405: b"\x6e"}, bytes.fromhex("4711A666070800")),
    )


def test_extended_data_is_its_maker_s_own() -> None:
    assert read("59 06 01431A 2F 05 17") == Extended(Dtc("P0143", 0x1A, 0x2F), 5, b"\x17")
    assert read("59 06 01431A 2F") == Extended(Dtc("P0143", 0x1A, 0x2F), None, b"")


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "59",
        "5902",
        "5902FF0A9B17",
        "5903123456",
        "590401431A",
        "590401431A2F01",
        "590401431A2F0101F4",
        "590401431A2F0101F40C1A",
        "590401431A2F0102F4056E",
        "590401431A2F0102F4056EF4056E",
        "590601431A",
        "5907FF",
        "7F1912",
    ],
)
def test_an_answer_that_breaks_its_layout_is_refused(payload: str) -> None:
    with pytest.raises(ServiceError):
        read(payload)


@given(head=st.sampled_from(["", "59", "5902", "5903", "5904", "5906", "590A"]), rest=st.binary(max_size=60))
def test_any_bytes_at_all_raise_nothing_but_our_error(head: str, rest: bytes) -> None:
    try:
        dtc_information.interpret_response(bytes.fromhex(head) + rest, LENGTHS.get)
    except ServiceError:
        return
