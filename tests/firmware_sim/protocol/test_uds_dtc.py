"""Service 19 of a simulated ECU, byte by byte."""

import pytest

from firmware_sim.protocol.answers import RefusalError
from firmware_sim.protocol.uds_dtc import StoredCode, dtc_information

pytestmark = pytest.mark.wheel

STORED = (
    StoredCode("P0143", 0x1A, 0x2F, {1: {0xF405: b"\x6e", 0xF40C: b"\x1a\xf8"}}, {1: b"\x02"}),
    StoredCode("U0100", 0x00, 0x24),
)


def ask(request: str, stored: tuple[StoredCode, ...] = STORED) -> str:
    return dtc_information(lambda: stored)(bytes.fromhex(request)).hex().upper()


def test_codes_are_listed_by_the_bits_of_their_status() -> None:
    assert ask("1902FF") == "5902FF" + "01431A2F" + "C1000024"
    assert ask("190208") == "5902FF" + "01431A2F"
    assert ask("190280") == "5902FF"
    assert ask("190A") == "590AFF" + "01431A2F" + "C1000024"
    assert ask("1902FF", ()) == "5902FF"


def test_a_snapshot_is_found_by_its_code_and_number() -> None:
    assert ask("1903") == "590301431A01"
    assert ask("190401431A01") == "5904" + "01431A2F" + "0102" + "F4056E" + "F40C1AF8"
    assert ask("190401431AFF") == ask("190401431A01")
    assert ask("1904C10000FF") == "5904C1000024"


def test_extended_data_is_found_by_its_number() -> None:
    assert ask("190601431A01") == "5906" + "01431A2F" + "0102"


@pytest.mark.parametrize("request_", ["19", "1901FF", "1902", "1903FF", "190401431A", "190401431A02", "1904010000FF"])
def test_anything_else_is_refused(request_: str) -> None:
    with pytest.raises(RefusalError):
        ask(request_)
