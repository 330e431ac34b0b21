"""The one door for bytes: every message comes back as it went, and only `ContractError` comes out of bad ones."""

import hashlib
import math
import zlib
from collections.abc import Callable
from typing import Any, Final

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract.codec import MAX_DECODED_BYTES, MAX_PAYLOAD_BYTES, VERSION, decode, dictionary, encode
from contract.errors import ContractError
from contract.messages import AnyMessage, UrgentEvent
from tests.contract.by_hand import one_of_each
from tests.contract.made import messages

EACH: Final = one_of_each()
PLAIN: Final = b"OR" + bytes((VERSION, 0))
DEFLATED: Final = b"OR" + bytes((VERSION, 1))
BY_DICTIONARY: Final = b"OR" + bytes((VERSION, 2))


def plain(message: object) -> bytes:
    """Return a payload that is not compressed and holds `message`, whatever it is."""
    return PLAIN + msgspec.msgpack.encode(message)


def deflated(body: bytes) -> bytes:
    """Return a payload whose body is zlib, as the first agents sent it."""
    return DEFLATED + zlib.compress(body, 9)


def by_dictionary(body: bytes) -> bytes:
    """Return a payload whose body is deflated with the contract's dictionary, behind its CRC-32."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=dictionary())
    return BY_DICTIONARY + zlib.crc32(body).to_bytes(4, "big") + deflater.compress(body) + deflater.flush()


PACKINGS: Final = (PLAIN.__add__, deflated, by_dictionary)


def changed(kind: str, /, **fields: object) -> bytes:
    """Return the payload of the message `kind` with `fields` put in the place of its own."""
    return plain(msgspec.to_builtins(EACH[kind], builtin_types=(bytes,)) | fields)


def changed_column(**fields: object) -> bytes:
    """Return a telemetry payload whose first column has `fields` in the place of its own."""
    body: dict[str, Any] = msgspec.to_builtins(EACH["telemetry"], builtin_types=(bytes,))
    return changed("telemetry", columns=[body["columns"][0] | fields])


@given(messages)
def test_a_message_comes_back_as_it_went(message: AnyMessage) -> None:
    assert decode(encode(message)) == message


@given(messages)
def test_encoding_what_was_decoded_changes_no_byte(message: AnyMessage) -> None:
    payload = encode(message)

    assert encode(decode(payload)) == payload


@given(st.binary(max_size=300))
@example(b"")
@example(b"OR")
@example(PLAIN)
@example(DEFLATED)
@example(BY_DICTIONARY)
def test_random_bytes_are_refused_and_nothing_else(payload: bytes) -> None:
    with pytest.raises(ContractError):
        decode(payload)


@given(st.binary(max_size=300), st.sampled_from(PACKINGS))
def test_random_bytes_behind_a_good_header_are_refused_or_a_message(
    body: bytes, packed: Callable[[bytes], bytes]
) -> None:
    try:
        message = decode(packed(body))
    except ContractError:
        return
    assert decode(encode(message)) == message


@given(st.sampled_from(sorted(EACH)), st.data())
def test_a_mutated_message_is_refused_or_still_a_whole_one(kind: str, data: st.DataObject) -> None:
    body = bytearray(msgspec.msgpack.encode(EACH[kind]))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        message = decode(PLAIN + bytes(body))
    except ContractError:
        return
    assert decode(encode(message)) == message


@pytest.mark.parametrize("kind", sorted(EACH))
@pytest.mark.parametrize("packed", PACKINGS)
def test_a_message_cut_short_anywhere_is_refused(kind: str, packed: Callable[[bytes], bytes]) -> None:
    whole = packed(msgspec.msgpack.encode(EACH[kind]))
    for end in range(len(whole)):
        with pytest.raises(ContractError):
            decode(whole[:end])


@pytest.mark.parametrize("kind", sorted(EACH))
def test_bytes_after_the_end_are_refused(kind: str) -> None:
    body = msgspec.msgpack.encode(EACH[kind])

    for packed in PACKINGS:
        with pytest.raises(ContractError):
            decode(packed(body) + b"\x00")


@pytest.mark.parametrize("kind", sorted(EACH))
def test_however_a_message_was_packed_it_says_the_same(kind: str) -> None:
    body = msgspec.msgpack.encode(EACH[kind])

    assert [decode(packed(body)) for packed in PACKINGS] == [EACH[kind]] * 3


def test_a_body_that_is_not_the_one_that_was_sent_is_refused() -> None:
    payload = by_dictionary(msgspec.msgpack.encode(EACH["telemetry"]))

    with pytest.raises(ContractError, match="checksum"):
        decode(payload[:4] + bytes((payload[4] ^ 1,)) + payload[5:])


def test_the_dictionary_is_the_one_that_payloads_in_the_field_were_packed_with() -> None:
    assert hashlib.sha256(dictionary()).hexdigest() == (
        "a945b7c386cb3663f69883beb4ddd72a72e7f2300718a14109383d266dfef152"
    )


def test_a_newer_version_is_refused_by_its_number() -> None:
    payload = b"OR" + bytes((VERSION + 1, 0)) + b"whatever the future holds"

    with pytest.raises(ContractError, match=f"wire version {VERSION + 1} is not understood"):
        decode(payload)


def test_a_flag_of_the_future_is_refused() -> None:
    with pytest.raises(ContractError, match="unknown flags 0x04"):
        decode(b"OR" + bytes((VERSION, 4)) + b"\x80")


def test_a_field_of_the_future_is_read_past() -> None:
    assert decode(changed("status", battery_swaps=3)) == EACH["status"]


def test_an_oversized_payload_is_refused_before_it_is_read() -> None:
    with pytest.raises(ContractError, match="over the limit"):
        decode(DEFLATED + bytes(MAX_PAYLOAD_BYTES))


@pytest.mark.parametrize("size", [MAX_DECODED_BYTES + 1, 64 << 20])
@pytest.mark.parametrize("packed", PACKINGS[1:])
def test_a_bomb_is_refused_by_its_size_once_decompressed(size: int, packed: Callable[[bytes], bytes]) -> None:
    bomb = packed(bytes(size))

    assert len(bomb) < MAX_PAYLOAD_BYTES
    with pytest.raises(ContractError, match="once decompressed"):
        decode(bomb)


@pytest.mark.parametrize("nest", [b"\x91", b"\x81\xa1a", b"\xdd\x00\x00\x00\x01"])
def test_deep_nesting_is_refused(nest: bytes) -> None:
    deep = nest * 100_000 + b"\xc0"

    with pytest.raises(ContractError):
        decode(PLAIN + deep)
    with pytest.raises(ContractError):
        decode(DEFLATED + zlib.compress(b"\x82\xa4kind\xa6status\xa5extra" + deep))


def test_what_is_too_large_to_be_read_is_not_sent() -> None:
    vast = msgspec.structs.replace(EACH["urgent"], facts={"note": "a" * (MAX_DECODED_BYTES + 1)})

    with pytest.raises(ContractError, match="too large"):
        encode(vast)


def test_text_that_is_no_unicode_is_not_sent() -> None:
    broken = msgspec.structs.replace(EACH["urgent"], facts={"note": "\ud800"})

    with pytest.raises(ContractError, match="cannot hold"):
        encode(broken)


BAD: Final = {
    "vehicle with a slash": changed("status", vehicle="car/1"),
    "vehicle with a wildcard": changed("status", vehicle="+"),
    "vehicle with a line end": changed("status", vehicle="car-1\n"),
    "stream without a lane": changed("urgent", stream="0" * 32),
    "stream of capitals": changed("urgent", stream="A" * 32 + "-u"),
    "seq of zero": changed("urgent", seq=0),
    "seq past exactness": changed("urgent", seq=(1 << 53) + 1),
    "seq that is a bool": changed("urgent", seq=True),
    "boot id with a line end": changed("urgent", boot_id="a\nb"),
    "wall time past 64 bits": changed("urgent", wall_ms=(1 << 64) - 1),
    "mono time past exactness": changed("telemetry", mono_ms=1 << 60),
    "clock quality unknown": changed("urgent", clock_quality="splendid"),
    "event unknown": changed("urgent", event="party"),
    "fact that is not a number": changed("urgent", facts={"speed": math.nan}),
    "fact without end": changed("urgent", facts={"speed": math.inf}),
    "fact that is a list": changed("urgent", facts={"speed": [1.0]}),
    "latitude past the pole": changed(
        "urgent", position={"latitude_deg": 91.0, "longitude_deg": 0.0, "crs": "WGS84", "precision": "exact"}
    ),
    "longitude that is not a number": changed(
        "urgent", position={"latitude_deg": 1.0, "longitude_deg": math.nan, "crs": "WGS84", "precision": "exact"}
    ),
    "position without a reference": changed("urgent", position={"latitude_deg": 1.0, "longitude_deg": 1.0}),
    "fault code in words": changed("dtc", sets=[{"ecu": "7E8", "status": "confirmed", "codes": ["engine hot"]}]),
    "fault code in small letters": changed("dtc", sets=[{"ecu": "7E8", "status": "confirmed", "codes": ["p0217"]}]),
    "receipt running down": changed("receipt", stored=[[5, 4]]),
    "receipt from zero": changed("receipt", stored=[[0, 4]]),
    "receipt of three": changed("receipt", stored=[[1, 2, 3]]),
    "rejected zero": changed("receipt", rejected=[[0, "no"]]),
    "revision below zero": changed("config", revision=-1),
    "grant without end": changed("config", grants=[{"precision": "exact", "until_ms": 1 << 63}]),
    "kind unknown": changed("status", kind="greeting"),
    "no kind": plain({"vehicle": "car-1"}),
    "a list": plain([1, 2, 3]),
    "scale that is not a number": changed_column(scale=math.nan),
    "scale without end": changed_column(scale=math.inf),
    "scale of zero": changed_column(scale=0.0),
    "scale below zero": changed_column(scale=-0.1),
    "scale that overflows": changed_column(scale=1e300),
    "offset without end": changed_column(offset=-math.inf),
    "width of three": changed_column(time_width=3),
    "width below zero": changed_column(value_width=-2),
    "half a number": changed_column(values=b"\x00\x00\x00"),
    "no samples": changed_column(times=b"", values=b"", validity=b""),
    "validity unknown": changed_column(validity=b"\x05\x00"),
    "validity of another count": changed_column(validity=b"\x00"),
    "raw of nobody": changed_column(raw={2: b"\x00"}),
    "raw below zero": changed_column(raw={-1: b"\x00"}),
    "signal with a line end": changed_column(signal="Vehicle.Speed\n"),
    "values that run over": changed_column(value_width=8, values=b"\xff" * 7 + b"\x7f" + b"\xff" * 7 + b"\x7f"),
    "times that run over": changed_column(time_width=8, times=b"\xff" * 7 + b"\x7f" + b"\xff" * 7 + b"\x7f"),
}


@pytest.mark.parametrize("payload", BAD.values(), ids=BAD)
def test_what_a_reader_could_not_keep_is_refused(payload: bytes) -> None:
    with pytest.raises(ContractError):
        decode(payload)


def test_the_payloads_that_are_changed_are_good_before() -> None:
    for kind, message in EACH.items():
        assert decode(changed(kind)) == message
    assert isinstance(decode(changed("urgent")), UrgentEvent)
    decode(changed_column())
