"""What the log says of a vehicle itself: when it was last heard, how far it has run, where it may say it is."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import structlog
from sqlalchemy import Connection, RowMapping, select

from cloud.act.emergency import open_emergency
from cloud.cases import book, texts
from cloud.decision.policy import Policy
from cloud.faults import book as fault_book
from cloud.ingest.columns import Decoded, Samples, read
from cloud.log.ports import LogEntry
from cloud.maintenance import reminders
from cloud.rescue import places
from cloud.store.feed import note
from cloud.store.once import upsert
from cloud.store.tables import cases, vehicle_state, vehicles
from cloud.store.views import Point
from contract.errors import ContractError
from contract.messages import DtcReport, Recorded, Status, UrgentEvent
from contract.signals import DISTANCE, LATITUDE, LONGITUDE, SOC, SPEED
from contract.validity import Validity

_NOTE_EVERY_MS: Final = 300_000
_FUTURE_MS: Final = 300_000
_FIELDS: Final = {DISTANCE.path: "odometer_km", SPEED.path: "speed_kmh", SOC.path: "soc_pct"}
_READ: Final = ("telemetry", "urgent", "dtc")


class Newest(NamedTuple):
    """The newest valid value of one signal."""

    at_ms: int
    value: float


class Heard(NamedTuple):
    """What one log entry says: when it was sealed, its newest values, and every signal that was in it."""

    seen_ms: int
    clock_quality: str
    newest: dict[str, Newest]
    signals: frozenset[str]


def project(connection: Connection, entries: Sequence[LogEntry], now_ms: int, policy: Policy) -> None:
    """Bring the vehicles' states up to date with `entries`; emergencies among them are acted on, if nobody did yet."""
    heard: dict[str, list[Heard]] = {}
    known = _known(connection, {entry.vehicle for entry in entries})
    for entry in entries:
        if entry.kind not in _READ or entry.vehicle not in known:
            continue
        try:
            decoded = read(entry.payload)
        except ContractError as error:
            structlog.get_logger().warning("entry_not_readable", offset=entry.offset, reason=str(error))
            continue
        if isinstance(decoded.message, Recorded):
            said = hear(decoded, decoded.message, entry.received_ms)
            heard.setdefault(entry.vehicle, []).append(said)
            _faults(connection, decoded.message, said.seen_ms, now_ms)
        if isinstance(decoded.message, UrgentEvent):
            _urgent(connection, decoded.message, now_ms, policy)
    for vehicle_id, all_said in heard.items():
        _keep(connection, vehicle_id, all_said, known[vehicle_id], now_ms)


def note_status(connection: Connection, status: Status, received_ms: int, now_ms: int) -> None:
    """Keep an agent's birth or will."""
    query = select(vehicle_state.c.online, vehicle_state.c.agent_version, vehicle_state.c.has_position)
    row = connection.execute(query.where(vehicle_state.c.vehicle_id == status.vehicle)).one_or_none()
    # A will does not know what the agent has; the birth before it does.
    has_position = status.has_position_source if status.online or row is None else row.has_position
    said = status.online, status.agent_version[:80], has_position
    if (row is not None and tuple(row) == said) or not _known(connection, {status.vehicle}):
        return
    values = {
        "vehicle_id": status.vehicle,
        "online": status.online,
        "online_ms": received_ms,
        "agent_version": status.agent_version[:80],
        "has_position": has_position,
    }
    upsert(connection, vehicle_state, values)
    note(connection, "vehicle", status.vehicle, now_ms)


def hear(decoded: Decoded, sealed: Recorded, received_ms: int) -> Heard:
    """Return what the message `sealed` says of its vehicle; a clock that is unset or far ahead is not believed."""
    trusted = sealed.clock_quality != "unset" and sealed.wall_ms <= received_ms + _FUTURE_MS
    newest: dict[str, Newest] = {}
    for samples in decoded.columns():
        found = _newest(samples)
        if found is not None and (samples.signal not in newest or found.at_ms >= newest[samples.signal].at_ms):
            newest[samples.signal] = found
    return Heard(sealed.wall_ms if trusted else received_ms, sealed.clock_quality, newest, frozenset(decoded.signals))


def _newest(samples: Samples) -> Newest | None:
    valid = np.flatnonzero(samples.validity == Validity.VALUE)
    if len(valid) == 0:
        return None
    last = valid[int(np.argmax(samples.wall_ms[valid]))]
    return Newest(int(samples.wall_ms[last]), float(samples.values[last]))


