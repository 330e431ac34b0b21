"""Live change."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from cloud.api import live
from cloud.api.security import READERS, allow
from cloud.api.services import Services, services_of

router = APIRouter(tags=["live"])


@router.get("/events", response_class=EventSourceResponse, dependencies=[Depends(allow(*READERS))])
async def events(
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Stream what changes: events `vehicle`, `case`, `job`, `reminder`, each with the id of what changed."""
    async for event in live.stream(request, services, last_event_id):
        yield event
