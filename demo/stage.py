"""Setting the stage: every process of the product and of the simulated world, started in order and ended in order."""

import json
import secrets
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo import cast
from demo.processes import Part, run, stop

FACTOR = 240.0


class Stage:
    """The running demo: where things are, who runs, and what the clock says."""

    def __init__(self, folder: Path, *, http_port: int, seed: int) -> None:
        """Choose ports, secrets and the clock's epoch; nothing runs yet."""
        self.folder = folder
        self.logs = folder / "logs"
        self.world = folder / "world"
        self.data = folder / "cloud"
        for path in (self.logs, self.world, self.data):
            path.mkdir(parents=True)
        self.seed = seed
        self.operator = secrets.token_urlsafe(24)
        self.http_port = http_port if http_port and _is_free(http_port) else _free_port()
        self.mqtt_port = _free_port()
        self.epoch = datetime.now(UTC).replace(microsecond=0)
        self.clock = f"scaled:{FACTOR:g}@{self.epoch:%Y-%m-%dT%H:%M:%SZ}"
        self.cars = cast.cars()
        self.partners = cast.partners()
        self._simulated: list[Part] = []
        self._agents: list[Part] = []
        self._cloud: list[Part] = []

    @property
    def url(self) -> str:
        """The address of the UI and the API."""
        return f"http://127.0.0.1:{self.http_port}"

    def now(self) -> datetime:
        """Return domain time."""
        return self.epoch + (datetime.now(UTC) - self.epoch) * FACTOR

    def simulated_days(self) -> float:
        """Return how many domain days have passed since the epoch."""
        return (self.now() - self.epoch).total_seconds() / 86_400.0

    def set_up(self) -> None:
        """Start everything, in the order in which one needs the other."""
        driver = self._start("driver", self._driver(), self._simulated)
        places = [self._start(car.id, self._car(car), self._simulated) for car in self.cars]
        notices = driver.hear()["notices"]
        fleet = self.folder / "fleet.json"
        now = self.now()
        fleet.write_text(json.dumps(cast.fleet_file(self.cars, self.partners, notices, self.operator, now)))
        fleet.chmod(0o600)
        run(
            ["outrider", "fleet", "import", str(fleet), "--data", str(self.data), "--clock", self.clock],
            self.logs / "import.log",
        )
        self._start("outrider", self._serve(), self._cloud).hear()
        for partner in self.partners:
            self._start(partner.id, self._partner(partner), self._simulated, ready=False)
        for car, place in zip(self.cars, places, strict=True):
            config = self._agent_config(car, place.hear())
            command = ["outrider-edge", "run", "--config", str(config)]
            self._start(f"agent-{car.id}", command, self._agents, ready=False)

    def ended(self) -> list[str]:
        """Return the names of parts that are not running any more, though they should."""
        return [part.name for part in (*self._cloud, *self._agents, *self._simulated) if not part.alive]

    def clear(self) -> list[str]:
        """End agents, then the world, then the cloud; return the names of those that had to be killed."""
        killed = stop(self._agents, 15.0)
        killed += stop(self._simulated, 10.0)
        return killed + stop(self._cloud, 15.0)

    def truths(self) -> dict[str, dict[str, Any]]:
        """Return what the simulator says really happened, by vehicle."""
        found = (json.loads(path.read_text()) for path in sorted(self.world.glob("*/truth.json")))
        return {truth["vehicle"]: truth for truth in found}

    def ledger(self) -> dict[str, Any]:
        """Run the independent ledger over what the agents accepted, the cars answered and the cloud stored."""
        command = ["python", "-m", "demo.ledger", "--log", str(self.data / "log.sqlite"), "--json"]
        for car in self.cars:
            command += ["--witness", str(self.folder / f"{car.id}.witness.jsonl")]
            command += ["--bus", f"{car.id}={self.world / car.id / 'bus.jsonl'}"]
        log = self.logs / "ledger.log"
        run(command, log)
        said: dict[str, Any] = json.loads(log.read_text().strip().splitlines()[-1])
        return said

    def _start(self, name: str, command: list[str], group: list[Part], *, ready: bool = True) -> Part:
        part = Part(name, command, self.logs, ready=ready)
        group.append(part)
        return part

    def _car(self, car: cast.Car) -> list[str]:
        words = ["outrider-sim", "car", "--scenario", car.scenario, "--vehicle", car.id]
        words += ["--seed", str(self.seed), "--dir", str(self.world / car.id), "--clock", self.clock]
        return [*words, "--hold", "--odometer-km", f"{car.odometer_km:g}", "--lat", f"{car.lat}", "--lon", f"{car.lon}"]

    def _driver(self) -> list[str]:
        words = ["outrider-sim", "driver", "--world", str(self.world), "--port", "0", "--clock", self.clock]
        caller = next(car for car in self.cars if car.id == cast.CALLER)
        return [*words, "--api", self.url, "--token", self.operator, "--caller", caller.id]

    def _partner(self, partner: cast.Partner) -> list[str]:
        words = [
            "outrider-sim",
            "partner",
            "--api",
            self.url,
            "--token",
            partner.token,
            "--name",
            partner.name,
        ]
        words += ["--world", str(self.world), "--clock", self.clock, "--seed", str(self.seed)]
        return [*words, "--lat", f"{partner.lat}", "--lon", f"{partner.lon}"]

    def _serve(self) -> list[str]:
        words = ["outrider", "serve", "--data", str(self.data), "--clock", self.clock, "--json"]
        return [*words, "--port", str(self.http_port), "--mqtt-port", str(self.mqtt_port)]

    def _agent_config(self, car: cast.Car, place: dict[str, Any]) -> Path:
        path = self.folder / f"{car.id}.toml"
        settings = {
            "vehicle": car.id,
            "clock": self.clock,
            "signal_sets": car.signal_sets,
            "witness": str(self.folder / f"{car.id}.witness.jsonl"),
            "bus": {"interface": "slcan", "channel": place["can"], "bitrate": 500_000},
            "mqtt": {
                "host": "127.0.0.1",
                "port": self.mqtt_port,
                "username": car.id,
                "password": car.password,
                "protocol": "3.1.1",
            },
            "spool": {"path": str(self.folder / f"{car.id}.spool.sqlite")},
            "supply": {"source": f"iio:{place['supply']}"},
            "position": {"source": f"nmea:{place['position']}"},
        }
        path.write_text(_toml(settings))
        path.chmod(0o600)
        return path


def _toml(settings: dict[str, Any]) -> str:
    """Return `settings` as TOML; JSON's strings, numbers and lists of strings are TOML's too."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items() if not isinstance(value, dict)]
    for table, rows in settings.items():
        if isinstance(rows, dict):
            lines += ["", f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())]
    return "\n".join(lines) + "\n"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def talk(text: str) -> None:
    """Say something to the person at the terminal, never on stdout."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
