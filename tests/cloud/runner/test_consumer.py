"""State is snapshot plus replay: whatever happens in between, the same state and the same assessments, once."""

import hashlib
import multiprocessing
import os
import random
import signal
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.errors import ScoresError
from cloud.log.adapters.memory import MemoryLog
from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import LogEntry, Record
from cloud.runner.adapters.memory import MemoryScores
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.runner.consumer import CONSUMER, Engine, ScoreConsumer
from cloud.runner.ports import Scored, Snapshot
from cloud.runner.scoring import scoring_engine
from cloud.scoring.types import VehicleFacts, encode_facts
from tests.support import made

VEHICLES = [f"car-{n}" for n in range(6)]


class Adding:
    """A small engine: the state is a hash of everything seen, an assessment names it."""

    @staticmethod
    def engine(version: str = "1") -> Engine:
        return Engine(version, lambda: b"", Adding.step, lambda state: state, lambda data: data)

    @staticmethod
    def step(state: bytes, entries: Sequence[LogEntry]) -> tuple[bytes, list[Scored]]:
        said = []
        for entry in entries:
            state = hashlib.sha256(state + entry.payload).digest()
            said.append(Scored(entry.offset, entry.vehicle, "tyre", state))
        # An engine may answer in any order.
        return state, said[::-1]


class NoMeter:
    def assessed(self, number: int) -> None:
        pass


