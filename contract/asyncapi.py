"""The wire as an AsyncAPI 3 document, generated from the messages, topics and limits that the code itself uses."""

import inspect
from typing import Any, Final

import msgspec

from contract import codec, topics
from contract.messages import Config, DtcReport, Message, Receipt, Status, TelemetryBatch, UrgentEvent

Json = dict[str, Any]

CONTENT_TYPE: Final = f"application/vnd.outrider.v{codec.VERSION}+msgpack"
LANES: Final[dict[str, type[Message]]] = {
    "telemetry": TelemetryBatch,
    "urgent": UrgentEvent,
    "dtc": DtcReport,
    "status": Status,
    "receipt": Receipt,
    "config": Config,
}
_REF: Final = "#/components/schemas/{name}"
_RETAINED: Final = frozenset({"status", "config"})


def document() -> Json:
    """Return the whole document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Outrider between the car and the cloud",
            "version": f"{codec.VERSION}.0.0",
            "description": _about(),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {lane: _channel(lane) for lane in LANES},
        "operations": {_operation_name(lane): _operation(lane) for lane in LANES},
        "components": {
            "messages": {lane: _message(lane, kind) for lane, kind in LANES.items()},
            "schemas": _schemas(),
        },
    }


def _about() -> str:
    return (
        "MQTT 5, QoS 1. The MQTT user name is the vehicle id, and the broker lets a user speak and listen under its "
        "own id only. A payload is the bytes `OR`, the wire version "
        f"({codec.VERSION}), a flag byte and one MessagePack map, its body: plain (flags 0), zlib (1), or its CRC-32, "
        "big-endian, and raw deflate with the preset dictionary `contract/data/wire-1.dict` (2); strings of "
        "`contentEncoding: base64` are MessagePack binary. A body is at most "
        f"{codec.MAX_DECODED_BYTES} bytes once decompressed, a payload at most {codec.MAX_PAYLOAD_BYTES}. "
        "Fields that a reader does not know are read past. A PUBACK means nothing: the car keeps a record until a "
        "receipt names its stream and seq as stored or rejected."
    )


def _channel(lane: str) -> Json:
    direction = "up" if lane in topics.UP else "down"
    return {
        "address": f"{topics.ROOT}/{{vehicle}}/{direction}/{lane}",
        "parameters": {"vehicle": {"description": "The vehicle id, which is also the MQTT user name."}},
        "messages": {lane: {"$ref": f"#/components/messages/{lane}"}},
    }


def _operation_name(lane: str) -> str:
    return f"{'send' if lane in topics.UP else 'hear'}_{lane}"


def _operation(lane: str) -> Json:
    """Describe `lane` as the car sees it."""
    return {
        "action": "send" if lane in topics.UP else "receive",
        "channel": {"$ref": f"#/channels/{lane}"},
        "messages": [{"$ref": f"#/channels/{lane}/messages/{lane}"}],
        "bindings": {"mqtt": {"qos": 1, "retain": lane in _RETAINED, "bindingVersion": "0.2.0"}},
    }


def _message(lane: str, kind: type[Message]) -> Json:
    summary, *_ = inspect.cleandoc(kind.__doc__ or "").splitlines()
    return {
        "name": lane,
        "summary": summary,
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": _REF.format(name=kind.__name__)},
    }


def _schemas() -> Json:
    _, components = msgspec.json.schema_components(list(LANES.values()), ref_template=_REF)
    for schema in components.values():
        schema["description"] = inspect.cleandoc(schema["description"])
    # Through JSON, so that tuples are lists here as they are in the file.
    return msgspec.json.decode(msgspec.json.encode(dict(sorted(components.items()))), type=Json)
