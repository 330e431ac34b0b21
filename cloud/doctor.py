"""A look at a service's health from its folder: what is wrong, and what to do about it."""

import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select

from cloud.base import LOG_FILE, SCORES_FILE, Base
from cloud.broker import passwords
from cloud.errors import CloudError
from cloud.insurer.working_days import APPEAL_DAYS, after, lacks
from cloud.store import consents as ledger
from cloud.store.tables import appeals, consents, deletions

LAG_ENTRIES: Final = 10_000
FREE_BYTES: Final = 1 << 30
CONNECT_S: Final = 2.0
CONSUMERS: Final = ("urgent", "score", "history")
PARTS: Final = {"urgent": "ingest"}  # a consumer that lives in a part of another name


class Finding(NamedTuple):
    """One thing that was looked at: whether it is well, what was seen, and what to do when it is not."""

    what: str
    well: bool
    seen: str
    advice: str = ""


def examine(base: Base) -> list[Finding]:
    """Return everything that was looked at; nothing is changed but files that were never made are made."""
    return [
        finding for look in (_folder, _log, _lag, _scores, _people, _rights, _broker) for finding in _looked(look, base)
    ]


def _looked(look: Callable[[Base], Iterator[Finding]], base: Base) -> list[Finding]:
    try:
        return list(look(base))
    except CloudError as error:
        return [Finding(look.__name__.strip("_"), False, str(error), "see docs/operations.md")]


def _folder(base: Base) -> Iterator[Finding]:
    free = shutil.disk_usage(base.folder).free
    advice = "make room: with a full disk nothing is stored and the cars keep their data"
    yield Finding("disk", free >= FREE_BYTES, f"{free >> 20} MiB free under {base.folder}", advice)


def _log(base: Base) -> Iterator[Finding]:
    size = _size(base.folder / LOG_FILE)
    yield Finding("log", True, f"{base.log.last_offset()} entries, {size >> 20} MiB")
    dead = base.log.dead_letters(1)
    if dead:
        yield Finding(
            "dead letters",
            False,
            f"the newest: {dead[0].topic}: {dead[0].reason}",
            "an agent of another version, or somebody who forges: outrider dead-letters list",
        )


def _lag(base: Base) -> Iterator[Finding]:
    last = base.log.last_offset()
    for consumer in CONSUMERS:
        lag = last - base.log.committed(consumer)
        yield Finding(
            consumer,
            lag < LAG_ENTRIES,
            f"{lag} entries behind",
            f"is `outrider {PARTS.get(consumer, consumer)}` running?",
        )


def _scores(base: Base) -> Iterator[Finding]:
    yield Finding("scores", True, f"{_size(base.folder / SCORES_FILE) >> 20} MiB")


def _people(base: Base) -> Iterator[Finding]:
    if base.settings.embeds_broker:
        users = passwords.load(base.folder / passwords.USERS_FILE)
        yield Finding(
            "vehicles", bool(users), f"{len(users)} may connect", "import a fleet: outrider fleet import FILE"
        )


def _rights(base: Base) -> Iterator[Finding]:
    now_ms = base.now_ms()
    with base.store.read() as connection:
        shared = connection.execute(select(consents.c.id).where(consents.c.purpose == "insurer").limit(1)).first()
        late = select(deletions.c.id).where(deletions.c.done_ms.is_(None), deletions.c.due_ms < now_ms)
        unanswered = select(appeals.c.id).where(appeals.c.state == "open", appeals.c.due_ms < now_ms)
        overdue = len([*connection.execute(late), *connection.execute(unanswered)])
        broken = ledger.broken_at(connection)
    year = lacks(datetime.fromtimestamp(now_ms / 1000.0, UTC).date())
    if shared is not None and year is not None:
        advice = "install the year's release of chinesecalendar; until then deadlines count every day"
        assured = after(now_ms, APPEAL_DAYS).is_assured  # wrong from the day on that a deadline reaches into that year
        yield Finding("working days", assured, f"the official calendar of {year} is not known", advice)
    yield Finding("rights", not overdue, f"{overdue} deletions or appeals overdue", "see GET /v1/rights")
    if broken is not None:
        yield Finding("consents", False, f"row {broken} of the ledger was changed", "compare with the backup")


def _broker(base: Base) -> Iterator[Finding]:
    host, port = base.settings.mqtt_host or "127.0.0.1", base.settings.mqtt_port
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError as error:
        yield Finding(
            "broker", False, f"{host}:{port}: {error}", "start it, or name it with --mqtt-host and --mqtt-port"
        )
    else:
        yield Finding("broker", True, f"{host}:{port} answers")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
