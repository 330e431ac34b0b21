"""The key of a refused payload can still be read, so that its sender can be told."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import codec
from contract.codec import Key

STREAM = "0" * 32 + "-t"


def payload(fields: dict[str, object], version: int = codec.VERSION) -> bytes:
    return b"OR" + bytes((version, 0)) + msgspec.msgpack.encode(fields)


def test_the_key_of_a_newer_versions_payload_is_readable() -> None:
    newer = payload(
        {"kind": "hologram", "vehicle": "car-1", "stream": STREAM, "seq": 7, "anything": [1]}, codec.VERSION + 1
    )

    assert codec.read_key(newer) == Key("car-1", STREAM, 7)


@pytest.mark.parametrize(
    "fields",
    [
        {"vehicle": "car-1", "stream": STREAM},
        {"vehicle": "car/1", "stream": STREAM, "seq": 1},
        {"vehicle": "car-1", "stream": "not a stream", "seq": 1},
        {"vehicle": "car-1", "stream": STREAM, "seq": 0},
        {"vehicle": "car-1", "stream": STREAM, "seq": "1"},
    ],
)
def test_a_key_that_could_not_stand_in_a_receipt_is_none(fields: dict[str, object]) -> None:
    assert codec.read_key(payload(fields)) is None


@given(st.binary(max_size=100))
def test_nothing_is_raised_for_any_bytes(body: bytes) -> None:
    assert codec.read_key(body) is None
    codec.read_key(b"OR\x01\x00" + body)
    codec.read_key(b"OR\x01\x01" + body)
