"""The inbox: cases, and what an operator does with them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from cloud.api.models.base import Page
from cloud.api.models.people import Acknowledge, Resolve
from cloud.api.models.work import Case
from cloud.api.parts import Cursor, IfMatch, Limit, Operator, Reader, Serving, etag, version_in
from cloud.api.translate import page, shape
from cloud.cases import commands
from cloud.store import queries

router = APIRouter(tags=["cases"])
StateFilter = Annotated[Literal["open", "acknowledged", "resolved", "unresolved"] | None, Query()]


@router.get("/cases")
def cases(
    services: Serving,
    who: Reader,
    state: StateFilter = None,
    cause: str | None = None,
    vehicle_id: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Case]:
    """List cases, the newest first, without their timelines."""
    with services.store.read() as connection:
        found = queries.cases(connection, state=state, cause=cause, vehicle_id=vehicle_id, cursor=cursor, limit=limit)
    return page(Case, found)


@router.get("/cases/{case_id}")
def case(services: Serving, who: Reader, case_id: str, response: Response) -> Case:
    """Show one case with its timeline."""
    with services.store.read() as connection:
        found = queries.case(connection, case_id)
    response.headers["ETag"] = etag(found.version)
    return shape(Case, found)


@router.post("/cases/{case_id}/acknowledge")
def acknowledge(
    services: Serving, who: Operator, case_id: str, said: Acknowledge, response: Response, if_match: IfMatch = None
) -> Case:
    """Say that somebody has it."""
    with services.store.write() as connection:
        found = commands.acknowledge(
            connection,
            case_id,
            by=who.name,
            now_ms=services.now_ms(),
            comment=said.comment,
            version=version_in(if_match),
        )
    response.headers["ETag"] = etag(found.version)
    return shape(Case, found)


@router.post("/cases/{case_id}/resolve")
def resolve(
    services: Serving, who: Operator, case_id: str, said: Resolve, response: Response, if_match: IfMatch = None
) -> Case:
    """Close the case with its reason, which becomes an outcome label."""
    with services.store.write() as connection:
        found = commands.resolve(
            connection,
            case_id,
            reason=said.reason,
            by=who.name,
            now_ms=services.now_ms(),
            comment=said.comment,
            version=version_in(if_match),
        )
    response.headers["ETag"] = etag(found.version)
    return shape(Case, found)
