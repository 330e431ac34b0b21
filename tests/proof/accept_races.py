"""`python -m tests.proof.accept_races N [--json]`: the same offer accepted by many at the same moment, N times.

Each race is on real connections to a real store: the partner that was asked says yes twice at once, one that was not
asked says yes as well, and in every second race an operator calls the job off. One truck goes, or none.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, func, select

from cloud.rescue import commands
from cloud.store.errors import MissingError
from cloud.store.tables import jobs, offers
from tests.cloud.acting import World, fleet_file, partner, vehicle
from tests.cloud.rescue.test_races import at_once, offered


def stranger(connection: Connection, job_id: str, now_ms: int) -> None:
    """Say yes to a job that was offered to somebody else."""
    try:
        commands.accept(connection, job_id, partner_id="far", now_ms=now_ms)
    except MissingError:
        return
    raise AssertionError("a partner that was never asked has the job")


def race(world: World, *, called_off: bool) -> str:
    """Run one race; return how the job stands after it, or raise `AssertionError` where more than one has it."""
    job_id, now_ms = offered(world), world.now_ms
    yes = partial(commands.accept, job_id=job_id, partner_id="near", now_ms=now_ms)
    acts: list[Callable[[Connection], Any]] = [yes, yes, partial(stranger, job_id=job_id, now_ms=now_ms)]
    if called_off:
        acts.append(partial(commands.cancel, job_id=job_id, by="op", now_ms=now_ms))
    at_once(world, *acts)
    with world.read() as connection:
        row = connection.execute(select(jobs.c.state, jobs.c.partner_id).where(jobs.c.id == job_id)).one()
        held = select(func.count()).where(offers.c.job_id == job_id, offers.c.state == "accepted")
        winners = connection.execute(held).scalar_one()
    state = str(row.state)
    if state != ("cancelled" if called_off else "accepted") or winners > 1 or row.partner_id not in ("near", ""):
        raise AssertionError(f"{job_id}: {state}, {winners} winners, {row.partner_id}")
    if not called_off:
        with world.write() as connection:
            commands.cancel(connection, job_id, by="op", now_ms=now_ms)
    return state


def run(races: int) -> dict[str, int]:
    """Return how many races ended how."""
    ends = Counter[str]()
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.import_fleet(fleet_file([vehicle("car-1")], [partner("near"), partner("far", lat=31.0, lon=121.0)]))
        for number in range(races):
            ends[race(world, called_off=number % 2 == 1)] += 1
        world.close()
    return dict(ends)


def main() -> int:
    """Race and print."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    found = run(int(words[0]) if words else 10_000)
    print(json.dumps(found) if "--json" in sys.argv else found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
