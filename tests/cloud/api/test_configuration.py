"""What operators want of a vehicle's agent, by the API."""

from http import HTTPStatus
from typing import Any, Final

import pytest

from cloud.store import configurations
from cloud.store.tables import outbox
from contract.messages import ConfigOutcome
from tests.cloud.api.conftest import T0_MS, Face

URL: Final = "/v1/vehicles/car-1/configuration"
FAST: Final[dict[str, Any]] = {"name": "fast", "signals": ["Vehicle.Speed"], "period_ms": 1000}
FULL: Final[dict[str, Any]] = {
    "name": "hot",
    "signals": ["Vehicle.Speed"],
    "period_ms": 2000,
    "when": "bound",
    "bound": {"signal": "Vehicle.Speed", "above": 30.0, "below": None},
    "before_s": 10.0,
    "after_s": 5.0,
    "until": "2026-02-01T00:00:00Z",
}


def put(face: Face, wanted: dict[str, Any]) -> dict[str, Any]:
    answer = face.client.put(URL, headers=face.headers("operator"), json=wanted)
    said: dict[str, Any] = answer.json() | {"status": answer.status_code}
    return said


def shown(face: Face) -> dict[str, Any]:
    said: dict[str, Any] = face.client.get(URL, headers=face.headers("viewer")).json()
    return said


def test_what_was_put_is_shown_with_who_wanted_it_and_that_the_agent_has_not_answered(face: Face) -> None:
    assert put(face, {"campaigns": [FULL], "stop": ["22", "7A0"]})["status"] == HTTPStatus.OK

    said = shown(face)
    assert said["campaigns"] == [FULL]
    assert said["stop"] == ["22", "7A0"]
    assert (said["outcome"], said["changed_by"], said["changed_at"]) == ("waiting", "operator", "2026-01-15T08:00:00Z")
    assert said["answered_at"] is None


def test_what_the_agent_said_is_shown_with_its_reason(face: Face) -> None:
    revision = put(face, {"campaigns": [FAST]})["revision"]
    with face.services.store.write() as connection:
        said = ConfigOutcome(revision=revision, taken=False, reason="no signal set asks for it")
        configurations.note_outcome(connection, "car-1", said, T0_MS)

    found = shown(face)
    assert (found["outcome"], found["reason"]) == ("refused", "no signal set asks for it")
    assert found["answered_at"] == "2026-01-15T08:00:00Z"


def test_putting_nothing_clears_it(face: Face) -> None:
    put(face, {"campaigns": [FAST], "stop": ["22"]})

    cleared = put(face, {})

    assert (cleared["campaigns"], cleared["stop"], cleared["outcome"]) == ([], [], "waiting")


def test_a_car_of_which_nothing_was_wanted_says_so(face: Face) -> None:
    said = shown(face)

    assert (said["outcome"], said["campaigns"], said["revision"], said["changed_at"]) == ("none", [], None, None)


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ({"campaigns": [FAST | {"period_ms": 10}]}, "body.campaigns.0.period_ms"),
        ({"campaigns": [FAST | {"perod_ms": 10}]}, "body.campaigns.0.perod_ms"),
        ({"campaigns": [FAST | {"when": "always"}]}, "body.campaigns.0.when"),
        ({"campaigns": [FAST | {"until": "2026-02-01T00:00:00"}]}, "body.campaigns.0.until"),
        ({"campaigns": [FAST | {"until": "2026-01-01T00:00:00Z"}]}, "campaigns: campaign 'fast': its `until`"),
        ({"campaigns": [FAST | {"signals": ["Vehicle.Sped"]}]}, "campaigns: campaign 'fast': no signal 'Vehicle.Sped'"),
        ({"campaigns": [FAST, FAST]}, "campaigns: campaign 'fast': every campaign needs a name of its own"),
        ({"campaigns": [FAST | {"period_ms": 100}]}, "campaigns: the campaigns want 10.0 requests a second"),
        ({"campaigns": [FAST] * 17}, "body.campaigns"),
        ({"stop": ["2"]}, "stop: '2' is no service"),
        ({"stopp": []}, "body.stopp"),
    ],
)
def test_what_no_agent_takes_is_refused_by_its_key_and_nothing_is_sent(
    face: Face, wanted: dict[str, Any], key: str
) -> None:
    said = put(face, wanted)

    assert said["status"] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert key in said["detail"]
    with face.services.store.read() as connection:
        assert connection.execute(outbox.select()).all() == []


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_vehicle_that_is_not_there_is_not_found(face: Face, method: str) -> None:
    url = "/v1/vehicles/car-9/configuration"
    body = {"campaigns": [FAST]} if method == "put" else None

    answer = face.client.request(method, url, headers=face.headers("operator"), json=body)

    assert answer.status_code == HTTPStatus.NOT_FOUND
