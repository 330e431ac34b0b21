"""From a decision to what is done about it: a question to the driver, a job, an emergency, advice, a reminder."""

from typing import Any

from sqlalchemy import Connection, RowMapping

from cloud.act import condition, emergency, holding
from cloud.act.sheet import Sheet, refresh_case
from cloud.cases import book
from cloud.cases.standing import COMMITTED, stands
from cloud.decision.policy import Policy
from cloud.decision.rule import Decision, Situation, decide
from cloud.notices import links, post
from cloud.notices import texts as notice_texts
from cloud.rescue import book as rescue_book
from cloud.rescue import places
from cloud.rescue.queueing import suited
from cloud.scoring.types import Assessment
from cloud.store import consents
from cloud.store.ids import named
from cloud.store.words import Sentence


def decide_case(
    connection: Connection, sheet: Sheet, a: Assessment, p: float | None, now_ms: int, policy: Policy
) -> None:
    """Judge the open case of `a` again, and act where the judgement is a new one."""
    key = (a.vehicle, a.cause)
    case = sheet.cases[key]
    known = sheet.memory_of(key).alarm.newest_ms
    if known is not None and a.as_of_ms < known:
        return  # late data: it has filled the history, and newer samples are known
    if a.risks is not None or a.severity > case["severity"]:
        refresh_case(connection, case, a, now_ms)
    situation = _situation(connection, sheet, a, p, now_ms, policy)
    decision = decide(situation, policy)
    if _stands(case, decision, sheet, now_ms, policy):
        return
    book.record_decision(connection, case["id"], decision, now_ms)
    _act(connection, sheet, a, case, decision, now_ms, policy)
    sheet.reread_case(key)


def _situation(
    connection: Connection, sheet: Sheet, a: Assessment, p: float | None, now_ms: int, policy: Policy
) -> Situation:
    return Situation(
        cause=a.cause,
        service=a.service,
        severity=a.severity,
        p=p,
        quality=a.quality,
        calibrated=a.calibrated,
        abstained=a.abstained,
        as_of_ms=a.as_of_ms,
        now_ms=now_ms,
        time_to_threshold_h=a.time_to_threshold_h,
        standing_consent=consents.current(connection, a.vehicle, "standing_dispatch", now_ms) is not None,
        job_open=rescue_book.open_job(connection, a.vehicle) is not None,
        cause_asked_ms=sheet.memory_of((a.vehicle, a.cause)).asked_ms,
        driver_asked_ms=sheet.driver_asked_ms(a.vehicle),
        held=holding.is_held(connection),
        model=a.model,
    )


def _stands(case: RowMapping, new: Decision, sheet: Sheet, now_ms: int, policy: Policy) -> bool:
    """Return whether the case's present decision stays: the same one again, or one that is being carried out."""
    old: dict[str, Any] | None = case["decision"]
    if old is None:
        return False
    asked_ms = sheet.memory_of((case["vehicle_id"], case["cause"])).asked_ms
    return stands(old["action"], old["inputs"].get("code", ""), new, asked_ms, now_ms, policy)


def _act(
    connection: Connection,
    sheet: Sheet,
    a: Assessment,
    case: RowMapping,
    decision: Decision,
    now_ms: int,
    policy: Policy,
) -> None:
    case_id: str = case["id"]
    match decision.action:
        case "ask":
            _ask(connection, a, case_id, now_ms, policy)
        case "dispatch":
            _dispatch(connection, sheet.cars[a.vehicle], a, case_id, now_ms, policy)
        case "emergency":
            car = sheet.cars[a.vehicle]
            service = suited(a.service or "tow", car["powertrain"])
            emergency.respond(connection, car, case_id, a.cause, service, now_ms, policy)
        case "inform":
            text = notice_texts.inform(a.cause, condition.first_reason(a))
            post.tell(
                connection,
                key=f"inform/{case_id}",
                vehicle_id=a.vehicle,
                kind="inform",
                text=text,
                now_ms=now_ms,
                case_id=case_id,
            )
        case "remind":
            condition.remember(connection, a, now_ms)
    if decision.code == "breaker":
        book.hand_to_person(connection, case_id, Sentence(decision.zh, decision.en), now_ms)
    if decision.action in COMMITTED:
        key = (a.vehicle, a.cause)
        sheet.remember(key, sheet.memory_of(key)._replace(asked_ms=now_ms))


def _ask(connection: Connection, a: Assessment, case_id: str, now_ms: int, policy: Policy) -> None:
    text = notice_texts.ask(a.cause, a.service, condition.first_reason(a))
    question = links.Question(
        id=named("ask", case_id, a.offset),
        vehicle_id=a.vehicle,
        case_id=case_id,
        cause=a.cause,
        service=a.service,
        text=text,
        reasons=[{"code": why.code, "zh": why.zh, "en": why.en} for why in a.reasons],
    )
    token = links.create(connection, question, now_ms=now_ms, answer_s=policy.answer_s)
    if token is not None:
        post.tell(
            connection,
            key=f"ask/{question.id}",
            vehicle_id=a.vehicle,
            kind="ask",
            text=text,
            now_ms=now_ms,
            case_id=case_id,
            token=token,
        )


def _dispatch(
    connection: Connection, car: RowMapping, a: Assessment, case_id: str, now_ms: int, policy: Policy
) -> None:
    job_id, is_new = rescue_book.propose(
        connection,
        rescue_book.NewJob(
            id=named("job", case_id, a.offset),
            subject=a.vehicle,
            origin="prediction",
            service=suited(a.service, car["powertrain"]),
            cause=a.cause,
            severity=a.severity,
            promise_s=policy.promise_s[policy.area],
            promises=policy.promise_s,
            by=book.SYSTEM,
            vehicle_id=a.vehicle,
            case_id=case_id,
            plate=car["plate"],
            vehicle_class=car["powertrain"],
        ),
        now_ms,
    )
    if not is_new:
        return
    if consents.current(connection, a.vehicle, "position", now_ms) is not None:
        until_ms = now_ms + round(policy.grant_s * 1000.0)
        places.ask_vehicle(connection, job_id, a.vehicle, until_ms, now_ms)
    text = notice_texts.coming(a.service)
    post.tell(
        connection,
        key=f"coming/{job_id}",
        vehicle_id=a.vehicle,
        kind="coming",
        text=text,
        now_ms=now_ms,
        case_id=case_id,
        job_id=job_id,
    )