def _known(connection: Connection, ids: set[str]) -> dict[str, RowMapping]:
    joined = select(vehicles.c.id, *(column for column in vehicle_state.c if column.name != "vehicle_id"))
    query = joined.select_from(vehicles.outerjoin(vehicle_state)).where(vehicles.c.id.in_(ids))
    return {row["id"]: row for row in connection.execute(query).mappings()}


def _keep(connection: Connection, vehicle_id: str, said: list[Heard], known: RowMapping, now_ms: int) -> None:
    seen_ms = max(known["last_seen_ms"] or 0, *(heard.seen_ms for heard in said))
    values: dict[str, Any] = {
        "vehicle_id": vehicle_id,
        "last_seen_ms": seen_ms,
        "received_ms": now_ms,
        "clock_quality": said[-1].clock_quality,
    }
    signals = set(known["signals"] or ()).union(*(heard.signals for heard in said))
    if len(signals) != len(known["signals"] or ()):
        values["signals"] = sorted(signals)
    for path, field in _FIELDS.items():
        found = [heard.newest[path] for heard in said if path in heard.newest]
        if found:
            values[field] = max(found).value
    moved = _odometer(values, known, said)
    back = known["silent_ms"] is not None and seen_ms > (known["last_seen_ms"] or 0)
    if back:
        values["silent_ms"] = None
        _tell_cases(connection, vehicle_id, now_ms)
    if back or now_ms - (known["noted_ms"] or 0) >= _NOTE_EVERY_MS:
        values["noted_ms"] = now_ms
        note(connection, "vehicle", vehicle_id, now_ms)
    upsert(connection, vehicle_state, values)
    _place(connection, vehicle_id, said, now_ms)
    if moved:
        reminders.review(connection, vehicle_id, now_ms)


def _faults(connection: Connection, message: Recorded, at_ms: int, now_ms: int) -> None:
    if isinstance(message, DtcReport):
        fault_book.take(connection, message, at_ms, now_ms)
    elif isinstance(message, UrgentEvent) and message.event == "codes_cleared":
        fault_book.take_clearing(connection, message, at_ms, now_ms)


def _tell_cases(connection: Connection, vehicle_id: str, now_ms: int) -> None:
    standing = select(cases.c.id).where(cases.c.vehicle_id == vehicle_id, cases.c.state != "resolved")
    for case_id in connection.execute(standing).scalars().all():
        book.tell(connection, case_id, "heard", texts.HEARD, now_ms)


def _odometer(values: dict[str, Any], known: RowMapping, said: list[Heard]) -> bool:
    """Let the odometer move forward in time only; return whether it did."""
    found = [heard.newest[DISTANCE.path] for heard in said if DISTANCE.path in heard.newest]
    if not found or max(found).at_ms < (known["odometer_ms"] or 0):
        values.pop("odometer_km", None)
        return False
    values["odometer_ms"] = max(found).at_ms
    return bool(values["odometer_km"] != known["odometer_km"])


def _place(connection: Connection, vehicle_id: str, said: list[Heard], now_ms: int) -> None:
    """Keep the newest place, which stays with the job that asked for it; without one it is not kept at all."""
    both = [h for h in said if LATITUDE.path in h.newest and LONGITUDE.path in h.newest]
    if both:
        last = max(both, key=lambda h: h.newest[LATITUDE.path].at_ms).newest
        place = Point(
            latitude_deg=last[LATITUDE.path].value,
            longitude_deg=last[LONGITUDE.path].value,
            crs="WGS84",
            precision="exact",
            as_of_ms=last[LATITUDE.path].at_ms,
        )
        places.place_from_vehicle(connection, vehicle_id, place, now_ms)


def _urgent(connection: Connection, event: UrgentEvent, now_ms: int, policy: Policy) -> None:
    if event.event == "position" and event.position is not None:
        place = Point(
            latitude_deg=event.position.latitude_deg,
            longitude_deg=event.position.longitude_deg,
            crs=event.position.crs,
            precision=event.position.precision,
            as_of_ms=event.wall_ms,
        )
        places.place_from_vehicle(connection, event.vehicle, place, now_ms)
    open_emergency(connection, event, now_ms, policy)
