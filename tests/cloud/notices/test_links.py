"""The question behind a link: one token, one answer, one job."""

import pytest
from sqlalchemy import select, update

from cloud.cases import commands
from cloud.notices import links
from cloud.notices.links import Answer
from cloud.store import tables
from cloud.store.errors import MissingError, RefusedError
from cloud.store.views import Point, QuestionView
from tests.cloud.acting import HOUR_MS, World

PIN = Point(latitude_deg=31.2, longitude_deg=121.4, crs="WGS84", precision="pin")


@pytest.fixture
def token(world: World) -> str:
    world.report("car-1", "tyre", 0.4)
    return world.asked_token()


def say(world: World, token: str, answer: Answer, pin: Point | None = None) -> QuestionView:
    with world.write() as connection:
        return links.answer(connection, token, answer=answer, now_ms=world.now_ms, position=pin, policy=world.policy)


def test_the_page_shows_the_question_in_both_languages_and_its_reasons(world: World, token: str) -> None:
    with world.read() as connection:
        page = links.question(connection, token, now_ms=world.now_ms)

    assert (page.vehicle.id, page.cause, page.service, page.answer) == ("car-1", "tyre", "tyre_change", None)
    assert "轮胎" in page.zh
    assert "tyre" in page.en
    assert page.needs_position
    assert [reason.code for reason in page.reasons] == ["made_up"]
    assert page.deadline_ms - page.asked_ms == 600_000


def test_a_yes_opens_one_job_however_often_it_is_said(world: World, token: str) -> None:
    for _ in range(3):
        page = say(world, token, "yes")

    assert (page.answer, page.job_state) == ("yes", "proposed")
    assert world.job().case_id == world.case().id
    assert len(world.outbox("grant")) == 1


def test_a_no_is_remembered_and_sends_nothing(world: World, token: str) -> None:
    say(world, token, "no")
    world.report("car-1", "tyre", 0.9, times=20)

    assert world.jobs() == []
    assert world.notices() == ["ask"]
    assert "answered_no" in [event.kind for event in world.case().timeline]


def test_the_other_answer_afterwards_is_refused(world: World, token: str) -> None:
    say(world, token, "no")

    with pytest.raises(RefusedError) as refused:
        say(world, token, "yes")

    assert refused.value.code == "answered"
    assert world.jobs() == []


def test_no_answer_in_time_means_a_call_by_a_person_and_no_truck(world: World, token: str) -> None:
    world.pass_s(599)
    world.tick()
    assert world.case().escalated_ms is None

    world.pass_s(1)
    world.tick()

    assert world.case().escalated_ms == world.now_ms
    assert (world.jobs(), world.answers()) == ([], ["expired"])


def test_a_late_yes_still_counts(world: World, token: str) -> None:
    world.pass_s(3600)
    world.tick()

    say(world, token, "yes")

    assert world.job().state == "proposed"


def test_a_yes_to_a_case_that_is_over_is_refused(world: World, token: str) -> None:
    with world.write() as connection:
        commands.resolve(connection, world.case().id, reason="repaired", by="op", now_ms=world.now_ms)

    with pytest.raises(RefusedError) as refused:
        say(world, token, "yes")

    assert refused.value.code == "resolved"


def test_a_pin_that_comes_with_a_second_yes_is_set(world: World, token: str) -> None:
    assert say(world, token, "yes").needs_position

    assert not say(world, token, "yes", PIN).needs_position

    assert world.job().position == PIN


@pytest.mark.parametrize(("has_position", "needs_pin"), [(True, False), (False, True), (None, True)])
def test_a_pin_is_asked_for_only_where_the_car_cannot_say_its_place(
    world: World, token: str, has_position: bool | None, needs_pin: bool
) -> None:
    with world.write() as connection:
        connection.execute(update(tables.vehicle_state).values(has_position=has_position))
        assert links.question(connection, token, now_ms=world.now_ms).needs_position is needs_pin


def test_a_link_dies_a_day_after_its_case(world: World, token: str) -> None:
    with world.write() as connection:
        commands.resolve(connection, world.case().id, reason="repaired", by="op", now_ms=world.now_ms)
    world.now_ms += 24 * HOUR_MS

    with world.read() as connection, pytest.raises(MissingError):
        links.question(connection, token, now_ms=world.now_ms)


def test_a_guessed_token_is_nobodys(world: World, token: str) -> None:
    with world.read() as connection, pytest.raises(MissingError):
        links.question(connection, token[:-1] + ("y" if token.endswith("x") else "x"), now_ms=world.now_ms)


def test_only_the_hash_of_a_token_is_kept_with_the_question(world: World, token: str) -> None:
    with world.read() as connection:
        row = connection.execute(select(tables.links)).mappings().one()

    assert token not in "".join(str(value) for value in row.values())
