"""The J1979 services, byte by byte."""

import pytest

from firmware_sim.protocol import dtc, j1979
from firmware_sim.protocol.answers import RefusalError, Server
from firmware_sim.protocol.j1979 import FreezeFrame

pytestmark = pytest.mark.wheel

FIELDS = {0x05: lambda: b"\x53", 0x0C: lambda: b"\x18\xef", 0x42: lambda: b"\x64\x64", 0xA6: lambda: bytes(4)}


def test_bitmaps_name_each_supported_identifier_and_chain_to_the_next_range() -> None:
    assert j1979.support(0x00, {0x01, 0x0C, 0x20}) == bytes.fromhex("80100001")
    assert j1979.support(0x00, {0x01, 0x0C, 0x21}) == bytes.fromhex("80100001")
    assert j1979.support(0x20, {0x01, 0x21}) == bytes.fromhex("80000000")


def test_the_chain_of_bitmaps_reaches_every_pid_and_no_other() -> None:
    service = j1979.current_data(FIELDS)
    found, base = set(), 0x00

    while True:
        bits = int.from_bytes(service(bytes([0x01, base]))[2:], "big")
        found |= {base + place for place in range(1, 33) if bits >> (32 - place) & 1 and place != 32}
        if not bits & 1:
            break
        base += 0x20

    assert found == set(FIELDS)


def test_several_pids_are_answered_together_without_those_it_does_not_have() -> None:
    service = j1979.current_data(FIELDS)

    assert service(bytes.fromhex("010C0D05")) == bytes.fromhex("410C18EF0553")


def test_the_module_voltage_is_the_published_vector() -> None:
    assert j1979.current_data(FIELDS)(b"\x01\x42") == bytes.fromhex("41426464")


@pytest.mark.parametrize("request_", [b"\x01", b"\x01" + bytes(7), b"\x01\x0d"])
def test_too_many_pids_none_or_an_unknown_one_are_refused(request_: bytes) -> None:
    with pytest.raises(RefusalError):
        j1979.current_data(FIELDS)(request_)


def test_trouble_codes_come_with_their_count() -> None:
    codes = ("P0143", "C0196", "B0148", "U0148")

    assert j1979.trouble_codes(lambda: codes)(b"\x03") == bytes.fromhex("43040143419681 48C148".replace(" ", ""))
    assert j1979.trouble_codes(tuple)(b"\x07") == bytes.fromhex("4700")


@pytest.mark.parametrize("text", ["", "P033", "X0335", "P4335", "p0335", "P0335A"])
def test_what_is_no_trouble_code_is_not_encoded(text: str) -> None:
    with pytest.raises(ValueError, match="no trouble code"):
        dtc.encode(text)


def test_the_freeze_frame_names_its_code_and_keeps_its_data() -> None:
    service = j1979.freeze_frame(lambda: FreezeFrame("P0335", {0x0D: b"\x3c"}))

    assert service(bytes.fromhex("020200")) == bytes.fromhex("4202000335")
    assert service(bytes.fromhex("020D00")) == bytes.fromhex("420D003C")
    assert service(bytes.fromhex("020000")) == bytes.fromhex("42000040080000")


def test_without_a_freeze_frame_its_code_is_0000_and_there_is_no_data() -> None:
    service = j1979.freeze_frame(lambda: None)

    assert service(bytes.fromhex("020200")) == bytes.fromhex("4202000000")
    with pytest.raises(RefusalError):
        service(bytes.fromhex("020D00"))


def test_vehicle_information_lists_what_it_has() -> None:
    service = j1979.vehicle_information("0UR7B52M440880957", "ECM-EngineControl")

    assert service(b"\x09\x00") == bytes.fromhex("490040400000")
    assert service(b"\x09\x02") == b"\x49\x02\x01" + b"0UR7B52M440880957"
    assert len(service(b"\x09\x0a")) == 3 + 20


def test_a_functional_request_for_something_unknown_stays_without_answer() -> None:
    server = Server({0x01: j1979.current_data(FIELDS)})

    assert server.answer(b"\x22\xf1\x90", functional=True) is None
    assert server.answer(b"\x22\xf1\x90", functional=False) == bytes.fromhex("7F2211")
    assert server.answer(b"\x01\x0d", functional=True) is None
    assert server.answer(b"\x01\x0d", functional=False) == bytes.fromhex("7F0112")
