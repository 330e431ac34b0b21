"""What cannot wait for scoring: collision, thermal event, red lamp. Instructions and a person first, then a truck.

Decided from the event alone. The ids follow from the event's own key, so that ingest's fast path, a replay of the log
and a retry after a crash all come to the same case and the same job.
"""

from typing import Final

import structlog
from sqlalchemy import Connection, RowMapping, select

from cloud.cases import book as cases_book
from cloud.cases import texts as case_texts
from cloud.cases.silence import is_late
from cloud.decision import texts as decision_texts
from cloud.decision.level import STOP_SEVERITY
from cloud.decision.policy import Action, Policy
from cloud.decision.rule import Decision
from cloud.insurer import telling
from cloud.notices import post
from cloud.notices import texts as notice_texts
from cloud.rescue import book as rescue_book
from cloud.rescue import places
from cloud.rescue.queueing import suited
from cloud.store.ids import named
from cloud.store.once import insert_once
from cloud.store.tables import emergencies, vehicles
from cloud.store.views import Point
from contract.messages import UrgentEvent

CAUSES: Final = {"collision": "collision", "thermal_event": "thermal_event", "red_lamp": "dtc"}
# A battery that burns is never jump-started or towed on its wheels.
SERVICES: Final = {"collision": "tow", "thermal_event": "flatbed_tow", "red_lamp": "tow"}


def open_emergency(connection: Connection, event: UrgentEvent, now_ms: int, policy: Policy) -> bool:
    """Act on `event` once; return False for an event that is no emergency, was acted on before, or is of no vehicle.

    An event older than the freshness limit reaches a person, and nobody else.
    """
    if event.event not in CAUSES:
        return False
    car = connection.execute(select(vehicles).where(vehicles.c.id == event.vehicle)).mappings().one_or_none()
    if car is None:
        structlog.get_logger().warning("emergency_of_unknown_vehicle", vehicle=event.vehicle)
        return False
    id_ = named("emergency", event.vehicle, event.stream, event.seq)
    cause = CAUSES[event.event]
    standing = cases_book.unresolved(connection, event.vehicle, cause)
    case_id = named("case", id_) if standing is None else str(standing["id"])
    row = {"id": id_, "vehicle_id": event.vehicle, "case_id": case_id, "at_ms": event.wall_ms}
    if not insert_once(connection, emergencies, row):
        return False
    late = is_late(event.wall_ms, now_ms, policy.fresh_s) or event.wall_ms - now_ms > policy.future_s * 1000.0
    service = suited(SERVICES[event.event], car["powertrain"])
    if standing is None:
        _open(connection, event, case_id, service, late, now_ms)
    if late:
        _decide(connection, case_id, "watch", "stale", event.wall_ms, now_ms)
        cases_book.hand_to_person(connection, case_id, case_texts.EMERGENCY_PERSON, now_ms)
        return True
    if event.event == "collision":
        telling.collision(connection, id_, event.vehicle, event.wall_ms, now_ms)
    place = None if event.position is None else _place(event)
    _decide(connection, case_id, "emergency", "stop_class", event.wall_ms, now_ms)
    respond(connection, car, case_id, cause, service, now_ms, policy, place)
    return True


def respond(
    connection: Connection,
    car: RowMapping,
    case_id: str,
    cause: str,
    service: str,
    now_ms: int,
    policy: Policy,
    place: Point | None = None,
) -> str:
    """Tell the driver what to do, call a person, then send a truck; return its job. Again, nothing is done twice."""
    vehicle_id: str = car["id"]
    post.tell(
        connection,
        key=f"emergency/{case_id}",
        vehicle_id=vehicle_id,
        kind="emergency",
        text=notice_texts.emergency(cause),
        now_ms=now_ms,
        case_id=case_id,
    )
    cases_book.hand_to_person(connection, case_id, case_texts.EMERGENCY_PERSON, now_ms)
    job_id, _ = rescue_book.propose(
        connection,
        rescue_book.NewJob(
            id=named("job", case_id),
            subject=vehicle_id,
            origin="emergency",
            service=service,
            cause=cause,
            severity=STOP_SEVERITY,
            promise_s=policy.promise_s[policy.area],
            promises=policy.promise_s,
            by=rescue_book.SYSTEM,
            vehicle_id=vehicle_id,
            case_id=case_id,
            place=place,
            plate=car["plate"],
            vehicle_class=car["powertrain"],
        ),
        now_ms,
    )
    if rescue_book.fetch(connection, job_id)["precision"] not in ("exact", "pin"):
        places.ask_vehicle(connection, job_id, vehicle_id, now_ms + round(policy.grant_s * 1000.0), now_ms)
    return job_id


def _open(connection: Connection, event: UrgentEvent, case_id: str, service: str, late: bool, now_ms: int) -> None:
    cause = CAUSES[event.event]
    text = case_texts.emergency(cause)
    facts = ", ".join(f"{name} {value}" for name, value in sorted(event.facts.items()))
    reason = {
        "code": event.event,
        "numbers": dict(event.facts),
        "zh": f"{text.zh}（{facts}）" if facts else text.zh,
        "en": f"{text.en} ({facts})" if facts else text.en,
    }
    opening = cases_book.Opening(
        id=case_id,
        vehicle_id=event.vehicle,
        cause=cause,
        as_of_ms=event.wall_ms,
        late=late,
        evidence=cases_book.nothing_measured(severity=STOP_SEVERITY, service=service, reasons=[reason]),
        text=text,
    )
    cases_book.open_case(connection, opening, now_ms)


def _decide(connection: Connection, case_id: str, action: Action, code: str, as_of_ms: int, now_ms: int) -> None:
    sentence = decision_texts.plain(code, age_s=(now_ms - as_of_ms) / 1000.0)
    decision = Decision(
        action=action,
        code=code,
        zh=sentence.zh,
        en=sentence.en,
        expected_cost_act=None,
        expected_cost_wait=None,
        inputs={"code": code, "as_of_ms": as_of_ms, "now_ms": now_ms, "severity": STOP_SEVERITY},
    )
    cases_book.record_decision(connection, case_id, decision, now_ms)


def _place(event: UrgentEvent) -> Point | None:
    position = event.position
    if position is None:
        return None
    return Point(
        latitude_deg=position.latitude_deg,
        longitude_deg=position.longitude_deg,
        crs=position.crs,
        precision=position.precision,
        as_of_ms=event.wall_ms,
    )
