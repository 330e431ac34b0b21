"""The outbox emptied: once in effect, retried with one key, handed to a person when it cannot arrive."""

from typing import Any

import pytest

from cloud.act.delivery import LONGEST_WAIT_MS, MAX_TRIES, Delivery, wait_ms
from cloud.act.ports import Delivered
from cloud.errors import LinkError
from cloud.notices import links
from cloud.rescue import commands
from cloud.store.configurations import wish
from contract.messages import Campaign, Config
from contract.signals import SPEED
from tests.cloud.acting import World, fleet_file, vehicle

FAST = Campaign(name="fast", signals=(SPEED.path,), period_ms=1_000)


class Drivers:
    """Takes notices, once a key in effect, and does what it is told to beforehand."""

    def __init__(self, *answers: Delivered | Exception) -> None:
        self.tries: list[tuple[str, str]] = []
        self.effects: dict[str, dict[str, Any]] = {}
        self._answers = list(answers)

    def send(self, address: str, key: str, body: dict[str, Any]) -> Delivered:
        self.tries.append((address, key))
        answer = self._answers.pop(0) if self._answers else Delivered(True)
        if isinstance(answer, Exception):
            self.effects.setdefault(key, body)  # it arrived, but we never learn
            raise answer
        if answer.is_done:
            self.effects.setdefault(key, body)
        return answer

    def close(self) -> None: ...


class Cars:
    """Takes configurations."""

    def __init__(self, *errors: Exception) -> None:
        self.configs: list[Config] = []
        self._errors = list(errors)

    def configure(self, config: Config) -> None:
        if self._errors:
            raise self._errors.pop(0)
        self.configs.append(config)


def deliver(world: World, drivers: Drivers, cars: Cars | None = None, real_ms: int = 0) -> int:
    delivery = Delivery(world.store, drivers, cars or Cars(), "http://service")
    try:
        return delivery.round(world.now_ms, real_ms)
    finally:
        delivery.close()


def test_a_question_goes_to_the_drivers_address_with_its_link_and_the_token_is_then_wiped(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    token = world.asked_token()
    drivers = Drivers()

    assert deliver(world, drivers) == 1
    assert deliver(world, drivers) == 0

    (body,) = drivers.effects.values()
    assert (body["vehicle"], body["kind"], body["link"]) == ("car-1", "ask", f"http://service/d/{token}")
    assert body["text_zh"]
    assert body["text_en"]
    assert drivers.tries[0][0] == "http://127.0.0.1:9/"
    assert world.asked_token() == ""


def test_a_try_that_fails_is_repeated_later_with_the_same_key(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    drivers = Drivers(Delivered(False, "HTTP 503"), Delivered(False, "HTTP 503"))

    assert deliver(world, drivers, real_ms=0) == 1
    assert deliver(world, drivers, real_ms=100) == 0
    assert deliver(world, drivers, real_ms=1_000) == 1
    assert deliver(world, drivers, real_ms=3_000) == 1

    assert len(drivers.tries) == 3
    assert len({key for _, key in drivers.tries}) == 1
    assert len(drivers.effects) == 1


def test_dead_between_sending_and_noting_it_is_sent_again_and_has_one_effect(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    drivers = Drivers(RuntimeError("the process dies here"))

    with pytest.raises(RuntimeError):
        deliver(world, drivers)
    deliver(world, drivers)

    assert len(drivers.tries) == 2
    assert len(drivers.effects) == 1
    assert world.outbox()[0]["delivered_ms"] is not None


def test_an_address_that_will_never_do_means_a_person_at_once(world: World) -> None:
    world.report("car-1", "tyre", 0.4)

    deliver(world, Drivers(Delivered(False, "HTTP 404", is_final=True)))

    assert world.case().escalated_ms is not None
    assert world.outbox()[0]["given_up_ms"] is not None


def test_a_car_without_any_address_means_a_person_at_once(world: World) -> None:
    car = vehicle("mute")
    del car["contact"]
    world.import_fleet(fleet_file([car]))
    world.report("mute", "tyre", 0.4)
    drivers = Drivers()

    deliver(world, drivers)

    assert drivers.tries == []
    assert world.case().escalated_ms is not None


def test_three_tries_in_vain_reach_a_person_while_the_tries_go_on(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    drivers = Drivers(*[Delivered(False, "HTTP 500")] * 3)

    for n in range(3):
        assert world.case().escalated_ms is None
        deliver(world, drivers, real_ms=n * 10_000)
    assert world.case().escalated_ms is not None

    deliver(world, drivers, real_ms=100_000)
    assert len(drivers.effects) == 1


def test_the_tries_end(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    drivers = Drivers(*[Delivered(False, "HTTP 500")] * 100)

    for n in range(60):
        deliver(world, drivers, real_ms=n * LONGEST_WAIT_MS)

    assert len(drivers.tries) == MAX_TRIES


def test_waits_double_to_five_minutes() -> None:
    assert [wait_ms(n, 1.0) for n in (1, 2, 3, 4)] == [500, 1000, 2000, 4000]
    assert wait_ms(30, 1.0) == LONGEST_WAIT_MS
    assert wait_ms(3, 0.0) == 1000


def test_a_yes_becomes_a_grant_for_its_job_and_its_end_takes_the_grant_back(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms)
    cars = Cars(LinkError("broker away"))
    deliver(world, Drivers(), cars)
    deliver(world, Drivers(), cars, real_ms=10_000)
    job = world.job()

    with world.write() as connection:
        commands.cancel(connection, job.id, by="op", now_ms=world.now_ms)
    deliver(world, Drivers(), cars, real_ms=20_000)

    given, taken = cars.configs
    assert [(grant.job, grant.precision) for grant in given.grants] == [(job.id, "exact")]
    assert taken.grants == ()
    assert taken.revision > given.revision


def test_a_grant_and_what_operators_want_go_together_whichever_came_first(world: World) -> None:
    with world.write() as connection:
        wish(connection, "car-1", campaigns=(FAST,), stop=("22",), by="operator", now_ms=world.now_ms)
    cars = Cars()
    deliver(world, Drivers(), cars)
    world.report("car-1", "tyre", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms)
    deliver(world, Drivers(), cars)
    with world.write() as connection:
        wish(connection, "car-1", campaigns=(), stop=(), by="operator", now_ms=world.now_ms)
    deliver(world, Drivers(), cars)

    wanted, with_grant, cleared = cars.configs
    job = world.job().id
    assert [len(config.grants) for config in cars.configs] == [0, 1, 1]
    assert (wanted.campaigns, wanted.stop) == ((FAST,), ("22",))
    assert (with_grant.campaigns, with_grant.stop) == ((FAST,), ("22",))
    assert (cleared.campaigns, cleared.stop, cleared.grants[0].job) == ((), (), job)
    assert wanted.revision < with_grant.revision < cleared.revision


def test_what_is_tried_again_late_does_not_take_an_older_revision_back_to_the_car(world: World) -> None:
    with world.write() as connection:
        wish(connection, "car-1", stop=("22",), by="operator", now_ms=world.now_ms)
    deliver(world, Drivers(), Cars(LinkError("broker away")))
    with world.write() as connection:
        wish(connection, "car-1", stop=("03",), by="operator", now_ms=world.now_ms)
    cars = Cars()
    deliver(world, Drivers(), cars)
    deliver(world, Drivers(), cars, real_ms=10_000)

    newest, retried = cars.configs
    assert (newest.stop, retried.stop) == (("03",), ("03",))
    assert newest.revision == retried.revision
