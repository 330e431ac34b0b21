"""The acting process killed at any moment: every effect there, and there once."""

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO, Final

import pytest

from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import Record
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.runner.ports import Scored
from cloud.scoring.types import encode
from contract import codec
from contract.messages import UrgentEvent
from tests.cloud.acting import World, fleet_file, partner, vehicle

SEED: Final = 20260115
CARS: Final = 30
ROOT: Final = Path(__file__).resolve().parents[3]
PROCESS: Final = Path(__file__).with_name("acting_process.py")


def prepare(world: World) -> None:
    """Fill the log with collisions of every third car, and the scores with risk for every one."""
    names = [f"car-{n}" for n in range(CARS)]
    world.import_fleet(fleet_file([vehicle(name) for name in names], [partner("near")]))
    log, scores = SqliteLog(world.folder / "log.sqlite"), SqliteScores(world.folder / "scores.sqlite")
    for n, name in enumerate(names[::3]):
        event = UrgentEvent(
            vehicle=name,
            stream=f"{n:032x}-u",
            seq=1,
            boot_id="boot",
            mono_ms=1,
            wall_ms=world.now_ms,
            clock_quality="synchronised",
            event="collision",
        )
        log.append([Record(name, event.stream, 1, "urgent", world.now_ms, codec.encode(event))])
    for _ in range(6):
        world.pass_s(20)
        kept = [world.assessment(name, "low_voltage_battery", 0.4) for name in names]
        scores.keep([Scored(each.offset, each.vehicle, each.cause, encode(each)) for each in kept])
    scores.close()
    log.close()


def lines(stream: IO[str] | None, count: int) -> list[str]:
    """Read up to `count` lines."""
    assert stream is not None
    read = []
    for _ in range(count):
        line = stream.readline().strip()
        if not line:
            break
        read.append(line)
    return read


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_killed_at_any_moment_it_loses_nothing_and_does_nothing_twice(tmp_path: Path, kills: int) -> None:
    world = World(tmp_path)
    prepare(world)
    dice = random.Random(SEED)
    command = [sys.executable, str(PROCESS), str(tmp_path), str(world.now_ms)]
    killed = 0

    for _ in range(max(1, kills // 2)):
        with subprocess.Popen(
            command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
        ) as one:
            said = lines(one.stdout, dice.randint(1, 4))
            one.kill()
        killed += "done" not in said
    with subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True) as last:
        assert lines(last.stdout, 1000)[-1] == "done"

    print(f"killed {killed} times, seed {SEED}")
    assert killed >= 1
    cases = Counter((case.vehicle.id, case.cause) for case in world.cases())
    assert cases == Counter(
        [(f"car-{n}", "low_voltage_battery") for n in range(CARS)]
        + [(f"car-{n}", "collision") for n in range(0, CARS, 3)]
    )
    assert Counter(job.vehicle.id for job in world.jobs()) == Counter(f"car-{n}" for n in range(0, CARS, 3))
    told = Counter((row["vehicle_id"], row["body"]["kind"]) for row in world.outbox("notice"))
    assert set(told.values()) == {1}
    assert sum(kind == "emergency" for _, kind in told) == CARS // 3
    opened = Counter(event.kind for case in world.cases() for event in case.timeline if event.kind == "opened")
    assert opened["opened"] == len(cases)
    world.close()
