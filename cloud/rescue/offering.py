"""The clock's share of rescues: offers that run out, the next partner, promises that break, people who must step in."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.decision.policy import Policy
from cloud.rescue import book, slots, texts
from cloud.rescue.jobs import COMING, TERMINAL, WAITING
from cloud.rescue.network.plan import Slot, by_request, plan
from cloud.rescue.place import cell_of, distance_km
from cloud.rescue.ports import TravelTime
from cloud.store.feed import note
from cloud.store.ids import named
from cloud.store.tables import jobs, offers
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


def waiting(connection: Connection, now_ms: int, policy: Policy) -> Sequence[RowMapping]:
    """Return the jobs that wait for a truck, the most urgent first, each class by who asked first.

    An appointment waits for its time: a truck is looked for `appoint_s` before its window opens.
    """
    opens = jobs.c.window_from_ms.is_(None) | (jobs.c.window_from_ms <= now_ms + round(policy.appoint_s * 1000.0))
    query = select(jobs).where(jobs.c.state == "proposed", jobs.c.closed_ms.is_(None), opens)
    return connection.execute(query.order_by(jobs.c.priority, jobs.c.created_ms, jobs.c.id)).mappings().all()


def _offer(connection: Connection, now_ms: int, policy: Policy, travel: TravelTime) -> None:
    rows = waiting(connection, now_ms, policy)
    if not rows:
        return
    by_id = {row["id"]: row for row in rows}
    asked, shown = slots.requests(connection, rows, now_ms)
    trucks = slots.all_slots(connection, now_ms, len(asked))
    ways = travel.table([slot.place for slot in trucks], [request.place for request in asked], now_ms).T
    for request, pair in by_request(asked, plan(asked, trucks, ways, policy.weights)):
        row = by_id[request.id]
        if pair is None:
            _nobody(connection, row, now_ms, policy)
        else:
            km = _km_to_show(pair.slot, request.place, is_shown=request.id in shown)
            _ask(connection, row, pair.slot, km, now_ms, policy)


def _km_to_show(slot: Slot, place: Point | None, *, is_shown: bool) -> float | None:
    """Return how far the job is, from the cell and not the point: a distance to the point would give it away."""
    if slot.place is None or place is None or not is_shown:
        return None
    base, cell = slot.place, cell_of(place)
    return round(distance_km(base.latitude_deg, base.longitude_deg, cell.latitude_deg, cell.longitude_deg), 1)


def _ask(connection: Connection, row: RowMapping, chosen: Slot, km: float | None, now_ms: int, policy: Policy) -> None:
    connection.execute(
        insert(offers).values(
            id=named("offer", row["id"], row["round"], chosen.partner_id),
            job_id=row["id"],
            partner_id=chosen.partner_id,
            truck_id="" if "/" in chosen.id else chosen.id,
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
        "no_taker": (texts.NO_TAKER, lambda row: row["state"] in WAITING and _wanted_ms(row, now_ms) >= person_ms),
        "late": (texts.LATE, lambda row: _is_late(row, now_ms)),
        "no_place": (
            texts.NO_PLACE,
            lambda row: row["precision"] not in ("exact", "pin") and _wanted_ms(row, now_ms) >= person_ms,
        ),
    }
    standing = select(jobs).where(jobs.c.closed_ms.is_(None), jobs.c.state.not_in(TERMINAL))
    for row in connection.execute(standing).mappings().all():
        for code, (why, holds) in checks.items():
            if holds(row):
                book.escalate(connection, row["id"], why, code, now_ms)


def _wanted_ms(row: RowMapping, now_ms: int) -> int:
    """Return for how long the job has been wanted: an appointment is, from when its window opens."""
    since_ms: int = max(row["created_ms"], row["window_from_ms"] or 0)
    return now_ms - since_ms


def _is_late(row: RowMapping, now_ms: int) -> bool:
    if row["state"] not in WAITING and row["state"] not in COMING:
        return False
    return now_ms > row["promise_ms"] or (row["eta_ms"] is not None and row["eta_ms"] > row["promise_ms"])
