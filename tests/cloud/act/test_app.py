"""The whole acting part running in a thread, on real files and a real driver's phone."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from cloud.act import app
from cloud.act.adapters.lines import LineDownlink, LineStatuses
from cloud.ingest.adapters.sqlite import SqliteLines
from cloud.ingest.ports import Presence
from cloud.log.adapters.sqlite import SqliteLog
from cloud.notices import links
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.runner.ports import Scored
from cloud.scoring.types import Assessment, encode
from cloud.store import queries
from cloud.store.configurations import wish, wished
from contract import codec
from contract.messages import Campaign, Config, ConfigOutcome, Health, Status
from contract.signals import SPEED
from tests.cloud.act.test_webhook import Phone
from tests.cloud.acting import World, fleet_file, partner, vehicle

DEADLINE_S: Final = 20.0


class RunningClock:
    """Real time that started at the world's."""

    def __init__(self, start_ms: int) -> None:
        self._start_s = start_ms / 1000.0 - time.monotonic()

    def wall_s(self) -> float:
        return self._start_s + time.monotonic()

    def mono_s(self) -> float:
        return time.monotonic()

    def real_s(self, domain_s: float) -> float:
        return domain_s


def until(holds: Callable[[], bool]) -> None:
    """Wait until `holds`, or fail at the deadline."""
    deadline_s = time.monotonic() + DEADLINE_S
    waiting = threading.Event()
    while not holds():
        assert time.monotonic() < deadline_s, "it did not happen in time"
        waiting.wait(0.02)


@pytest.fixture
def phone() -> Iterator[Phone]:
    server = Phone()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def lines(world: World) -> Iterator[SqliteLines]:
    made = SqliteLines(world.folder / "lines.sqlite")
    yield made
    made.close()


@pytest.fixture
def running(world: World, lines: SqliteLines, phone: Phone) -> Iterator[World]:
    """Return the world with the acting part at work on it."""
    contact = {"channel": "webhook", "address": phone.address(200)}
    world.import_fleet(fleet_file([vehicle("car-1", contact=contact)], [partner("near")]))
    stop = threading.Event()
    log = SqliteLog(world.folder / "log.sqlite")
    clock = RunningClock(world.now_ms)

    def work() -> None:
        app.run(
            world.folder,
            world.store,
            clock,
            stop,
            entries=log,
            statuses=LineStatuses(lines),
            downlink=LineDownlink(lines),
            public_url="http://service",
        )

    thread = threading.Thread(target=work)
    thread.start()
    yield world
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    log.close()


def score(world: World, *assessments: Assessment) -> None:
    scores = SqliteScores(world.folder / "scores.sqlite")
    scores.keep([Scored(each.offset, each.vehicle, each.cause, encode(each)) for each in assessments])
    scores.close()


def test_scores_become_a_question_a_yes_becomes_an_offer_and_the_car_is_asked(
    running: World, lines: SqliteLines, phone: Phone
) -> None:
    score(
        running,
        *(running.assessment("car-1", "low_voltage_battery", 0.4, age_s=age_s) for age_s in (30, 20, 10)),
    )
    until(lambda: bool(phone.got))
    (_, _, body) = phone.got[0]
    token = body["link"].rsplit("/", 1)[1]

    with running.write() as connection:
        links.answer(connection, token, answer="yes", now_ms=running.now_ms)

    until(lambda: bool(running.jobs()) and running.job().state == "offered")
    until(lambda: bool(lines.wishes(0)))
    config = codec.decode(lines.wishes(0)[0].payload)
    assert isinstance(config, Config)
    assert [grant.job for grant in config.grants] == [running.job().id]
    assert [key for _, key, _ in phone.got] == [running.outbox("notice")[0]["key"]]


def test_an_unreadable_assessment_is_passed_over_and_statuses_arrive(running: World, lines: SqliteLines) -> None:
    scores = SqliteScores(running.folder / "scores.sqlite")
    scores.keep([Scored(10_000, "car-1", "tyre", b"\xc1garbage")])
    scores.close()
    status = Status(vehicle="car-1", online=True, boot_id="b", wall_ms=1, agent_version="9")
    lines.note([Presence("car-1", True, running.now_ms, codec.encode(status)), Presence("x", True, 1, b"garbage")])

    score(running, *(running.assessment("car-1", "tyre", 0.4, age_s=age_s) for age_s in (30, 20, 10)))

    until(lambda: len(running.cases()) == 1)

    def online() -> bool:
        with running.read() as connection:
            return queries.vehicle(connection, "car-1", now_ms=0).online is True

    until(online)


def test_a_refusal_by_the_agent_is_kept_and_the_stops_go_without_the_campaigns(
    running: World, lines: SqliteLines
) -> None:
    def sent() -> Config | None:
        wishes = lines.wishes(0)
        config = codec.decode(wishes[0].payload) if wishes else None
        return config if isinstance(config, Config) else None

    campaign = Campaign(name="fast", signals=(SPEED.path,), period_ms=1_000)
    with running.write() as connection:
        wish(connection, "car-1", campaigns=[campaign], stop=["22"], by="operator", now_ms=running.now_ms)
    until(lambda: sent() is not None)
    first = sent()
    assert first is not None
    assert first.campaigns == (campaign,)

    said = ConfigOutcome(revision=first.revision, taken=False, reason="no signal set asks for it")
    health = Health(uptime_s=1.0, starts=1, waiting=0, waiting_bytes=0, config=said)
    status = Status(vehicle="car-1", online=True, boot_id="b", wall_ms=1, agent_version="9", health=health)
    lines.note([Presence("car-1", True, running.now_ms, codec.encode(status), has_health=True)])

    until(lambda: sent() != first)
    second = sent()
    assert second is not None
    assert (second.campaigns, second.stop) == ((), ("22",))
    with running.read() as connection:
        kept = wished(connection, "car-1")
    assert (kept.outcome, kept.reason) == ("refused", "no signal set asks for it")
