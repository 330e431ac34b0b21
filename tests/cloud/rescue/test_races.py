"""Races on real connections in threads: one winner, and a definite answer for everybody else."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select

from cloud.rescue import book, commands
from cloud.store.errors import RefusedError
from cloud.store.tables import jobs, offers
from tests.cloud.acting import World

ROUNDS = 25


def at_once(world: World, *acts: Callable[[Connection], Any]) -> list[str]:
    """Run every act in its own thread and transaction, started together; return `done` or the refusal's code."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[Connection], Any]) -> str:
        barrier.wait()
        try:
            with world.write() as connection:
                act(connection)
        except RefusedError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def offered(world: World) -> str:
    """Return a job that stands offered to the nearest partner."""
    with world.write() as connection:
        asked = commands.Request(problem="flat tyre", vehicle_id="car-1")
        view, is_new = commands.request(connection, asked, by="op", now_ms=world.now_ms)
    assert is_new
    world.tick()
    return view.id


def test_accept_against_cancel_has_one_winner_and_a_definite_loser(world: World) -> None:
    seen = set()
    for _ in range(ROUNDS):
        job_id = offered(world)

        accepted, cancelled = at_once(
            world,
            partial(commands.accept, job_id=job_id, partner_id="near", now_ms=world.now_ms),
            partial(commands.cancel, job_id=job_id, by="op", now_ms=world.now_ms),
        )

        # A cancel after an accept is in order; an accept after a cancel is not.
        assert cancelled == "done"
        assert accepted in ("done", "cancelled")
        with world.read() as connection:
            row = connection.execute(select(jobs.c.state).where(jobs.c.id == job_id)).scalar_one()
        assert row == "cancelled"
        seen.add(accepted)
    assert seen <= {"done", "cancelled"}


def test_two_partners_for_one_job_get_one_yes_and_one_no(world: World) -> None:
    for _ in range(ROUNDS):
        job_id = offered(world)
        world.pass_s(121)

        def passed_on(connection: Connection, job_id: str = job_id) -> None:
            # The next partner's offer, made just as the first one's deadline ends.
            raise_if_taken(connection, job_id)
            commands.accept(connection, job_id, partner_id="far", now_ms=world.now_ms)

        first, second = at_once(
            world,
            partial(commands.accept, job_id=job_id, partner_id="near", now_ms=world.now_ms - 2000),
            passed_on,
        )

        assert sorted((first, second)) in (["done", "taken"], ["done", "expired"])
        with world.write() as connection:
            commands.cancel(connection, job_id, by="op", now_ms=world.now_ms)


def raise_if_taken(connection: Connection, job_id: str) -> None:
    """Expire the standing offer and make one to the other partner, as the clock does, unless the job is taken."""
    row = book.fetch(connection, job_id)
    if row["state"] != "offered":
        raise RefusedError("taken", "the first partner has it")
    connection.execute(offers.update().where(offers.c.job_id == job_id).values(state="expired"))
    book.take(connection, row, "expire", "clock", row["created_ms"])
    row = book.fetch(connection, job_id)
    connection.execute(
        insert(offers).values(
            id=f"second-{job_id}",
            job_id=job_id,
            partner_id="far",
            state="offered",
            offered_ms=row["created_ms"],
            deadline_ms=1 << 50,
        )
    )
    book.take(connection, row, "offer", "clock", row["created_ms"])


def test_many_calls_for_one_car_make_one_job(world: World) -> None:
    def call(connection: Connection) -> None:
        asked = commands.Request(problem="flat tyre", plate="沪ACAR-1", phone="13800000000")
        commands.request(connection, asked, by="op", now_ms=world.now_ms)

    assert at_once(world, *[call] * 8) == ["done"] * 8

    assert len(world.jobs()) == 1


def test_the_same_request_key_is_the_same_job_even_when_it_is_closed(world: World) -> None:
    def call() -> tuple[str, bool]:
        with world.write() as connection:
            asked = commands.Request(problem="flat tyre", vehicle_id="car-1")
            view, is_new = commands.request(connection, asked, by="op", now_ms=world.now_ms, request_key="k-1")
        return view.id, is_new

    first, made = call()
    with world.write() as connection:
        commands.cancel(connection, first, by="op", now_ms=world.now_ms)

    assert made
    assert call() == (first, False)
