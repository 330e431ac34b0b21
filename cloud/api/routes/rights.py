"""What operators do for subjects: consents given to them, policies, links, appeals and deletions that wait."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import select, update

from cloud.api.models.sharing import AppealAnswer, Consent, ConsentGiven, Enrolment, SharingLink, WorkItem
from cloud.api.parts import Operator, Serving
from cloud.api.problem import ProblemError
from cloud.api.translate import instant
from cloud.insurer import enrolment, sharing
from cloud.insurer.fields import OF_PURPOSE
from cloud.notices import post, texts
from cloud.store import consents, queries
from cloud.store.errors import MissingError
from cloud.store.tables import appeals, deletions, vehicles

router = APIRouter(tags=["rights"])
VehicleId = Annotated[str, Path(max_length=64)]
Id = Annotated[str, Path(max_length=64)]


@router.post("/vehicles/{vehicle_id}/consents")
def consent(services: Serving, who: Operator, vehicle_id: VehicleId, said: Consent) -> ConsentGiven:
    """Record a consent that was given to you; nothing is shared with an insurer before there is one."""
    unknown = [name for name in said.fields or () if name not in OF_PURPOSE.get(said.purpose, ())]
    if unknown:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"fields: {said.purpose} knows no {unknown[0]!r}")
    if said.purpose in OF_PURPOSE and not said.recipient:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "recipient: name the insurer")
    now_ms = services.now_ms()
    terms = consents.Terms(
        until_ms=None if said.until is None else _ms(said.until.timestamp()),
        covers_ms=None if said.covers_from is None else _ms(said.covers_from.timestamp()),
        fields=None if said.fields is None else tuple(said.fields),
        text_version=said.text_version,
        locale=said.locale,
        how=said.how,
    )
    with services.store.write() as connection:
        queries.vehicle(connection, vehicle_id, now_ms=now_ms)
        given = consents.grant(connection, vehicle_id, said.purpose, said.recipient, terms, now_ms)
    return ConsentGiven(consent_id=given)


@router.post("/enrolments")
def enrol(services: Serving, who: Operator, said: Enrolment) -> Enrolment:
    """Bind a vehicle to the insurer's own policy reference, under a consent that stands."""
    with services.store.write() as connection:
        enrolment.enrol(
            connection,
            said.vehicle,
            said.recipient,
            said.policy_reference,
            said.several_drivers,
            services.now_ms(),
        )
    return said


@router.post("/vehicles/{vehicle_id}/sharing-link")
def link(services: Serving, who: Operator, vehicle_id: VehicleId) -> SharingLink:
    """Make a link to the page where the driver sees and stops what is shared, and send it to the driver."""
    now_ms = services.now_ms()
    with services.store.write() as connection:
        queries.vehicle(connection, vehicle_id, now_ms=now_ms)
        token = sharing.make_link(connection, vehicle_id, now_ms)
        address = connection.execute(select(vehicles.c.contact_address).where(vehicles.c.id == vehicle_id)).scalar()
        if address:
            key = f"sharing/{vehicle_id}/{now_ms}"
            post.tell(
                connection,
                key=key,
                vehicle_id=vehicle_id,
                kind="sharing",
                text=texts.SHARING,
                now_ms=now_ms,
                token=token,
                page="s",
            )
    return SharingLink(token=token, path=f"/s/{token}", sent=bool(address))


@router.get("/rights")
def waiting(services: Serving, who: Operator) -> list[WorkItem]:
    """List the appeals and deletions that wait for a person, the most urgent first."""
    now_ms = services.now_ms()
    with services.store.read() as connection:
        open_ = connection.execute(select(appeals).where(appeals.c.state == "open")).mappings().all()
        undone = connection.execute(select(deletions).where(deletions.c.done_ms.is_(None))).mappings().all()
    items = [_item("appeal", dict(row), now_ms) for row in open_]
    items += [_item("deletion", dict(row), now_ms) for row in undone]
    return sorted(items, key=lambda item: item.due_at)


@router.post("/appeals/{appeal_id}/answer", status_code=HTTPStatus.NO_CONTENT)
def answer(services: Serving, who: Operator, appeal_id: Id, said: AppealAnswer) -> None:
    """Answer an appeal, as the person who has looked at it."""
    with services.store.write() as connection:
        sharing.answer_appeal(connection, appeal_id, said.state, said.answer, who.name, services.now_ms())


@router.post("/deletions/{deletion_id}/done", status_code=HTTPStatus.NO_CONTENT)
def done(services: Serving, who: Operator, deletion_id: Id) -> None:
    """Say that everything is deleted; who said so is kept."""
    query = update(deletions).where(deletions.c.id == deletion_id, deletions.c.done_ms.is_(None))
    with services.store.write() as connection:
        noted = connection.execute(query.values(done_ms=services.now_ms(), done_by=who.name))
        if noted.rowcount != 1:
            raise MissingError(f"no deletion {deletion_id} that waits")


def _item(kind: str, row: dict[str, Any], now_ms: int) -> WorkItem:
    return WorkItem.model_validate(
        {
            "id": row["id"],
            "kind": kind,
            "vehicle": row["vehicle_id"],
            "recipient": row.get("recipient", ""),
            "period": row.get("period", ""),
            "said": row.get("said", ""),
            "at": instant(row["at_ms"]),
            "due_at": instant(row["due_ms"]),
            "is_assured": row["is_assured"],
            "is_overdue": row["due_ms"] < now_ms,
        }
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000.0)
