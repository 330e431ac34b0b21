"""One door for bytes: a message out of a payload, or `ContractError`.

Layout: b"OR", the wire version, a flag byte (bit 0: the body is zlib), then the body: msgpack of one message.
"""

import zlib
from typing import Final

import msgspec

from contract.checks import MAX_SEQ, check
from contract.errors import ContractError
from contract.identity import check_stream, check_vehicle
from contract.messages import AnyMessage

VERSION: Final = 1
MAX_DECODED_BYTES: Final = 1 << 20
MAX_PAYLOAD_BYTES: Final = 1 << 18

_MAGIC: Final = b"OR"
_DEFLATED: Final = 0x01
_HEADER: Final = 4
_MAX_DEPTH_HINT: Final = "nesting is too deep"
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(AnyMessage)


class Key(msgspec.Struct, frozen=True):
    """Which record a payload is: what a receipt names."""

    vehicle: str
    stream: str
    seq: int


_keys: Final = msgspec.msgpack.Decoder(Key)


def encode(message: AnyMessage) -> bytes:
    """Return `message` as a payload of the current version, or raise `ContractError` when it is too large to send."""
    try:
        body = _encoder.encode(message)
    except (UnicodeEncodeError, OverflowError) as error:
        raise ContractError(f"a message of version {VERSION} cannot hold this: {error}") from error
    packed = zlib.compress(body, 6)
    if len(packed) < len(body):
        payload = _MAGIC + bytes((VERSION, _DEFLATED)) + packed
    else:
        payload = _MAGIC + bytes((VERSION, 0)) + body
    if len(body) > MAX_DECODED_BYTES or len(payload) > MAX_PAYLOAD_BYTES:
        raise ContractError(f"a message of {len(body)} bytes, {len(payload)} packed, is too large: send two")
    return payload


def decode(payload: bytes, *, max_bytes: int = MAX_DECODED_BYTES) -> AnyMessage:
    """Return the message in `payload`, or raise `ContractError`; `max_bytes` bounds the decompressed body."""
    body = _body(payload, max_bytes)
    try:
        message: AnyMessage = _decoder.decode(body)
    except (msgspec.MsgspecError, RecursionError, OverflowError, UnicodeDecodeError) as error:
        raise ContractError(f"not a message of version {VERSION}: {error or _MAX_DEPTH_HINT}") from error
    check(message)
    return message


def read_key(payload: bytes, *, max_bytes: int = MAX_DECODED_BYTES) -> Key | None:
    """Return the key of a payload that `decode` may have refused, so that its sender can be told; else None.

    Every version keeps the header and these three names, so a newer one's key is readable too.
    """
    try:
        key: Key = _keys.decode(_body(payload[:2] + bytes((VERSION,)) + payload[3:], max_bytes))
        check_vehicle(key.vehicle)
        check_stream(key.stream)
    except (ContractError, msgspec.MsgspecError, RecursionError, OverflowError, UnicodeDecodeError):
        return None
    return key if 1 <= key.seq <= MAX_SEQ else None


def _body(payload: bytes, max_bytes: int) -> bytes:
    if len(payload) < _HEADER or payload[:2] != _MAGIC:
        raise ContractError("not an Outrider payload: it must start with OR, a version and a flag byte")
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ContractError(f"payload of {len(payload)} bytes is over the limit of {MAX_PAYLOAD_BYTES}")
    version, flags = payload[2], payload[3]
    if version != VERSION:
        raise ContractError(f"wire version {version} is not understood here; this side reads version {VERSION}")
    if flags & ~_DEFLATED:
        raise ContractError(f"unknown flags 0x{flags:02x}")
    body = payload[_HEADER:]
    if flags & _DEFLATED:
        body = _inflate(body, max_bytes)
    if len(body) > max_bytes:
        raise ContractError(f"body is over the limit of {max_bytes} bytes")
    return body


def _inflate(body: bytes, max_bytes: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        whole = inflater.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise ContractError(f"the compressed body is damaged: {error}") from error
    if len(whole) > max_bytes:
        raise ContractError(f"body is over the limit of {max_bytes} bytes once decompressed")
    if not inflater.eof or inflater.unused_data:
        raise ContractError("the compressed body is cut short or has bytes after its end")
    return whole
