"""Errors are problem documents that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from cloud.api.app import build
from cloud.api.problem import MEDIA_TYPE
from cloud.store.engine import Store
from tests.cloud.api.conftest import Face


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        ("get", "/v1/vehicles/none", "operator", HTTPStatus.NOT_FOUND),
        ("get", "/v1/cases/none", "operator", HTTPStatus.NOT_FOUND),
        ("get", "/v1/jobs/none", "operator", HTTPStatus.NOT_FOUND),
        ("get", "/v1/driver/none", "nobody", HTTPStatus.NOT_FOUND),
        ("get", "/v1/nothing-here", "operator", HTTPStatus.NOT_FOUND),
        ("get", "/v1/vehicles?limit=0", "operator", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("get", "/v1/vehicles?cursor=rubbish", "operator", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("get", "/v1/vehicles", "nobody", HTTPStatus.UNAUTHORIZED),
        ("get", "/v1/insurer/risk-signals", "operator", HTTPStatus.FORBIDDEN),
        ("delete", "/v1/vehicles", "operator", HTTPStatus.METHOD_NOT_ALLOWED),
    ],
)
def test_every_error_is_a_problem_document(face: Face, method: str, path: str, role: str, status: HTTPStatus) -> None:
    answer = face.client.request(method, path, headers=face.headers(role))

    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_an_unknown_field_is_named(face: Face) -> None:
    said = {"problem": "flat tyre", "vehicle_id": "car-2", "colour": "red"}

    answer = face.client.post("/v1/rescues", headers=face.headers("operator"), json=said)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json()["errors"][0]["where"] == "body.colour"


def test_an_outdated_etag_is_refused_and_the_present_one_is_taken(face: Face) -> None:
    headers = face.headers("operator")
    etag = face.client.get("/v1/cases/case-1", headers=headers).headers["etag"]

    first = face.client.post("/v1/cases/case-1/acknowledge", headers={**headers, "If-Match": etag}, json={})
    second = face.client.post(
        "/v1/cases/case-1/resolve", headers={**headers, "If-Match": etag}, json={"reason": "repaired"}
    )

    assert first.status_code == HTTPStatus.OK
    assert second.status_code == HTTPStatus.PRECONDITION_FAILED


def test_resolving_twice_with_two_reasons_is_a_definite_conflict(face: Face) -> None:
    headers = face.headers("operator")
    face.client.post("/v1/cases/case-1/resolve", headers=headers, json={"reason": "repaired"})

    answer = face.client.post("/v1/cases/case-1/resolve", headers=headers, json={"reason": "false_alarm"})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.json()["code"] == "resolved"


class LockedStore(Store):
    """A store that another writer never lets go."""

    def __init__(self) -> None:
        """There is nothing to open."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._refused()

    def _refused(self) -> Connection:
        raise OperationalError("BEGIN", {}, Exception("database is locked"))


def test_a_store_that_is_locked_is_a_503_that_says_when_to_try_again(face: Face) -> None:
    with TestClient(build(face.services._replace(store=LockedStore()))) as client:
        answer = client.get("/v1/vehicles", headers=face.headers("operator"))

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["Retry-After"] == "2"
