"""What the driver's phone page calls: the link is the key, there is no login."""

from typing import Annotated

from fastapi import APIRouter, Path

from cloud.api.models.people import Answer, DriverQuestion
from cloud.api.parts import Serving
from cloud.api.translate import pinned, shape
from cloud.notices import links

router = APIRouter(prefix="/driver", tags=["driver"])
Token = Annotated[str, Path(max_length=100)]


@router.get("/{token}")
def question(services: Serving, token: Token) -> DriverQuestion:
    """Show what the driver is asked, and what came of the answer."""
    with services.store.read() as connection:
        return shape(DriverQuestion, links.question(connection, token, now_ms=services.now_ms()))


@router.post("/{token}/answer")
def answer(services: Serving, token: Token, said: Answer) -> DriverQuestion:
    """Record the driver's word; a yes sends help and releases the car's exact place for that help alone."""
    now_ms = services.now_ms()
    place = None if said.position is None else pinned(said.position, now_ms)
    with services.store.write() as connection:
        found = links.answer(connection, token, answer=said.answer, now_ms=now_ms, position=place)
    return shape(DriverQuestion, found)
