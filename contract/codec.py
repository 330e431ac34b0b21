"""One door for bytes: a message out of a payload, or `ContractError`.

Layout: b"OR", the wire version, a flag byte, then the body: msgpack of one message. Flags 1: the body is zlib. Flags 2:
it is raw deflate (RFC 1951) with the preset dictionary `data/wire-1.dict`, after the CRC-32 of the body, big-endian. A
batch of a minute repeats no signal's name, so without the dictionary the names would be most of it.
"""

import zlib
from functools import cache
from importlib import resources
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
_BY_DICTIONARY: Final = 0x02
_HEADER: Final = 4
_CRC: Final = 4
_LEVEL: Final = 6
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
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=dictionary())
    packed = zlib.crc32(body).to_bytes(_CRC, "big") + deflater.compress(body) + deflater.flush()
    if len(packed) < len(body):
        payload = _MAGIC + bytes((VERSION, _BY_DICTIONARY)) + packed
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
    body = payload[_HEADER:]
    if flags == _DEFLATED:
        body = _inflate(zlib.decompressobj(), body, max_bytes)
    elif flags == _BY_DICTIONARY:
        crc, body = body[:_CRC], _inflate(_by_dictionary(), body[_CRC:], max_bytes)
        if zlib.crc32(body).to_bytes(_CRC, "big") != crc:
            raise ContractError("the compressed body is damaged: its checksum is another")
    elif flags:
        raise ContractError(f"unknown flags 0x{flags:02x}")
    if len(body) > max_bytes:
        raise ContractError(f"body is over the limit of {max_bytes} bytes")
    return body


def _by_dictionary() -> "zlib._Decompress":
    return zlib.decompressobj(-zlib.MAX_WBITS, zdict=dictionary())


@cache
def dictionary() -> bytes:
    """Return the preset dictionary of version 1: it never changes, or old payloads could not be read."""
    return resources.files("contract").joinpath("data/wire-1.dict").read_bytes()


def _inflate(inflater: "zlib._Decompress", body: bytes, max_bytes: int) -> bytes:
    try:
        whole = inflater.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise ContractError(f"the compressed body is damaged: {error}") from error
    if len(whole) > max_bytes:
        raise ContractError(f"body is over the limit of {max_bytes} bytes once decompressed")
    if not inflater.eof or inflater.unused_data:
        raise ContractError("the compressed body is cut short or has bytes after its end")
    return whole