class FailingScores(MemoryScores):
    """Refuses the first few times."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def keep(self, assessments: Sequence[Scored]) -> None:
        if self.failures:
            self.failures -= 1
            raise ScoresError("locked")
        super().keep(assessments)


def fill(log: MemoryLog | SqliteLog, count: int) -> None:
    log.append([Record("car-1", "s-t", seq, "telemetry", 1, b"%d" % seq) for seq in range(1, count + 1)])


def consumer(log: MemoryLog | SqliteLog, scores: MemoryScores, engine: Engine | None = None) -> ScoreConsumer:
    return ScoreConsumer(log, scores, engine or Adding.engine(), NoMeter())


def run_out(log: MemoryLog | SqliteLog, scores: MemoryScores, engine: Engine | None = None) -> ScoreConsumer:
    running = consumer(log, scores, engine)
    while running.advance(Event()):
        pass
    return running


def test_every_entry_is_scored_in_the_order_of_the_log() -> None:
    log, scores = MemoryLog(), MemoryScores()
    fill(log, 5)

    running = run_out(log, scores)

    kept = scores.read(0, 10)
    assert len(kept) == 5
    assert kept[-1].payload == running.dump()


@given(cuts=st.lists(st.integers(1, 40), max_size=5))
def test_wherever_it_is_cut_and_taken_up_again_the_result_is_the_same(cuts: list[int]) -> None:
    whole_log, whole_scores = MemoryLog(), MemoryScores()
    fill(whole_log, 40)
    whole = run_out(whole_log, whole_scores)

    log, scores = MemoryLog(), MemoryScores()
    for upto in sorted({*cuts, 40}):
        fill(log, upto)
        stop = Event()
        running = consumer(log, scores)
        running.advance(stop)
        if upto % 2:  # stopped in order, so with a snapshot; otherwise killed
            stop.set()
            running.run(stop)

    assert running.dump() == whole.dump()
    assert scores.read(0, 100) == whole_scores.read(0, 100)


def test_scores_that_cannot_be_kept_are_tried_again_and_nothing_is_scored_twice() -> None:
    log, scores = MemoryLog(), FailingScores(failures=2)
    fill(log, 3)

    running = run_out(log, scores)

    assert len(scores.read(0, 10)) == 3
    assert scores.read(0, 10)[-1].payload == running.dump()


def test_a_stop_while_scores_cannot_be_kept_saves_no_state_that_is_ahead_of_them() -> None:
    log, scores = MemoryLog(), FailingScores(failures=1_000)
    fill(log, 3)
    stop = Event()
    running = consumer(log, scores)
    stop.set()
    running.advance(stop)
    running.run(stop)
    assert scores.latest("1") is None

    scores.failures = 0
    again = run_out(log, scores)

    assert again.dump() == scores.read(0, 10)[-1].payload


def test_a_snapshot_of_another_version_is_not_taken_up() -> None:
    log, scores = MemoryLog(), MemoryScores()
    fill(log, 3)
    scores.save(Snapshot(2, b"of old code", "0"))

    assert run_out(log, scores).dump() == run_out(log, MemoryScores()).dump()


def test_a_snapshot_that_cannot_be_read_is_made_good_from_the_log() -> None:
    def unreadable(_data: bytes | memoryview) -> bytes:
        raise ValueError("damaged")

    log, scores = MemoryLog(), MemoryScores()
    fill(log, 3)
    scores.save(Snapshot(2, b"damaged", "1"))
    engine = Adding.engine()._replace(load=unreadable)

    assert run_out(log, scores, engine).dump() == run_out(log, MemoryScores()).dump()


def test_the_state_is_kept_at_the_end_and_its_place_told_to_the_log() -> None:
    log, scores, stop = MemoryLog(), MemoryScores(), Event()
    fill(log, 4)
    running = run_out(log, scores)
    stop.set()
    running.run(stop)

    snapshot = scores.latest("1")
    assert snapshot is not None
    assert (snapshot.offset, snapshot.state) == (4, running.dump())
    assert log.committed(CONSUMER) == 4


def drive(log: SqliteLog, entries: int, seed: int) -> None:
    """Put what a small fleet sends in a day or so into the log."""
    chance = random.Random(seed)
    for vehicle in VEHICLES:
        facts = encode_facts(VehicleFacts(powertrain="petrol", placard_kpa=230.0))
        log.append([Record(vehicle, "facts", 1, "facts", made.WALL_MS, facts)])
    signals = {
        "Vehicle.LowVoltageBattery.CurrentVoltage": (11.5, 14.5),
        "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure": (150.0, 240.0),
        "Vehicle.Speed": (0.0, 120.0),
    }
    for seq in range(1, entries + 1):
        at_ms = made.WALL_MS + seq * 60_000
        batch = []
        for vehicle in VEHICLES:
            signal, (low, high) = chance.choice(list(signals.items()))
            values = [chance.uniform(low, high) for _ in range(3)]
            payload = made.telemetry(seq, *values, vehicle=vehicle, signal=signal, wall_ms=at_ms)
            batch.append(Record(vehicle, made.stream(), seq, "telemetry", at_ms + 500, payload))
        log.append(batch)


def _score_for_ever(folder: Path) -> None:
    log, scores = SqliteLog(folder / "log.sqlite"), SqliteScores(folder / "scores.sqlite")
    running = ScoreConsumer(log, scores, scoring_engine(), NoMeter())
    while True:
        if running.advance(Event()) and running.offset % 3 == 0:
            running.save()


@pytest.mark.serial
def test_scoring_that_is_killed_again_and_again_comes_back_to_the_same_state_bit_for_bit(tmp_path: Path) -> None:
    seed = 20_260
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole_log, cut_log = SqliteLog(tmp_path / "whole/log.sqlite"), SqliteLog(tmp_path / "cut/log.sqlite")
    drive(whole_log, 200, seed)
    whole_scores = SqliteScores(tmp_path / "whole/scores.sqlite")
    whole = ScoreConsumer(whole_log, whole_scores, scoring_engine(), NoMeter())
    while whole.advance(Event()):
        pass

    chance = random.Random(seed)
    context = multiprocessing.get_context("spawn")
    cut_scores = SqliteScores(tmp_path / "cut/scores.sqlite")
    entries = whole_log.read(0, 1_000_000)
    for share in range(4):
        victim = context.Process(target=_score_for_ever, args=(tmp_path / "cut",))
        victim.start()
        before = len(cut_scores.read(0, 1_000_000))
        for entry in entries[share * len(entries) // 4 : (share + 1) * len(entries) // 4]:
            cut_log.append([Record(*entry[1:])])
        assert cut_scores.wait(before + chance.randrange(50), 60.0)
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join(10.0)
    again = ScoreConsumer(cut_log, cut_scores, scoring_engine(), NoMeter())
    while again.advance(Event()):
        pass

    assert hashlib.sha256(again.dump()).hexdigest() == hashlib.sha256(whole.dump()).hexdigest()
    assert cut_scores.read(0, 1_000_000) == whole_scores.read(0, 1_000_000)
