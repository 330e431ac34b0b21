"""What an insurer may see: under its own pseudonyms, of vehicles whose owners have consented to it."""

import secrets
from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import select

from cloud.api.models.base import Page
from cloud.api.models.fleet import RiskSignal
from cloud.api.models.sharing import (
    Acknowledgement,
    ErasureNote,
    FeedRow,
    Hook,
    HookSet,
    PolicyName,
    PublishedPeriod,
)
from cloud.api.parts import Cursor, InsurerStaff, Limit, Serving
from cloud.api.translate import instant, page
from cloud.insurer import enrolment, erasures, feed, published
from cloud.insurer.audit import record_page
from cloud.store.once import insert_once, upsert
from cloud.store.tables import acknowledgements, insurer_hooks

router = APIRouter(prefix="/insurer", tags=["insurer"])
Period = Annotated[str, Path(max_length=20)]
_SECRET_BYTES = 32


@router.get("/risk-signals")
def risk_signals(services: Serving, who: InsurerStaff, cursor: Cursor = None, limit: Limit = 50) -> Page[RiskSignal]:
    """List the condition of each vehicle, cause by cause; a consent that ends, ends its rows at once."""
    now_ms = services.now_ms()
    with services.store.write() as connection:
        found = feed.risk_signals(
            connection, recipient=who.subject, key=services.names.current, now_ms=now_ms, cursor=cursor, limit=limit
        )
        ids = [row.consent_id for row in found.items]
        record_page(connection, who.subject, "risk-signals", "", found.items, ids, now_ms)
    return page(RiskSignal, found)


@router.get("/periods")
def periods(services: Serving, who: InsurerStaff) -> list[PublishedPeriod]:
    """List the periods that were published to you, newest first."""
    with services.store.read() as connection:
        found = published.published(connection, who.subject)
    return [_period(row) for row in found]


@router.get("/periods/{period}")
def rows(
    services: Serving, who: InsurerStaff, period: Period, cursor: Cursor = None, limit: Limit = 50
) -> Page[FeedRow]:
    """List the rows of a period: those of the files, less what consent has not let out since."""
    with services.store.write() as connection:
        found = published.rows(connection, services.folder, who.subject, period, services.now_ms(), cursor, limit)
    return Page[FeedRow](items=[FeedRow.model_validate(row) for row in found.items], next=found.next)


@router.get("/erasures")
def forget(services: Serving, who: InsurerStaff) -> list[ErasureNote]:
    """List what you were given and must forget, oldest first."""
    with services.store.read() as connection:
        found = erasures.erasures(connection, who.subject, services.names, services.now_ms())
    return [
        ErasureNote.model_validate(
            {
                "pseudonym": one.pseudonym,
                "key_id": one.key_id,
                "consent_id": one.consent_id,
                "what": one.what,
                "ended_at": instant(one.ended_ms),
                "why": one.why,
            }
        )
        for one in found
    ]


@router.get("/enrolments")
def enrolments(services: Serving, who: InsurerStaff, cursor: Cursor = None, limit: Limit = 50) -> Page[PolicyName]:
    """List your policies with the name of each one's vehicle, while consent stands."""
    with services.store.read() as connection:
        found = enrolment.enrolled(connection, who.subject, services.names, services.now_ms(), cursor, limit)
    return page(PolicyName, found)


@router.get("/webhook")
def hook(services: Serving, who: InsurerStaff) -> HookSet:
    """Show where notices go."""
    query = select(insurer_hooks.c.url).where(insurer_hooks.c.recipient == who.subject)
    with services.store.read() as connection:
        return HookSet(url=connection.execute(query).scalar())


@router.put("/webhook")
def set_hook(services: Serving, who: InsurerStaff, said: Hook) -> HookSet:
    """Say where notices go, and get a new secret that they are signed with (Standard Webhooks)."""
    secret = "whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    values = {"recipient": who.subject, "url": said.url, "secret": secret, "changed_ms": services.now_ms()}
    with services.store.write() as connection:
        upsert(connection, insurer_hooks, values)
    return HookSet(url=said.url, secret=secret)


@router.post("/acknowledgements")
def acknowledge(services: Serving, who: InsurerStaff, said: Acknowledgement) -> Acknowledgement:
    """Say that a drop arrived whole; saying it again changes nothing."""
    row = {"recipient": who.subject, "period": said.period, "manifest": said.manifest_sha256, "rows": said.rows}
    with services.store.write() as connection:
        insert_once(connection, acknowledgements, {**row, "at_ms": services.now_ms()})
    return said


def _period(row: dict[str, Any]) -> PublishedPeriod:
    plain = ("period", "schema_id", "revision", "rows", "late_vehicles", "key_id")
    return PublishedPeriod(
        **{name: row[name] for name in plain},
        cut_off=instant(row["cut_off_ms"]),
        built_at=instant(row["built_ms"]),
        score_versions=[one["score_version"] for one in row["scores"]],
    )
