"""Payloads of version 1 as they were first sent: for ever the same message, and the same body again."""

import json
import zlib
from pathlib import Path

import msgspec
import pytest

from contract.codec import decode, dictionary, encode
from contract.messages import AnyMessage, DtcSet
from tests.contract.by_hand import one_of_each

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "wire" / "v1"
KINDS = sorted(path.stem for path in GOLDEN.glob("*.bin"))


def body(payload: bytes) -> bytes:
    """Return the MessagePack in `payload`: it may be packed otherwise tomorrow, what is packed may not change."""
    if payload[3] == 2:
        return zlib.decompressobj(-15, zdict=dictionary()).decompress(payload[8:])
    return zlib.decompress(payload[4:]) if payload[3] else payload[4:]


def said(message: AnyMessage) -> object:
    """Return `message` as the JSON beside its payload says it; bytes are base64."""
    return msgspec.json.decode(msgspec.json.encode(message))


def test_there_is_a_golden_payload_of_every_message() -> None:
    assert set(KINDS) == set(one_of_each())


@pytest.mark.parametrize("kind", KINDS)
def test_a_golden_payload_still_says_what_it_said(kind: str) -> None:
    message = decode((GOLDEN / f"{kind}.bin").read_bytes())

    assert said(message) == json.loads((GOLDEN / f"{kind}.json").read_text())


@pytest.mark.parametrize("kind", KINDS)
def test_a_golden_payload_goes_out_again_as_the_same_body(kind: str) -> None:
    payload = (GOLDEN / f"{kind}.bin").read_bytes()

    again = encode(decode(payload))

    assert again[:3] == payload[:3]
    assert body(again) == body(payload)


@pytest.mark.parametrize("kind", KINDS)
def test_today_s_message_is_still_written_as_the_golden_one(kind: str) -> None:
    assert body(encode(one_of_each()[kind])) == body((GOLDEN / f"{kind}.bin").read_bytes())


class ReportOfBefore(msgspec.Struct):
    """What a reader knew of a report before status bytes and freeze frames were added."""

    vehicle: str
    sets: tuple[DtcSet, ...]
    mil_on: bool | None = None


def test_a_reader_of_before_reads_past_what_was_added_to_a_report() -> None:
    old = msgspec.msgpack.decode(body((GOLDEN / "dtc-in-full.bin").read_bytes()), type=ReportOfBefore)

    assert old == ReportOfBefore("car-1", (DtcSet(ecu="7E8", status="confirmed", codes=("P0143",)),), True)


def test_what_a_report_has_nothing_to_say_of_takes_no_byte() -> None:
    assert {*msgspec.msgpack.decode(body((GOLDEN / "dtc.bin").read_bytes()))} == {
        *("kind", "vehicle", "stream", "seq", "boot_id", "mono_ms", "wall_ms", "clock_quality", "sets", "mil_on")
    }
