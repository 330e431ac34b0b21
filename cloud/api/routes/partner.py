"""What a rescue partner's own software calls: offers, and the steps of the jobs it took."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query

from cloud.api.models.people import PartnerJob, PartnerOffer, StepReport, TruckReport
from cloud.api.parts import PartnerStaff, Serving
from cloud.api.translate import pinned, shape, shapes
from cloud.rescue import commands
from cloud.store import network, queries
from cloud.store.views import PartnerJobView, PartnerOfferView

router = APIRouter(prefix="/partner", tags=["partner"])
_POLL_S: Final = 0.05
_STEPS: Final[dict[str, Callable[..., PartnerJobView]]] = {
    "arrive": commands.arrive,
    "tow": commands.tow,
    "at-destination": commands.at_destination,
    "complete": commands.complete,
    "unsuccessful": commands.unsuccessful,
    "gone": commands.gone,
}
Plain = Literal["arrive", "tow", "at-destination", "complete", "unsuccessful", "gone"]


@router.get("/offers")
def offers(
    services: Serving, who: PartnerStaff, wait_s: Annotated[float, Query(ge=0.0, le=25.0)] = 0.0
) -> list[PartnerOffer]:
    """List the offers that stand for this partner; with `wait_s`, wait so many real seconds for the first."""
    deadline = time.monotonic() + wait_s
    while not (found := _standing(services, who.subject)):
        if time.monotonic() >= deadline or services.stopping.wait(_POLL_S):
            break
    return shapes(PartnerOffer, found)


@router.get("/jobs")
def jobs(services: Serving, who: PartnerStaff) -> list[PartnerJob]:
    """List the jobs that this partner took: the open ones, and those closed within a day."""
    with services.store.read() as connection:
        found = queries.partner_jobs(connection, who.subject, now_ms=services.now_ms())
    return shapes(PartnerJob, found)


@router.get("/jobs/{job_id}")
def job(services: Serving, who: PartnerStaff, job_id: str) -> PartnerJob:
    """Show one job that this partner took."""
    with services.store.read() as connection:
        return shape(PartnerJob, queries.partner_job(connection, who.subject, job_id, now_ms=services.now_ms()))


@router.post("/jobs/{job_id}/accept")
def accept(services: Serving, who: PartnerStaff, job_id: str, said: StepReport) -> PartnerJob:
    """Take an offered job; 409 says why it went to somebody else."""
    with services.store.write() as connection:
        found = commands.accept(connection, job_id, partner_id=who.subject, now_ms=services.now_ms(), eta_s=said.eta_s)
    return shape(PartnerJob, found)


@router.post("/jobs/{job_id}/decline", status_code=HTTPStatus.NO_CONTENT)
def decline(services: Serving, who: PartnerStaff, job_id: str, said: StepReport) -> None:
    """Turn an offer down; the next partner is asked at once."""
    with services.store.write() as connection:
        commands.decline(connection, job_id, partner_id=who.subject, now_ms=services.now_ms(), reason=said.reason)


@router.post("/jobs/{job_id}/en-route")
def en_route(services: Serving, who: PartnerStaff, job_id: str, said: StepReport) -> PartnerJob:
    """Say that the truck has left, and when it will be there.

    409 with the code `no_place` where no point of the car is fresh and exact enough: wait for one, or ask by phone and
    send the `position` that you were told.
    """
    now_ms = services.now_ms()
    with services.store.write() as connection:
        found = commands.en_route(
            connection,
            job_id,
            partner_id=who.subject,
            now_ms=now_ms,
            said=None if said.position is None else pinned(said.position, now_ms),
            reason=said.reason,
            eta_s=said.eta_s,
        )
    return shape(PartnerJob, found)


@router.post("/jobs/{job_id}/{step}")
def report(services: Serving, who: PartnerStaff, job_id: str, step: Plain, said: StepReport) -> PartnerJob:
    """Report a step of the job; a step that was taken already is answered as it was."""
    with services.store.write() as connection:
        more = {"found": said.found} if step == "complete" and said.found is not None else {}
        found = _STEPS[step](
            connection, job_id, partner_id=who.subject, now_ms=services.now_ms(), reason=said.reason, **more
        )
    return shape(PartnerJob, found)


@router.put("/trucks/{truck_id}", status_code=HTTPStatus.NO_CONTENT)
def truck(services: Serving, who: PartnerStaff, truck_id: str, said: TruckReport) -> None:
    """Say where a truck is and whether it is on duty; silent for half an hour, it counts as at its base."""
    now_ms = services.now_ms()
    place = None if said.position is None else pinned(said.position, now_ms)
    with services.store.write() as connection:
        network.place_truck(
            connection, truck_id, partner_id=who.subject, place=place, on_duty=said.on_duty, now_ms=now_ms
        )


def _standing(services: Serving, partner_id: str) -> list[PartnerOfferView]:
    with services.store.read() as connection:
        return queries.partner_offers(connection, partner_id, now_ms=services.now_ms())
