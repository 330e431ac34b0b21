"""The drivers of a world against a pretend service."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from firmware_sim.adapters.api import Api
from firmware_sim.adapters.mailbox import Mailbox
from firmware_sim.clock import DomainClock
from firmware_sim.driver import DriverOptions, Drivers
from firmware_sim.errors import WorldError
from tests.firmware_sim.pretend_service import PretendService
from tests.firmware_sim.waiting import until

FAST: Final = DomainClock(10_000.0, 0.0)


@contextmanager
def drivers(options: DriverOptions, service: PretendService) -> Iterator[str]:
    """Run the drivers; yield where notices go."""
    stopped = threading.Event()
    api = Api(service.url, "operator")
    people = Drivers(options, stopped, api)
    mailbox = Mailbox(0, people.take)
    thread = threading.Thread(target=people.run)
    thread.start()
    try:
        yield mailbox.url
    finally:
        stopped.set()
        thread.join()
        mailbox.close()
        api.close()


def notice(service: PretendService, kind: str = "ask") -> dict[str, str]:
    """Return a notice as the service posts it."""
    link = f"{service.url}/d/secret-link"
    return {"vehicle": "car-2", "kind": kind, "text_zh": "要来吗", "text_en": "Shall it come?", "link": link}


def yes(needs_position: bool = False) -> Callable[[str, str, dict[str, Any]], tuple[int, Any]]:
    """Return a service that asks one question and takes any answer."""
    return lambda method, path, body: (200, {"needs_position": needs_position} if method == "GET" else {})


def test_a_driver_looks_at_the_question_and_says_yes_once(tmp_path: Path) -> None:
    with PretendService(yes()).running() as service, drivers(DriverOptions(tmp_path, FAST), service) as url:
        for _ in range(2):
            assert httpx2.post(url, json=notice(service), trust_env=False).status_code == 204
        assert until(lambda: bool(service.posted()))
        assert until(lambda: len((tmp_path / "notices.jsonl").read_text().splitlines()) == 2)

    assert service.asked == [
        ("GET", "/v1/driver/secret-link", {}),
        ("POST", "/v1/driver/secret-link/answer", {"answer": "yes"}),
    ]


def test_where_the_car_may_not_say_where_it_is_the_driver_sets_a_pin(tmp_path: Path) -> None:
    place = {"lat": 31.2, "lon": 121.5, "crs": "WGS84"}
    (tmp_path / "car-2").mkdir()
    (tmp_path / "car-2" / "place.json").write_text(json.dumps(place))

    pretend, options = PretendService(yes(needs_position=True)), DriverOptions(tmp_path, FAST, answer="no")
    with pretend.running() as service, drivers(options, service) as url:
        httpx2.post(url, json=notice(service), trust_env=False)
        assert until(lambda: bool(service.posted()))

    assert service.asked[-1][2] == {"answer": "no", "position": place}


@pytest.mark.parametrize("kind", ["inform", "reminder", "coming"])
def test_what_asks_nothing_is_read_and_not_answered(kind: str, tmp_path: Path) -> None:
    with PretendService(yes()).running() as service, drivers(DriverOptions(tmp_path, FAST), service) as url:
        httpx2.post(url, json=notice(service, kind), trust_env=False)
        assert until((tmp_path / "notices.jsonl").exists)

    assert service.asked == []


def test_an_answer_is_tried_again_while_the_service_is_away_and_not_after_a_refusal(tmp_path: Path) -> None:
    answers = [(410, {"title": "Gone"}), (503, {}), (503, {})]
    pretend = PretendService(lambda method, path, body: answers.pop())
    with pretend.running() as service, drivers(DriverOptions(tmp_path, FAST), service) as url:
        httpx2.post(url, json=notice(service), trust_env=False)
        assert until(lambda: not answers)

    assert len(service.asked) == 3


def test_a_caller_calls_once_at_the_time_with_a_pin_and_a_key(tmp_path: Path) -> None:
    world = tmp_path / "world"
    for vehicle, at_s in (("car-6", time.time()), ("car-7", 9e15)):
        (world / vehicle).mkdir(parents=True)
        call = {"at": at_s, "problem": "flat tyre", "service": "tyre_change"}
        (world / vehicle / "truth.json").write_text(json.dumps({"vehicle": vehicle, "call": call}))
    (world / "car-6" / "place.json").write_text(json.dumps({"lat": 31.2, "lon": 121.5, "crs": "WGS84"}))

    pretend = PretendService(lambda method, path, body: (201, {}))
    with pretend.running() as service, drivers(DriverOptions(world, DomainClock()), service):
        assert until(lambda: bool(service.asked))
        twice_s = time.monotonic() + 1.2
        assert until(lambda: time.monotonic() > twice_s)

    ((method, path, body),) = service.asked
    assert (method, path, body["vehicle_id"], body["problem"]) == ("POST", "/v1/rescues", "car-6", "flat tyre")
    assert body["position"]["lat"] == 31.2
    assert service.keys[0].startswith("call-car-6-")


def test_only_the_named_caller_calls(tmp_path: Path) -> None:
    for vehicle in ("car-1", "car-6"):
        (tmp_path / vehicle).mkdir()
        call = {"at": 0.0, "problem": "flat tyre", "service": "tyre_change"}
        (tmp_path / vehicle / "truth.json").write_text(json.dumps({"vehicle": vehicle, "call": call}))

    pretend, options = (
        PretendService(lambda method, path, body: (201, {})),
        DriverOptions(tmp_path, DomainClock(), caller="car-6"),
    )
    with pretend.running() as service, drivers(options, service):
        assert until(lambda: bool(service.asked))

    assert {body["vehicle_id"] for _, _, body in service.asked} == {"car-6"}


@pytest.mark.parametrize("data", [b"nonsense", b"[1]", b"", b"x" * 70_000])
def test_a_post_that_is_no_notice_is_refused(data: bytes) -> None:
    taken: list[dict[str, Any]] = []
    mailbox = Mailbox(0, taken.append)
    try:
        assert httpx2.post(mailbox.url, content=data, trust_env=False).status_code == 400
    finally:
        mailbox.close()

    assert taken == []


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    first = Mailbox(0, lambda notice: None)
    try:
        with pytest.raises(WorldError, match="--port 0"):
            Mailbox(int(first.url.rstrip("/").rsplit(":", 1)[1]), lambda notice: None)
    finally:
        first.close()
