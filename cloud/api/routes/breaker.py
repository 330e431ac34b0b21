"""The fleet-wide circuit breaker: whether predictions are held, and the person who lets them go."""

from fastapi import APIRouter

from cloud.act import holding
from cloud.api.models.work import Breaker
from cloud.api.parts import Operator, Reader, Serving
from cloud.api.translate import instant

router = APIRouter(prefix="/breaker", tags=["breaker"])


@router.get("")
def breaker(services: Serving, who: Reader) -> Breaker:
    """Say whether asking and sending on predictions is held, because too many cars raised a case at once."""
    with services.store.read() as connection:
        return _shape(holding.standing(connection))


@router.post("/release")
def release(services: Serving, who: Operator) -> Breaker:
    """Let predictions through again, now that somebody has looked at them; again changes nothing."""
    with services.store.write() as connection:
        holding.release(connection, by=who.name, now_ms=services.now_ms())
        return _shape(holding.standing(connection))


def _shape(found: holding.Standing) -> Breaker:
    return Breaker(
        held=found.held,
        since=None if found.since_ms is None else instant(found.since_ms),
        vehicles=found.vehicles,
        released_at=None if found.released_ms is None else instant(found.released_ms),
        released_by=found.released_by or None,
    )
