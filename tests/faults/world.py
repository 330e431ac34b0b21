"""A simulated car, the real agent, a real broker, real ingest and scoring: each a process that may be killed."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

from cloud.log.adapters.sqlite import SqliteLog
from cloud.runner.adapters.memory import MemoryScores
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.runner.consumer import ScoreConsumer
from cloud.runner.scoring import scoring_engine
from tests.support.mosquitto import Mosquitto
from tests.support.processes import Process
from tests.support.waiting import until

VEHICLE: Final = "car-1"
PASSWORDS: Final = {VEHICLE: "the password of car-1", "ingest": "the password of ingest"}
FACTOR: Final = 240
FROM_ECUS: Final = 6
MOVES_S: Final = 120.0
DRAINS_S: Final = 300.0
MAX_PAUSE_S: Final = 0.4


class NoMeter:
    """Counts nothing."""

    def assessed(self, number: int) -> None:
        """Do nothing."""


def goes_on(progress: Callable[[], int], before_what: str) -> None:
    """Wait until `progress` has grown."""
    before = progress()
    until(lambda: progress() > before, within_s=MOVES_S, what=f"progress before {before_what}")


class World:
    """Everything that runs; `folder` holds all of it."""

    def __init__(self, folder: Path, mosquitto: Path, *broker_settings: str) -> None:
        """Prepare; nothing runs yet."""
        self.folder = folder
        self.data = folder / "cloud"
        clock = f"scaled:{FACTOR}@{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self.broker = Mosquitto(mosquitto, folder / "mosquitto", PASSWORDS, *broker_settings)
        self.car = self._process(
            "firmware_sim", "car", "--scenario", "low_charge", "--vehicle", VEHICLE, "--seed", "1",
            "--dir", str(folder / "car"), "--clock", clock, name="car",
        )  # fmt: skip
        self.agent = self._process("edge", "run", "--config", str(folder / "agent.toml"), name="agent", speaks=False)
        cloud = ["--data", str(self.data), "--clock", clock, "--json"]
        config = folder / "cloud.toml"
        config.write_text(
            f'mqtt_host = "127.0.0.1"\nmqtt_port = {self.broker.port}\nmqtt_password = "{PASSWORDS["ingest"]}"\n'
        )
        self.ingest = self._process("cloud", "ingest", *cloud, "--config", str(config), name="ingest")
        self.score = self._process("cloud", "score", *cloud, name="score")
        self._clock = clock

    def start(self) -> None:
        """Start everything and wait until something has come through."""
        self.broker.start()
        place = self.car.start()
        self.ingest.start()
        self.score.start()
        (self.folder / "agent.toml").write_text(self._agent_settings(place))
        self.agent.start()
        until(lambda: self.scored() > 0, within_s=MOVES_S, what="a first score")

    def clear_away(self) -> None:
        """End what still runs."""
        for process in (self.agent, self.car, self.ingest, self.score):
            process.clear_away()
        self.broker.kill()

    def witnessed(self) -> int:
        """Return how many records the agent has said that it accepted."""
        path = self.folder / "witness.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def witnessed_of_ecus(self) -> int:
        """Return how many of those hold more than the dongle's own supply voltage: the car was asked and answered."""
        path = self.folder / "witness.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return sum(line.endswith("}") and json.loads(line)["samples"] >= FROM_ECUS for line in lines)

    def stored(self) -> int:
        """Return how many entries the log has."""
        log = SqliteLog(self.data / "log.sqlite")
        count = len(log.read(0, 1_000_000))
        log.close()
        return count

    def scored(self) -> int:
        """Return how many assessments there are."""
        scores = SqliteScores(self.data / "scores.sqlite")
        count = len(scores.read(0, 1_000_000))
        scores.close()
        return count

    def strike(self, times: int, seed: int, blow: Callable[[], None], progress: Callable[[], int]) -> None:
        """Let `blow` fall `times` times, each at a random moment after `progress` has gone on since the last one."""
        chance, pause = random.Random(seed), Event()
        for number in range(times):
            goes_on(progress, f"blow {number}")
            pause.wait(chance.uniform(0.0, MAX_PAUSE_S))  # a blow at a random moment, not a wait for anything
            blow()

    def settle(self) -> dict[str, Any]:
        """Let everything come through, stop the agent and the rest in order, and return what the ledger says."""
        goes_on(self.witnessed, "the end")
        self._arrives("every accepted record")
        assert self.agent.stop() == 0, self.agent.words()
        if self._missing(self._witnessed_keys()):
            self.agent.start()  # what it could not bring home in its last five seconds
            self._arrives("what was left in the spool")
            goes_on(self.witnessed, "the agent's end")
            assert self.agent.stop() == 0, self.agent.words()
        self._arrives("the last record")
        ledger = self._ledger()
        self.car.stop()
        self.ingest.stop()
        until(self._all_scored, within_s=MOVES_S, what="scoring")
        self.score.stop()
        return ledger

    def assert_scored_once_and_as_if_never_killed(self) -> None:
        """Score the same log without a break, and compare every assessment and its position."""
        log, kept = SqliteLog(self.data / "log.sqlite"), SqliteScores(self.data / "scores.sqlite")
        fresh = MemoryScores()
        consumer = ScoreConsumer(log, fresh, scoring_engine(), NoMeter())
        while consumer.advance(Event()):
            pass
        assert kept.read(0, 1_000_000) == fresh.read(0, 1_000_000)
        log.close()
        kept.close()

    def _arrives(self, what: str) -> None:
        """Wait until all that is witnessed now is stored."""
        keys = self._witnessed_keys()
        until(lambda: not self._missing(keys), within_s=DRAINS_S, what=what)

    def _witnessed_keys(self) -> set[tuple[str, int]]:
        lines = (self.folder / "witness.jsonl").read_text().splitlines()
        return {(said["stream"], said["seq"]) for said in (json.loads(line) for line in lines if line.endswith("}"))}

    def _missing(self, keys: set[tuple[str, int]]) -> set[tuple[str, int]]:
        log = SqliteLog(self.data / "log.sqlite")
        stored = {(entry.stream, entry.seq) for entry in log.read(0, 1_000_000)}
        log.close()
        return keys - stored

    def _all_scored(self) -> bool:
        log = SqliteLog(self.data / "log.sqlite")
        last = log.read(0, 1_000_000)[-1]
        log.close()
        scores = SqliteScores(self.data / "scores.sqlite")
        snapshot = scores.latest(scoring_engine().version)
        scores.close()
        return snapshot is not None and snapshot.offset >= last.offset

    def _ledger(self) -> dict[str, Any]:
        command: list[object] = ["--log", self.data / "log.sqlite", "--witness", self.folder / "witness.jsonl"]
        command += ["--bus", f"{VEHICLE}={self.folder / 'car' / 'bus.jsonl'}", "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "demo.ledger", *map(str, command)], capture_output=True, text=True, check=True
        )
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def _process(self, module: str, *words: str, name: str, speaks: bool = True) -> Process:
        return Process(module, *words, log=self.folder / f"{name}.log", speaks=speaks)

    def _agent_settings(self, place: dict[str, Any]) -> str:
        settings: dict[str, Any] = {
            "vehicle": VEHICLE,
            "clock": self._clock,
            "signal_sets": ["sae-j1979", "e-gmp"],
            "witness": str(self.folder / "witness.jsonl"),
            "bus": {"interface": "slcan", "channel": place["can"], "bitrate": 500_000},
            "mqtt": {
                "host": "127.0.0.1",
                "port": self.broker.port,
                "username": VEHICLE,
                "password": PASSWORDS[VEHICLE],
                "protocol": "5",
            },
            "spool": {"path": str(self.folder / "spool.sqlite")},
            "supply": {"source": f"iio:{place['supply']}"},
        }
        plain = [f"{key} = {json.dumps(value)}" for key, value in settings.items() if not isinstance(value, dict)]
        tables = [
            f"[{name}]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items())
            for name, table in settings.items()
            if isinstance(table, dict)
        ]
        return "\n".join([*plain, *tables]) + "\n"
