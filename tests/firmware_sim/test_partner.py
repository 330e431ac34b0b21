"""A rescue partner against a pretend service."""

import json
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from firmware_sim.adapters.api import Api
from firmware_sim.clock import DomainClock
from firmware_sim.errors import ServiceError
from firmware_sim.partner import Partner, PartnerOptions
from tests.firmware_sim.pretend_service import PretendService
from tests.firmware_sim.waiting import until

FAST = DomainClock(100_000.0, 0.0)
OFFER = {"job_id": "job-1", "service": "tyre_change", "cell": {"lat": 31.2, "lon": 121.5}}
JOB = {"id": "job-1", "service": "tyre_change", "vehicle": {"id": "car-2"}, "position": {"lat": 31.21, "lon": 121.5}}


def work(
    service: PretendService, world: Path, done: Callable[[], bool], decline: float = 0.0, token: str = "t"
) -> None:
    """Let a partner work until `done`."""
    stopped = threading.Event()
    api = Api(service.url, token)
    options = PartnerOptions("Bund Roadside", world, FAST, decline=decline, base=(31.2, 121.4))
    thread = threading.Thread(target=Partner(api, options, stopped).run)
    thread.start()
    try:
        assert until(done), service.asked
    finally:
        stopped.set()
        thread.join()
        api.close()


def offering(then: Callable[[str], tuple[int, Any]], offers: list[dict[str, Any]] | None = None) -> PretendService:
    """Return a service that offers each job once and answers steps by `then`."""
    waiting = [OFFER] if offers is None else offers

    def answer(method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if method == "GET":
            page = {"items": list(waiting), "next": None}
            waiting.clear()
            return 200, page
        return then(path)

    return PretendService(answer)


def _has_posted(service: PretendService, count: int) -> bool:
    return len(service.posted()) == count


def test_an_accepted_job_is_driven_served_and_completed_in_order(tmp_path: Path) -> None:
    (tmp_path / "car-2").mkdir()
    with offering(lambda path: (200, JOB)).running() as service:
        work(service, tmp_path, (tmp_path / "car-2" / "service.jsonl").exists)

    assert service.posted() == [
        f"/v1/partner/jobs/job-1/{step}" for step in ("accept", "en-route", "arrive", "complete")
    ]
    assert json.loads((tmp_path / "car-2" / "service.jsonl").read_text())["service"] == "tyre_change"


def test_a_lost_race_sends_no_truck(tmp_path: Path) -> None:
    lost = {"title": "Conflict", "detail": "another partner was faster"}
    with offering(lambda path: (409, lost)).running() as service:
        work(service, tmp_path, lambda: len(service.asked) >= 4)

    assert service.posted() == ["/v1/partner/jobs/job-1/accept"]


def test_a_job_cancelled_on_the_way_is_left_and_the_car_untouched(tmp_path: Path) -> None:
    (tmp_path / "car-2").mkdir()

    def then(path: str) -> tuple[int, Any]:
        return (409, {"detail": "cancelled by the driver"}) if path.endswith("arrive") else (200, JOB)

    with offering(then).running() as service:
        work(service, tmp_path, lambda: any(path.endswith("arrive") for path in service.posted()))

    assert not any(path.endswith("complete") for path in service.posted())
    assert not (tmp_path / "car-2" / "service.jsonl").exists()


def test_a_step_is_reported_again_until_the_service_is_back(tmp_path: Path) -> None:
    failures = [503, 503]

    def then(path: str) -> tuple[int, Any]:
        return (failures.pop(), {}) if path.endswith("en-route") and failures else (200, JOB)

    with offering(then).running() as service:
        work(service, tmp_path, lambda: any(path.endswith("complete") for path in service.posted()))

    assert sum(path.endswith("en-route") for path in service.posted()) == 3


def test_offers_are_declined_by_share_and_seed_with_a_reason(tmp_path: Path) -> None:
    offers = [{**OFFER, "job_id": f"job-{number}"} for number in range(40)]
    declined = []
    for _ in range(2):
        with offering(lambda path: (409, {}), list(offers)).running() as service:
            work(service, tmp_path, partial(_has_posted, service, 40), decline=0.5)
        declined.append([path for path in service.posted() if path.endswith("decline")])

    assert 10 <= len(declined[0]) <= 30
    assert declined[0] == declined[1]
    assert all(body["reason"] for _, path, body in service.asked if path.endswith("decline"))


def test_a_partner_waits_for_a_service_that_is_not_there_yet(tmp_path: Path) -> None:
    answers: list[tuple[int, dict[str, Any]]] = [(503, {}), (502, {})]

    def answer(method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        return answers.pop() if answers else (200, {"items": []})

    with PretendService(answer).running() as service:
        work(service, tmp_path, lambda: len(service.asked) >= 4)


def test_a_token_that_the_service_does_not_know_ends_the_partner(tmp_path: Path) -> None:
    with PretendService(lambda method, path, body: (401, {})).running() as service:
        partner = Partner(Api(service.url, "wrong"), PartnerOptions("p", tmp_path, FAST), threading.Event())

        with pytest.raises(ServiceError, match="does not know this token"):
            partner.run()
