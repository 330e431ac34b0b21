"""Telling a driver something: one notice a key, through the outbox."""

from typing import Literal

from sqlalchemy import Connection

from cloud.store.outbox import put
from cloud.store.timeline import Event, add
from cloud.store.words import Sentence

Kind = Literal["ask", "inform", "emergency", "coming", "reminder", "sharing"]


def tell(
    connection: Connection,
    *,
    key: str,
    vehicle_id: str,
    kind: Kind,
    text: Sentence,
    now_ms: int,
    case_id: str = "",
    job_id: str = "",
    token: str = "",
    page: str = "d",
) -> bool:
    """Leave a notice for the driver of `vehicle_id` and note it; return False when this key was told before.

    `token` is that of the link to `page`; it stays in the outbox until delivered and is then wiped.
    """
    body = {
        "kind": kind,
        "text_zh": text.zh,
        "text_en": text.en,
        "token": token,
        "page": page,
        "case_id": case_id,
        "job_id": job_id,
    }
    if not put(connection, f"notice/{key}", "notice", vehicle_id, body, now_ms):
        return False
    event = Event(f"notice/{key}", f"notice_{kind}", "outrider", now_ms, text.zh, text.en, {}, case_id, job_id)
    return add(connection, event)
