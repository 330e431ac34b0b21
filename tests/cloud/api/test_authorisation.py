"""Every operation against every role: the table below is complete, or a test fails and names the new route."""

from http import HTTPStatus
from typing import Any

import pytest

from tests.cloud.api.conftest import Face

STAFF = {"operator", "viewer"}
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("get", "/v1/vehicles"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/faults"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/control-units"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/risks"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/trips"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/driving"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/agent"): STAFF,
    ("get", "/v1/vehicles/{vehicle_id}/configuration"): STAFF,
    ("put", "/v1/vehicles/{vehicle_id}/configuration"): {"operator"},
    ("get", "/v1/vehicles/{vehicle_id}/signals"): STAFF,
    ("get", "/v1/cases"): STAFF,
    ("get", "/v1/cases/{case_id}"): STAFF,
    ("post", "/v1/cases/{case_id}/acknowledge"): {"operator"},
    ("post", "/v1/cases/{case_id}/resolve"): {"operator"},
    ("get", "/v1/breaker"): STAFF,
    ("post", "/v1/breaker/release"): {"operator"},
    ("get", "/v1/jobs"): STAFF,
    ("get", "/v1/jobs/{job_id}"): STAFF,
    ("post", "/v1/jobs/{job_id}/cancel"): {"operator"},
    ("post", "/v1/jobs/{job_id}/position"): {"operator"},
    ("post", "/v1/rescues"): {"operator"},
    ("get", "/v1/partners"): STAFF,
    ("get", "/v1/reminders"): STAFF,
    ("post", "/v1/reminders/{reminder_id}/book"): {"operator"},
    ("post", "/v1/reminders/{reminder_id}/complete"): {"operator"},
    ("get", "/v1/partner/offers"): {"partner"},
    ("get", "/v1/partner/jobs"): {"partner"},
    ("get", "/v1/partner/jobs/{job_id}"): {"partner"},
    ("post", "/v1/partner/jobs/{job_id}/accept"): {"partner"},
    ("post", "/v1/partner/jobs/{job_id}/decline"): {"partner"},
    ("post", "/v1/partner/jobs/{job_id}/en-route"): {"partner"},
    ("post", "/v1/partner/jobs/{job_id}/{step}"): {"partner"},
    ("put", "/v1/partner/trucks/{truck_id}"): {"partner"},
    ("get", "/v1/insurer/risk-signals"): {"insurer"},
    ("get", "/v1/insurer/periods"): {"insurer"},
    ("get", "/v1/insurer/periods/{period}"): {"insurer"},
    ("get", "/v1/insurer/erasures"): {"insurer"},
    ("get", "/v1/insurer/enrolments"): {"insurer"},
    ("get", "/v1/insurer/webhook"): {"insurer"},
    ("put", "/v1/insurer/webhook"): {"insurer"},
    ("post", "/v1/insurer/acknowledgements"): {"insurer"},
    ("post", "/v1/vehicles/{vehicle_id}/consents"): {"operator"},
    ("post", "/v1/vehicles/{vehicle_id}/sharing-link"): {"operator"},
    ("post", "/v1/enrolments"): {"operator"},
    ("get", "/v1/rights"): {"operator"},
    ("post", "/v1/appeals/{appeal_id}/answer"): {"operator"},
    ("post", "/v1/deletions/{deletion_id}/done"): {"operator"},
    ("get", "/v1/events"): STAFF,
}
# The link is the key, or there is nothing to hide.
OPEN = {
    ("get", "/v1/driver/{token}"),
    ("post", "/v1/driver/{token}/answer"),
    ("get", "/v1/sharing/{token}"),
    ("get", "/v1/sharing/{token}/copy"),
    ("post", "/v1/sharing/{token}/stop"),
    ("post", "/v1/sharing/{token}/deletion"),
    ("post", "/v1/sharing/{token}/appeals"),
    ("post", "/v1/provision"),
    ("get", "/health/live"),
    ("get", "/health/ready"),
    ("get", "/metrics"),
}
ROLES = ("operator", "viewer", "partner", "insurer", "nobody")
STREAMS = {("get", "/v1/events")}


def operations(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method, path) for path, row in document["paths"].items() for method in row}


def test_every_operation_has_its_row(face: Face) -> None:
    assert operations(face.client.get("/openapi.json").json()) == set(ALLOWED) | OPEN


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), sorted(ALLOWED))
def test_a_role_gets_through_where_the_table_says_so_and_nowhere_else(
    face: Face, method: str, path: str, role: str
) -> None:
    if (method, path) in STREAMS and role in ALLOWED[method, path]:
        face.services.stopping.set()  # the stream ends at once
    url = path.replace("{step}", "arrive").replace("{", "no-such-").replace("}", "")

    answer = face.client.request(method, url, headers=face.headers(role), json=None if method == "get" else {})

    if role == "nobody":
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
    elif role in ALLOWED[method, path]:
        assert answer.status_code not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    else:
        assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_partner_cannot_see_or_touch_the_job_of_another(face: Face) -> None:
    taken = face.client.post("/v1/partner/jobs/job-2/accept", headers=face.headers("partner"), json={})

    assert taken.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", ["/v1/insurer/risk-signals"])
def test_no_answer_to_an_insurer_names_a_vehicle(face: Face, path: str) -> None:
    answer = face.client.get(path, headers=face.headers("insurer"))

    assert len(answer.json()["items"]) == 1
    assert "car-1" not in answer.text
    assert "沪A" not in answer.text


def test_before_it_accepts_a_partner_sees_no_plate_and_no_phone(face: Face) -> None:
    offers = face.client.get("/v1/partner/offers", headers=face.headers("partner"))

    assert [offer["job_id"] for offer in offers.json()] == ["job-1"]
    assert "沪A" not in offers.text
    assert "1234" not in offers.text
