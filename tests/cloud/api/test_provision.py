"""The one route that a device calls before it is anybody."""

import datetime as dt
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cloud.api.app import build
from cloud.provisioning.adapters.files import load_authority
from cloud.provisioning.adapters.sqlite import SqliteClaims
from cloud.provisioning.desk import Broker, Desk, offer
from tests.cloud.api.conftest import Face
from tests.cloud.provisioning.device import a_secret, signing_request


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[SqliteClaims]:
    opened = SqliteClaims(tmp_path / "claims.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def client(face: Face, claims: SqliteClaims, tmp_path: Path) -> Iterator[TestClient]:
    broker = Broker("mqtt.example.net", 8883, "certificate", "a public one")
    desk = Desk(claims, load_authority(tmp_path, dt.datetime.now(dt.UTC)), broker, lambda vehicle, secret: None)
    with TestClient(build(face.services._replace(desk=desk), tmp_path / "ui")) as made:
        yield made


def body(claims: SqliteClaims) -> dict[str, str]:
    claim = offer(claims, "car-1", "", 60_000, round(time.time() * 1000))
    return {"claim": claim, "csr": signing_request("car-1"), "secret": a_secret()}


def test_a_claim_gives_certificate_key_and_broker(client: TestClient, claims: SqliteClaims) -> None:
    answer = client.post("/v1/provision", json=body(claims))

    assert answer.status_code == HTTPStatus.OK
    given = answer.json()
    assert given["vehicle"] == "car-1"
    assert given["certificate"].startswith("-----BEGIN CERTIFICATE-----")
    assert len(bytes.fromhex(given["release_key"])) == 32
    assert given["broker"] == {"host": "mqtt.example.net", "port": 8883, "login": "certificate", "ca": "a public one"}


def test_a_claim_that_was_used_is_a_conflict_that_says_so(client: TestClient, claims: SqliteClaims) -> None:
    wanted = body(claims)
    client.post("/v1/provision", json=wanted)

    again = client.post("/v1/provision", json=wanted)

    assert again.status_code == HTTPStatus.CONFLICT
    assert again.json()["code"] == "claim_refused"
    assert "used before" in again.json()["detail"]


def test_a_service_that_provisions_nobody_says_so(face: Face, claims: SqliteClaims) -> None:
    assert face.client.post("/v1/provision", json=body(claims)).status_code == HTTPStatus.NOT_FOUND
