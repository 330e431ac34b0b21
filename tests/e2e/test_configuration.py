"""From an operator's command to a real agent and back: taken, refused with its reason, kept by a grant, cleared."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert

from cloud.ingest.adapters.sqlite import SqliteLines
from cloud.rescue import places
from cloud.store.engine import Store, open_store
from cloud.store.tables import jobs
from contract import codec
from contract.messages import Config
from tests.cloud.acting import HOUR_MS, fleet_file, partner, vehicle
from tests.cloud.test_commands import run, running
from tests.edge.brokers import eventually
from tests.edge.process import Process, SlcanCar

pytestmark = [pytest.mark.broker, pytest.mark.source]

SPEED = '[[campaigns]]\nname = "fast"\nsignals = ["Vehicle.Speed"]\nperiod_ms = 500\n'


class Service(NamedTuple):
    """Broker, ingest and acting as processes of their own over one folder, and an agent that is linked to them."""

    folder: Path
    store: Store
    lines: SqliteLines

    def configure(self, *words: str) -> dict[str, Any]:
        done = run("fleet", "configure", "car-1", *words, "--data", str(self.folder), "--json")
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def answer(self, *words: str) -> dict[str, Any]:
        """Configure, and return what is shown once the agent has answered."""
        self.configure(*words)
        shown: list[dict[str, Any]] = []

        def has_answered() -> bool:
            shown.append(self.configure())
            return shown[-1]["outcome"] in {"taken", "refused"}

        eventually(has_answered)
        return shown[-1]

    def sent(self) -> Config:
        config = codec.decode(self.lines.wishes(0)[-1].payload)
        assert isinstance(config, Config)
        return config


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    folder = tmp_path / "service"
    fleet = tmp_path / "fleet.json"
    fleet.write_bytes(fleet_file([vehicle("car-1")], [partner("near")]))
    assert run("fleet", "import", str(fleet), "--data", str(folder)).returncode == 0
    with ExitStack() as stack:
        _, ready = stack.enter_context(running("broker", "--data", str(folder), "--mqtt-port", "0"))
        port = ready["mqtt"]
        stack.enter_context(running("ingest", "--data", str(folder), "--mqtt-port", str(port)))
        stack.enter_context(running("act", "--data", str(folder)))
        car = SlcanCar()
        stack.callback(car.close)
        login = {"username": "car-1", "password": "password-of-car-1"}
        agent = stack.enter_context(Process(tmp_path, car, port, **login)).start()
        store = open_store(folder)
        stack.callback(store.close)
        lines = SqliteLines(folder / "lines.sqlite")
        stack.callback(lines.close)
        yield Service(folder, store, lines)
        assert agent.end(signal.SIGTERM) == 0


@pytest.fixture
def campaigns(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "campaigns.toml"
        path.write_text(text)
        return str(path)

    return write


def grant(service: Service) -> None:
    """Let the car say where it is, for one job."""
    now_ms = round(time.time() * 1000.0)
    job = {"id": "job-1", "vehicle_id": "car-1", "subject": "car-1", "created_ms": now_ms, "promise_ms": now_ms}
    with service.store.write() as connection:
        connection.execute(insert(jobs).values(**job))
        places.ask_vehicle(connection, "job-1", "car-1", now_ms + HOUR_MS, now_ms)


def test_an_agent_answers_what_operators_want_and_a_grant_keeps_it(
    service: Service, campaigns: Callable[[str], str]
) -> None:
    stranger = SPEED.replace("Vehicle.Speed", "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure")
    refused = service.answer("--campaigns", campaigns(stranger), "--stop", "22")
    assert refused["outcome"] == "refused"
    assert "no signal set of this car asks for" in refused["reason"]
    eventually(lambda: not service.sent().campaigns)
    assert service.sent().stop == ("22",)

    taken = service.answer("--campaigns", campaigns(SPEED))
    assert (taken["outcome"], taken["reason"]) == ("taken", "")

    grant(service)
    eventually(lambda: bool(service.sent().grants))
    assert [campaign.name for campaign in service.sent().campaigns] == ["fast"]
    assert service.sent().revision > taken["revision"]

    assert service.answer("--clear")["outcome"] == "taken"
    cleared = service.sent()
    assert (cleared.campaigns, cleared.stop, [one.job for one in cleared.grants]) == ((), (), ["job-1"])
