"""What the subject's phone page calls: the link is the key, there is no login."""

import csv
import io
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from cloud.api.models.sharing import Appeal, AppealView, DeletionView, Read, Shared, SharingPage, Stop
from cloud.api.parts import Serving
from cloud.api.services import Services
from cloud.api.translate import instant
from cloud.insurer import sharing

router = APIRouter(prefix="/sharing", tags=["sharing"])
Token = Annotated[str, Path(max_length=100)]
Format = Annotated[Literal["json", "csv"], Query(alias="format")]


@router.get("/{token}")
def show(services: Serving, token: Token) -> SharingPage:
    """Show what is shared of the vehicle, with whom, and who read it."""
    return _page(services, token)


@router.post("/{token}/stop")
def stop(services: Serving, token: Token, said: Stop) -> SharingPage:
    """Stop sharing at once: with one recipient, for one purpose, or altogether."""
    now_ms = services.now_ms()
    with services.store.write() as connection:
        vehicle = sharing.vehicle_of(connection, token, now_ms)
        sharing.stop(connection, vehicle, said.recipient, said.purpose, now_ms)
    return _page(services, token)


@router.post("/{token}/deletion")
def delete(services: Serving, token: Token) -> SharingPage:
    """Ask for deletion: sharing ends at once, the data is gone within ten working days."""
    now_ms = services.now_ms()
    with services.store.write() as connection:
        sharing.ask_deletion(connection, sharing.vehicle_of(connection, token, now_ms), now_ms)
    return _page(services, token)


@router.post("/{token}/appeals")
def appeal(services: Serving, token: Token, said: Appeal) -> SharingPage:
    """Put a score before a person, who answers within 15 working days."""
    now_ms = services.now_ms()
    with services.store.write() as connection:
        vehicle = sharing.vehicle_of(connection, token, now_ms)
        sharing.appeal(connection, vehicle, said.recipient, said.period, said.said, now_ms)
    return _page(services, token)


@router.get("/{token}/copy", response_class=Response)
def copy(services: Serving, token: Token, kind: Format = "json") -> Response:
    """Hand over a copy of the data: JSON, or CSV of (table, row, field, value)."""
    with services.store.read() as connection:
        vehicle = sharing.vehicle_of(connection, token, services.now_ms())
        data = sharing.own_data(connection, vehicle)
    name = {"Content-Disposition": f'attachment; filename="my-data.{kind}"'}
    if kind == "json":
        return Response(json.dumps(data, ensure_ascii=False), media_type="application/json", headers=name)
    return Response(_csv(data), media_type="text/csv; charset=utf-8", headers=name)


def _page(services: Services, token: str) -> SharingPage:
    now_ms = services.now_ms()
    with services.store.read() as connection:
        found = sharing.page(connection, sharing.vehicle_of(connection, token, now_ms), now_ms)
    shares = [
        Shared(
            recipient=one.recipient,
            purpose=one.purpose,
            fields=one.fields,
            precision=one.precision,
            granted_at=instant(one.granted_ms),
            until=None if one.until_ms is None else instant(one.until_ms),
            withdrawn_at=None if one.withdrawn_ms is None else instant(one.withdrawn_ms),
            text_version=one.text_version,
            locale=one.locale,
            how=one.how,
            stands=one.stands,
        )
        for one in found.shares
    ]
    reads = [
        Read(at=instant(one.at_ms), recipient=one.recipient, how=one.how, period=one.period) for one in found.accesses
    ]
    return SharingPage(
        vehicle=found.vehicle,
        plate=found.plate,
        shares=shares,
        accesses=reads,
        appeals=[_appeal(row) for row in found.appeals],
        deletion=None if found.deletion is None else _deletion(found.deletion),
    )


def _appeal(row: dict[str, Any]) -> AppealView:
    plain = ("id", "recipient", "period", "said", "is_assured", "state", "answer")
    times = {"at": instant(row["at_ms"]), "due_at": instant(row["due_ms"])}
    return AppealView.model_validate({**{name: row[name] for name in plain}, **times})


def _deletion(row: dict[str, Any]) -> DeletionView:
    done_ms = row["done_ms"]
    return DeletionView(
        id=row["id"],
        at=instant(row["at_ms"]),
        due_at=instant(row["due_ms"]),
        is_assured=row["is_assured"],
        done_at=None if done_ms is None else instant(done_ms),
    )


def _csv(data: dict[str, list[dict[str, Any]]]) -> str:
    """Return the tables as one: spreadsheets open it, and no value is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("table", "row", "field", "value"))
    for table, rows in data.items():
        for number, row in enumerate(rows):
            for field, value in row.items():
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
                writer.writerow((table, number, field, f"'{text}" if is_formula else text))
    return out.getvalue()
