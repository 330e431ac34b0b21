"""Facts, decisions, notices and job steps as they happened: who, when and why, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection

from cloud.store.once import insert_once
from cloud.store.tables import timeline


class Event(NamedTuple):
    """One line of a timeline; `key` makes it happen once."""

    key: str
    kind: str
    actor: str
    at_ms: int
    zh: str
    en: str
    data: Mapping[str, Any] = MappingProxyType({})
    case_id: str = ""
    job_id: str = ""


def add(connection: Connection, event: Event) -> bool:
    """Write `event`; return False, and write nothing, when its key is there already."""
    return insert_once(connection, timeline, event._asdict() | {"data": dict(event.data)})
