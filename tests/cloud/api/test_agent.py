"""How the agent in a car fares, as the API shows it."""

from http import HTTPStatus
from pathlib import Path

from fastapi.testclient import TestClient

from cloud.api.app import build
from cloud.api.services import AgentHealth
from contract.messages import ConfigOutcome, Health
from tests.cloud.api.conftest import T0_MS, Face

SAID = Health(
    uptime_s=12.0,
    starts=3,
    waiting=5,
    waiting_bytes=600,
    verdicts={"sent": 9},
    config=ConfigOutcome(revision=None, taken=False, reason="too large"),
)


def test_what_an_agent_said_is_shown_with_its_age_and_what_it_did_not_measure_is_null(
    face: Face, tmp_path: Path
) -> None:
    services = face.services._replace(health=lambda vehicle: AgentHealth(T0_MS - 30_000, SAID))
    with TestClient(build(services, tmp_path / "ui")) as client:
        answer = client.get("/v1/vehicles/car-1/agent", headers=face.headers("viewer"))

    assert answer.status_code == HTTPStatus.OK
    said = answer.json()
    assert (said["age_s"], said["waiting"], said["verdicts"]) == (30.0, 5, {"sent": 9})
    assert (said["cpu_degc"], said["disk_free_bytes"], said["lag_s"]) == (None, None, None)
    assert said["config"] == {"revision": None, "taken": False, "reason": "too large"}


def test_an_agent_that_never_said_anything_is_not_taken_for_well(face: Face) -> None:
    answer = face.client.get("/v1/vehicles/car-1/agent", headers=face.headers("viewer"))

    assert answer.status_code == HTTPStatus.NOT_FOUND
