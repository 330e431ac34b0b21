"""What becomes of one message: stored, noted, or refused with a reason. Pure."""

from typing import Final, NamedTuple, TypeAlias

from cloud.errors import RefusedError
from cloud.ingest.ports import Presence
from cloud.log.ports import DeadLetter, Record
from contract import codec, topics
from contract.errors import ContractError
from contract.messages import DtcReport, Health, Status, TelemetryBatch, UrgentEvent

MAX_REASON: Final = 200
_LANES: Final = {TelemetryBatch: "telemetry", UrgentEvent: "urgent", DtcReport: "dtc", Status: "status"}
_STREAM_ENDS: Final = {"telemetry": "-t", "urgent": "-u", "dtc": "-u"}


class Accepted(NamedTuple):
    """To be stored in the log."""

    record: Record


class Noted(NamedTuple):
    """A birth or will."""

    presence: Presence


class Refused(NamedTuple):
    """Never to be stored; `key` (vehicle, stream, seq) is there when the sender can be told."""

    letter: DeadLetter
    key: tuple[str, str, int] | None


Verdict: TypeAlias = Accepted | Noted | Refused


def judge(topic: str, payload: bytes, received_ms: int) -> Verdict:
    """Return what becomes of `payload`, which came on `topic` at `received_ms` of the domain clock.

    The broker binds the topic to the authenticated user, so a payload that speaks of another vehicle is forged.
    """
    try:
        return _accept(topics.parse(topic), payload, received_ms)
    except (ContractError, RefusedError) as error:
        letter = DeadLetter(received_ms, _storable(topic), _storable(str(error)), payload)
        return Refused(letter, _answerable(topic, payload))


def _accept(topic: topics.Topic, payload: bytes, received_ms: int) -> Accepted | Noted:
    message = codec.decode(payload)
    if message.vehicle != topic.vehicle:
        raise RefusedError(f"the topic is of vehicle {topic.vehicle!r}, the payload of {message.vehicle!r}")
    lane = _LANES.get(type(message))
    if lane is None or lane != topic.lane or topic.direction != "up":
        raise RefusedError(f"a {type(message).__name__} does not belong on {topic.direction}/{topic.lane}")
    if isinstance(message, Status):
        has_health = isinstance(message.health, Health)
        return Noted(Presence(message.vehicle, message.online, received_ms, payload, has_health))
    if not isinstance(message, TelemetryBatch | UrgentEvent | DtcReport):
        raise RefusedError(f"a {type(message).__name__} is not for the log")
    if not message.stream.endswith(_STREAM_ENDS[lane]):
        raise RefusedError(f"stream {message.stream!r} is not of the lane of {lane}")
    return Accepted(Record(message.vehicle, message.stream, message.seq, lane, received_ms, payload))


def _storable(text: str) -> str:
    """Return `text` so short and plain that a database and a receipt can hold it, whoever wrote it."""
    return text[:MAX_REASON].encode(errors="replace").decode()


def _answerable(topic: str, payload: bytes) -> tuple[str, str, int] | None:
    """Return the key of a refused payload if it is readable and speaks of the vehicle that the topic is of."""
    try:
        vehicle = topics.parse(topic).vehicle
    except ContractError:
        return None
    key = codec.read_key(payload)
    if key is None or key.vehicle != vehicle:
        return None
    return key.vehicle, key.stream, key.seq
