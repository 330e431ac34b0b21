"""Jobs in a real store under any order of commands: hypothesis plays partners, operators and the clock."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from cloud.rescue import commands, jobs
from cloud.store.errors import MissingError, RefusedError
from cloud.store.tables import jobs as table
from cloud.store.tables import offers
from tests.cloud.acting import World, fleet_file, partner, vehicle

PARTNERS = st.sampled_from(["near", "far", "nobody"])
STEPS = st.sampled_from(
    [
        commands.accept,
        commands.en_route,
        commands.arrive,
        commands.tow,
        commands.at_destination,
        commands.complete,
        commands.unsuccessful,
        commands.gone,
    ]
)


class Jobs(RuleBasedStateMachine):
    """One car, two partners, and whatever they do."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.world = World(self.folder)
        self.world.import_fleet(fleet_file([vehicle("car-1")], [partner("near", capacity=1), partner("far", lat=31.0)]))
        self.closed: dict[str, str] = {}
        self.winners: dict[str, str] = {}

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder)

    @rule()
    def call_for_help(self) -> None:
        with self.world.write() as connection:
            asked = commands.Request(problem="flat tyre", vehicle_id="car-1")
            commands.request(connection, asked, by="op", now_ms=self.world.now_ms)

    @rule(seconds=st.sampled_from([1, 60, 121, 400]))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_s(seconds)
        self.world.tick()

    @rule(partner_id=PARTNERS, step=STEPS, data=st.data())
    def a_partner_acts(self, partner_id: str, step: object, data: st.DataObject) -> None:
        job_id = self._any_job(data)
        if job_id is None or not callable(step):
            return
        with self.world.write() as connection:
            try:
                view = step(connection, job_id, partner_id=partner_id, now_ms=self.world.now_ms)
            except (RefusedError, MissingError):
                return
        assert partner_id != "nobody"
        assert view.id == job_id
        if step is commands.accept:
            assert self.winners.setdefault(job_id, partner_id) == partner_id

    @rule(partner_id=PARTNERS, data=st.data())
    def a_partner_declines(self, partner_id: str, data: st.DataObject) -> None:
        job_id = self._any_job(data)
        if job_id is not None:
            with self.world.write() as connection:
                try:
                    commands.decline(connection, job_id, partner_id=partner_id, now_ms=self.world.now_ms)
                except (RefusedError, MissingError):
                    return

    @rule(data=st.data())
    def somebody_cancels(self, data: st.DataObject) -> None:
        job_id = self._any_job(data)
        if job_id is not None:
            with self.world.write() as connection:
                try:
                    commands.cancel(connection, job_id, by="op", now_ms=self.world.now_ms)
                except RefusedError:
                    assert job_id in self.closed

    def _any_job(self, data: st.DataObject) -> str | None:
        known = [job.id for job in self.world.jobs()]
        return data.draw(st.sampled_from(known)) if known else None

    @invariant()
    def ends_are_final_and_one_job_is_open_and_one_partner_has_it(self) -> None:
        with self.world.read() as connection:
            rows = connection.execute(select(table)).mappings().all()
            standing = connection.execute(
                select(offers.c.job_id, offers.c.partner_id).where(offers.c.state.in_(("offered", "accepted")))
            ).all()
        assert sum(row["closed_ms"] is None for row in rows) <= 1
        assert len({job_id for job_id, _ in standing}) == len(standing)
        for row in rows:
            assert (row["closed_ms"] is not None) == (row["state"] in jobs.TERMINAL)
            if row["closed_ms"] is not None:
                assert self.closed.setdefault(row["id"], row["state"]) == row["state"]
            if row["state"] not in ("proposed", "offered", "cancelled"):
                assert row["partner_id"] == self.winners[row["id"]]
        for job in self.world.jobs():
            told = [step.state for step in job.history]
            assert told[0] == "proposed"
            assert told[-1] == job.state


TestJobs = Jobs.TestCase
TestJobs.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
