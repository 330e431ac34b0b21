"""Live change as server-sent events: what changed, never the data itself, so that a client reads what it may see."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request
from fastapi.sse import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from cloud.api.services import Services
from cloud.store import feed
from cloud.store.views import Change

_POLL_S: Final = 0.25
_SILENCE_S: Final = 15.0
_SHOWN: Final = frozenset({"vehicle", "case", "job", "reminder"})


async def stream(request: Request, services: Services, after_id: int | None) -> AsyncIterator[ServerSentEvent]:
    """Yield changes after `after_id` (from now on when None) until the client goes; a comment when all is silent."""
    place = await run_in_threadpool(_latest, services) if after_id is None else after_id
    yield ServerSentEvent(event="hello", id=str(place), data={"now_ms": services.now_ms()})
    silent_s = 0.0
    while not await request.is_disconnected() and not services.stopping.is_set():
        changes = await run_in_threadpool(_since, services, place)
        for change in _newest(changes):
            yield ServerSentEvent(event=change.type, id=str(change.id), data={"id": change.subject})
        if changes:
            place, silent_s = changes[-1].id, 0.0
        elif silent_s >= _SILENCE_S:
            silent_s = 0.0
            yield ServerSentEvent(comment="still here")
        await asyncio.sleep(_POLL_S)
        silent_s += _POLL_S


def _newest(changes: list[Change]) -> list[Change]:
    """Return each changed thing once, at its latest change, in order."""
    last = {(change.type, change.subject): change for change in changes if change.type in _SHOWN}
    return sorted(last.values(), key=lambda change: change.id)


def _latest(services: Services) -> int:
    with services.store.read() as connection:
        return feed.latest(connection)


def _since(services: Services, after_id: int) -> list[Change]:
    with services.store.read() as connection:
        return feed.since(connection, after_id)
