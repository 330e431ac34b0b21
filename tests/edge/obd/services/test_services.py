"""Vectors are from the standards' examples and from public recordings, named beside them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ServiceError
from edge.obd import dtc, vin
from edge.obd.services import (
    current_data,
    freeze_frame,
    negative,
    read_data_by_identifier,
    read_data_by_local_identifier,
    trouble_codes,
    vehicle_information,
)

LENGTHS = {0x04: 1, 0x05: 1, 0x0C: 2, 0x0D: 1, 0x42: 2, 0xA6: 4}


def test_a_voltage_comes_back_as_the_bytes_that_stand_for_it() -> None:
    assert current_data.interpret_response(bytes.fromhex("41426464"), LENGTHS) == {0x42: b"\x64\x64"}


def test_up_to_six_pids_are_asked_at_once_and_come_back_in_any_order_or_not_at_all() -> None:
    assert current_data.make_request([0x0C, 0x0D, 0x05, 0x04, 0x42, 0xA6]) == bytes.fromhex("010C0D050442A6")

    answer = current_data.interpret_response(bytes.fromhex("410D320C1AF80546"), LENGTHS)

    assert answer == {0x0D: b"\x32", 0x0C: b"\x1a\xf8", 0x05: b"\x46"}


@pytest.mark.parametrize("pids", [[], [1, 2, 3, 4, 5, 6, 7], [0x0C, 0x0C]])
def test_a_request_that_the_standard_does_not_allow_is_refused(pids: list[int]) -> None:
    with pytest.raises(ServiceError, match="1 to 6 different"):
        current_data.make_request(pids)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("", "starts with 41"),
        ("41", "starts with 41"),
        ("420C1AF8", "starts with 41"),
        ("410C1A", "has 2 bytes, 1 came"),
        ("410D3255", "no known length"),
        ("410D320D33", "came twice"),
        ("4100BE3EA8", "has 4 bytes, 3 came"),
    ],
)
def test_an_answer_of_the_wrong_length_is_refused(payload: str, why: str) -> None:
    with pytest.raises(ServiceError, match=why):
        current_data.interpret_response(bytes.fromhex(payload), LENGTHS)


def test_a_support_bitmap_names_its_pids() -> None:
    assert current_data.supported(0x00, bytes.fromhex("BE1FA813")) == {
        *(0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x13, 0x15, 0x1C, 0x1F, 0x20)
    }
    assert current_data.supported(0x40, bytes.fromhex("80000001")) == {0x41, 0x60}
    assert current_data.supported(0xE0, bytes.fromhex("FFFFFFFF")) == set(range(0xE1, 0x100))


@pytest.mark.parametrize(("base", "bitmap"), [(0x01, "00000000"), (0x20, "000000"), (0x20, "0000000000")])
def test_a_broken_bitmap_is_refused(base: int, bitmap: str) -> None:
    with pytest.raises(ServiceError, match="bitmap"):
        current_data.supported(base, bytes.fromhex(bitmap))


def test_codes_are_read_behind_the_count_byte() -> None:
    """The vectors of AWS FleetWise Edge's unit test and of LTSupportAutomotive's issue 20."""
    assert trouble_codes.interpret_response(bytes.fromhex("43040143419681 48C148".replace(" ", ""))) == (
        "confirmed",
        ("P0143", "C0196", "B0148", "U0148"),
    )
    assert trouble_codes.interpret_response(bytes.fromhex("43040110014801700210"))[1] == (
        *("P0110", "P0148", "P0170", "P0210"),
    )


@pytest.mark.parametrize(("payload", "status"), [("4300", "confirmed"), ("4700", "pending"), ("4A00", "permanent")])
def test_no_codes_is_an_answer(payload: str, status: str) -> None:
    assert trouble_codes.interpret_response(bytes.fromhex(payload)) == (status, ())


@pytest.mark.parametrize("payload", ["43", "", "430101", "43010143FF", "4302014341", "430143", "4401"])
def test_codes_whose_count_and_bytes_disagree_are_refused(payload: str) -> None:
    with pytest.raises(ServiceError):
        trouble_codes.interpret_response(bytes.fromhex(payload))


def test_only_the_three_code_services_ask_for_codes() -> None:
    assert [trouble_codes.make_request(service) for service in (0x03, 0x07, 0x0A)] == [b"\x03", b"\x07", b"\x0a"]
    with pytest.raises(ServiceError):
        trouble_codes.make_request(0x04)


@given(high=st.integers(0, 255), low=st.integers(0, 255))
def test_every_two_byte_code_has_one_text_and_back(high: int, low: int) -> None:
    text = dtc.text(bytes((high, low)))

    assert len(text) == 5
    assert ("PCBU".index(text[0]) << 6 | int(text[1]) << 4 | int(text[2], 16), int(text[3:], 16)) == (high, low)


@pytest.mark.parametrize("code", [b"", b"\x01", b"\x01\x43\x00"])
def test_a_code_of_another_size_is_refused(code: bytes) -> None:
    with pytest.raises(ServiceError):
        dtc.text(code)


def test_a_freeze_frame_names_the_code_that_stored_it() -> None:
    assert freeze_frame.make_request(0x02) == bytes.fromhex("020200")
    pid, frame, data = freeze_frame.interpret_response(bytes.fromhex("4202000301"), LENGTHS)
    assert (pid, frame, freeze_frame.cause(data)) == (0x02, 0, "P0301")
    assert freeze_frame.cause(b"\x00\x00") is None
    assert freeze_frame.interpret_response(bytes.fromhex("420C001AF8"), LENGTHS) == (0x0C, 0, b"\x1a\xf8")
    assert freeze_frame.interpret_response(bytes.fromhex("42200080000001"), LENGTHS) == (0x20, 0, b"\x80\x00\x00\x01")


@pytest.mark.parametrize("payload", ["42", "410C00", "420C001A", "42FF0001", "420200"])
def test_a_broken_freeze_frame_is_refused(payload: str) -> None:
    with pytest.raises(ServiceError):
        freeze_frame.interpret_response(bytes.fromhex(payload), LENGTHS)


def test_a_did_comes_back_with_its_data() -> None:
    assert read_data_by_identifier.make_request(0xC00B) == bytes.fromhex("22C00B")
    assert read_data_by_identifier.interpret_response(bytes.fromhex("62C00B0102")) == (0xC00B, b"\x01\x02")
    for broken in ("62C00B", "62", "", "63C00B01"):
        with pytest.raises(ServiceError):
            read_data_by_identifier.interpret_response(bytes.fromhex(broken))


def test_a_local_identifier_is_one_byte() -> None:
    assert read_data_by_local_identifier.make_request(0x01) == bytes.fromhex("2101")
    assert read_data_by_local_identifier.interpret_response(bytes.fromhex("61010A0B")) == (0x01, b"\x0a\x0b")
    for broken in ("", "61", "6101", "620101"):
        with pytest.raises(ServiceError, match="starts with 61"):
            read_data_by_local_identifier.interpret_response(bytes.fromhex(broken))


def test_a_refusal_names_service_and_reason() -> None:
    assert negative.interpret_response(bytes.fromhex("7F2278")) == (0x22, negative.RESPONSE_PENDING)
    for broken in ("7F22", "7F223100", "6222", ""):
        with pytest.raises(ServiceError):
            negative.interpret_response(bytes.fromhex(broken))


def test_a_vin_is_read_checked_and_never_shown_whole() -> None:
    whole = "1HGCM82633A004352"
    infotype, data = vehicle_information.interpret_response(bytes.fromhex("490201") + whole.encode())
    number = vehicle_information.number(data)

    assert infotype == vehicle_information.VIN_INFOTYPE

    assert vehicle_information.make_request(0x02) == bytes.fromhex("0902")
    assert number.whole == whole
    assert number.has_valid_check_digit
    assert number.masked == "1HG**************"
    assert not vin.Vin("1HGCM82643A004352").has_valid_check_digit
    for shown in (str(number), repr(number), f"{number}", f"{(number,)}"):
        assert whole[3:] not in shown
        assert "004352" not in shown
    assert number == vin.Vin(whole)
    assert len({number, vin.Vin(whole)}) == 1
    assert number != whole


def test_a_vin_that_was_padded_in_front_is_read() -> None:
    assert vin.decode(b"\x00\x00\x00" + b"1HGCM82633A004352").whole == "1HGCM82633A004352"


@pytest.mark.parametrize(
    "payload",
    [
        b"\x49\x02\x02" + b"1HGCM82633A004352",
        b"\x49\x02\x01" + b"1HGCM8263",
        b"\x49\x02\x01" + b"1HGCM82633A00435I",
        b"\x49\x02\x01" + b"\xff" * 17,
        b"\x49\x02",
        b"\x49\x04\x01",
        b"\x22\x02\x01" + b"1HGCM82633A004352",
    ],
)
def test_what_is_no_vin_is_refused_and_not_repeated_in_the_error(payload: bytes) -> None:
    with pytest.raises(ServiceError) as caught:
        vehicle_information.number(vehicle_information.interpret_response(payload)[1])

    assert "1HG" not in str(caught.value)


def test_a_vin_behind_a_did_has_no_count_before_it() -> None:
    assert vehicle_information.number(b"1HGCM82633A004352") == vin.Vin("1HGCM82633A004352")


def test_calibrations_verification_numbers_and_names_come_without_their_padding() -> None:
    items = vehicle_information.items
    ids = b"37806-RAA-A120\x00\x00" + b"CAL2".ljust(16, b"\xff")

    assert items(vehicle_information.CALIBRATIONS, b"\x02" + ids) == ("37806-RAA-A120", "CAL2")
    assert items(vehicle_information.CALIBRATIONS, ids) == ("37806-RAA-A120", "CAL2")
    assert items(vehicle_information.VERIFICATIONS, bytes.fromhex("021791BC8216E062BE")) == ("1791BC82", "16E062BE")
    assert items(vehicle_information.ECU_NAME, b"\x01ECM\x00-EngineControl\x00\x00") == ("ECM-EngineControl",)
    assert items(vehicle_information.CALIBRATIONS, b"\x01" + b"A\x80" * 8) == ("4180" * 8,)


@pytest.mark.parametrize("data", ["", "01", "0200000000", "000000000000", "FF112233445566"])
def test_items_whose_number_and_bytes_disagree_are_refused(data: str) -> None:
    with pytest.raises(ServiceError, match="items"):
        vehicle_information.items(vehicle_information.VERIFICATIONS, bytes.fromhex(data))


def test_the_info_types_that_an_ecu_has_are_named_by_its_bitmap() -> None:
    assert vehicle_information.supported(bytes.fromhex("55400000")) == {0x02, 0x04, 0x06, 0x08, 0x0A}


@given(
    payload=st.binary(max_size=40),
    service=st.sampled_from([0x41, 0x42, 0x43, 0x47, 0x49, 0x4A, 0x61, 0x62, 0x7F, None]),
)
def test_any_bytes_at_all_raise_nothing_but_our_error(payload: bytes, service: int | None) -> None:
    if service is not None:
        payload = bytes((service,)) + payload
    readers: list[Callable[[bytes], object]] = [
        lambda answer: current_data.interpret_response(answer, LENGTHS),
        lambda answer: freeze_frame.interpret_response(answer, LENGTHS),
        trouble_codes.interpret_response,
        lambda answer: vehicle_information.number(vehicle_information.interpret_response(answer)[1]),
        lambda answer: vehicle_information.items(0x04, answer),
        lambda answer: vehicle_information.items(0x06, answer),
        lambda answer: vehicle_information.items(0x0A, answer),
        vehicle_information.supported,
        read_data_by_identifier.interpret_response,
        read_data_by_local_identifier.interpret_response,
        negative.interpret_response,
    ]
    for read in readers:
        try:
            read(payload)
        except ServiceError:
            continue
