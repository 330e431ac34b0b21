"""The clock's share of rescues: offers that run out, the next partner, promises that break, people who must step in."""

from collections.abc import Callable

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.decision.policy import Policy
from cloud.rescue import book, places, texts
from cloud.rescue.choose import Candidate, Choice, Hours, choices
from cloud.rescue.jobs import COMING, TERMINAL, WAITING
from cloud.rescue.place import cell_of, distance_km
from cloud.rescue.ports import TravelTime
from cloud.store.feed import note
from cloud.store.ids import named
from cloud.store.queries.partners import busy_by_partner
from cloud.store.tables import jobs, offers, partners
from cloud.store.views import Point
from cloud.store.words import Sentence


def tick(connection: Connection, now_ms: int, policy: Policy, travel: TravelTime) -> None:
    """Bring every open job to where it should be at `now_ms`; doing it again at once changes nothing."""
    _expire(connection, now_ms)
    _offer(connection, now_ms, policy, travel)
    _escalate(connection, now_ms, policy)


def _expire(connection: Connection, now_ms: int) -> None:
    late = select(offers).where(offers.c.state == "offered", offers.c.deadline_ms <= now_ms)
    for offer in connection.execute(late).mappings().all():
        connection.execute(update(offers).where(offers.c.id == offer["id"]).values(state="expired", answered_ms=now_ms))
        row = book.fetch(connection, offer["job_id"])
        if row["state"] == "offered":
            book.take(connection, row, "expire", offer["partner_id"], now_ms, texts.OFFER_EXPIRED.en)
        note(connection, "offer", offer["partner_id"], now_ms)


def _offer(connection: Connection, now_ms: int, policy: Policy, travel: TravelTime) -> None:
    # The queue: emergency, person, prediction with danger, prediction; within each, who asked first.
    waiting = select(jobs).where(jobs.c.state == "proposed", jobs.c.closed_ms.is_(None))
    rows = connection.execute(waiting.order_by(jobs.c.priority, jobs.c.created_ms, jobs.c.id)).mappings().all()
    if not rows:
        return
    candidates = _candidates(connection)
    for row in rows:
        place, is_shown = places.search_place(connection, row)
        found = choices(
            list(candidates.values()),
            service=row["service"],
            place=place,
            now_ms=now_ms,
            tried=_tried(connection, row),
            travel=travel,
        )
        if found:
            chosen = found[0]
            _ask(connection, row, chosen, _km_to_show(candidates[chosen.partner_id], place, is_shown), now_ms, policy)
            candidates[chosen.partner_id] = _one_less(candidates[chosen.partner_id])
        else:
            _nobody(connection, row, now_ms, policy)


def _candidates(connection: Connection) -> dict[str, Candidate]:
    busy = busy_by_partner(connection)
    found = {}
    for row in connection.execute(select(partners)).mappings():
        base = None
        if row["latitude_deg"] is not None:
            base = Point(
                latitude_deg=row["latitude_deg"],
                longitude_deg=row["longitude_deg"],
                crs=row["crs"],
                precision="exact",
            )
        hours = None if row["hours"] is None else Hours(**row["hours"])
        free = row["capacity"] - busy.get(row["id"], 0)
        found[row["id"]] = Candidate(row["id"], row["services"], free, base, hours)
    return found


def _one_less(candidate: Candidate) -> Candidate:
    return candidate._replace(free=candidate.free - 1)


def _km_to_show(partner: Candidate, place: Point | None, is_shown: bool) -> float | None:
    """Return how far the job is, from the cell and not the point: a distance to the point would give it away."""
    if partner.base is None or place is None or not is_shown:
        return None
    base, cell = partner.base, cell_of(place)
    return round(distance_km(base.latitude_deg, base.longitude_deg, cell.latitude_deg, cell.longitude_deg), 1)


def _tried(connection: Connection, row: RowMapping) -> set[str]:
    asked = select(offers.c.partner_id).where(offers.c.job_id == row["id"], offers.c.round == row["round"])
    return set(connection.execute(asked).scalars())


def _ask(
    connection: Connection, row: RowMapping, chosen: Choice, km: float | None, now_ms: int, policy: Policy
) -> None:
    connection.execute(
        insert(offers).values(
            id=named("offer", row["id"], row["round"], chosen.partner_id),
            job_id=row["id"],
            partner_id=chosen.partner_id,
            state="offered",
            round=row["round"],
            offered_ms=now_ms,
            deadline_ms=now_ms + round(policy.offer_s * 1000.0),
            distance_km=km,
        )
    )
    book.take(connection, row, "offer", book.SYSTEM, now_ms, chosen.partner_id, round_ms=now_ms)
    note(connection, "offer", chosen.partner_id, now_ms)


def _nobody(connection: Connection, row: RowMapping, now_ms: int, policy: Policy) -> None:
    """Hand the job to a person at once, and ask everybody again after a while: trucks come free."""
    book.escalate(connection, row["id"], texts.NO_TAKER, "no_taker", now_ms)
    waited_ms = now_ms - (row["round_ms"] or row["created_ms"])
    if waited_ms >= policy.next_round_s * 1000.0 and row["round"] < policy.max_rounds:
        connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(round=row["round"] + 1, round_ms=now_ms))


def _escalate(connection: Connection, now_ms: int, policy: Policy) -> None:
    """Hand to a person what nobody took in time, what will be late, and what has no exact place."""
    person_ms = policy.person_s * 1000.0
    checks: dict[str, tuple[Sentence, Callable[[RowMapping], bool]]] = {
        "no_taker": (texts.NO_TAKER, lambda row: row["state"] in WAITING and now_ms - row["created_ms"] >= person_ms),
        "late": (texts.LATE, lambda row: _is_late(row, now_ms)),
        "no_place": (
            texts.NO_PLACE,
            lambda row: row["precision"] not in ("exact", "pin") and now_ms - row["created_ms"] >= person_ms,
        ),
    }
    standing = select(jobs).where(jobs.c.closed_ms.is_(None), jobs.c.state.not_in(TERMINAL))
    for row in connection.execute(standing).mappings().all():
        for code, (why, holds) in checks.items():
            if holds(row):
                book.escalate(connection, row["id"], why, code, now_ms)


def _is_late(row: RowMapping, now_ms: int) -> bool:
    if row["state"] not in WAITING and row["state"] not in COMING:
        return False
    return now_ms > row["promise_ms"] or (row["eta_ms"] is not None and row["eta_ms"] > row["promise_ms"])
