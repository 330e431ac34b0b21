"""The subject's own page, and what an insurer gets to read over every operation there is."""

import csv
import io
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from cloud.api.models.sharing import Consent, FeedRow
from cloud.insurer import closing, publishing, sharing, telling
from cloud.insurer.fields import COLUMNS
from cloud.insurer.gathering import gather
from cloud.insurer.periods import period
from cloud.insurer.pseudonym import KeyRing, pseudonym
from cloud.insurer.signing import load_signer
from cloud.store import consents as ledger
from cloud.store.tables import consents, vehicles
from tests.cloud.api.conftest import T0_MS, Face
from tests.cloud.api.test_authorisation import ALLOWED
from tests.cloud.insurer.feeding import day, scorer

MONTH = period("2025-11")
NAMES = ("car-1", "car-2", "沪A", "Compact", "13900001234", "31.2", "121.5")


@pytest.fixture
def link(face: Face) -> str:
    with face.services.store.write() as connection:
        return sharing.make_link(connection, "car-1", T0_MS)


@pytest.fixture
def fed(face: Face, tmp_path: Path) -> Face:
    with face.services.store.write() as connection:
        connection.execute(update(consents).values(covers_ms=MONTH.start_ms))
        rows = gather(connection, MONTH, iter([day("car-1", day="2025-11-05")]), T0_MS)
        closing.close(connection, tmp_path, MONTH, rows, T0_MS)
    press = publishing.Press(tmp_path, KeyRing((b"k" * 32,)), load_signer(tmp_path / "signing"), (scorer(),))
    publishing.publish(face.services.store, press, "insurer-1", MONTH, T0_MS)
    return face


def read(face: Face) -> list[dict[str, Any]]:
    answer = face.client.get("/v1/insurer/periods/2025-11", headers=face.headers("insurer"))
    assert answer.status_code == HTTPStatus.OK
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_the_rows_of_the_api_are_those_of_the_files() -> None:
    assert list(FeedRow.model_fields) == list(COLUMNS)


def test_no_operation_shows_an_insurer_a_place_a_plate_or_a_name(fed: Face) -> None:
    shown = 0
    for method, path in sorted(ALLOWED):
        url = path.replace("{period}", "2025-11").replace("{", "").replace("}", "")
        if path == "/v1/events":
            continue
        answer = fed.client.request(method, url, headers=fed.headers("insurer"), json=None if method == "get" else {})
        if answer.is_success:
            shown += 1
            assert not [name for name in NAMES if name in answer.text], path
        elif "insurer" not in ALLOWED[method, path]:
            assert answer.status_code == HTTPStatus.FORBIDDEN
    assert shown >= 6


def test_the_driver_sees_who_read_what_and_stops_it_with_one_tap(fed: Face, link: str) -> None:
    (row,) = read(fed)
    assert row["pseudonym"] == pseudonym(b"k" * 32, "insurer-1", "car-1")

    page = fed.client.get(f"/v1/sharing/{link}").json()
    stopped = fed.client.post(f"/v1/sharing/{link}/stop", json={"recipient": "insurer-1"}).json()

    assert [share["stands"] for share in page["shares"]] == [True]
    assert [(one["recipient"], one["how"], one["period"]) for one in page["accesses"]] == [
        ("insurer-1", "api", "2025-11")
    ]
    assert [share["stands"] for share in stopped["shares"]] == [False]
    assert read(fed) == []
    (gone,) = fed.client.get("/v1/insurer/erasures", headers=fed.headers("insurer")).json()
    assert (gone["pseudonym"], gone["what"], gone["why"]) == (row["pseudonym"], "all", "withdrawn")


def test_a_consent_that_names_no_recipient_is_stopped_with_one_tap(face: Face, link: str) -> None:
    with face.services.store.write() as connection:
        ledger.grant(connection, "car-1", "position", "", ledger.Terms(), T0_MS)

    answer = face.client.post(f"/v1/sharing/{link}/stop", json={"recipient": "", "purpose": "position"})

    assert answer.status_code == HTTPStatus.OK
    stands = {share["purpose"]: share["stands"] for share in answer.json()["shares"]}
    assert stands == {"insurer": True, "position": False}


def test_a_consent_ends_at_an_instant_of_a_known_zone() -> None:
    said = {"purpose": "position", "text_version": "1", "locale": "zh", "how": "paper"}
    for name in ("until", "covers_from"):
        with pytest.raises(ValidationError, match=name):
            Consent.model_validate(said | {name: "2026-06-01T00:00:00"})


def test_a_copy_of_the_data_is_there_as_json_and_as_csv(face: Face, link: str) -> None:
    with face.services.store.write() as connection:
        connection.execute(update(vehicles).where(vehicles.c.id == "car-1").values(name="=1+1"))

    copy = face.client.get(f"/v1/sharing/{link}/copy").json()
    table = face.client.get(f"/v1/sharing/{link}/copy", params={"format": "csv"}).text

    assert copy["vehicle"][0]["id"] == "car-1"
    assert "car-2" not in str(copy)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {"table": "vehicle", "row": "0", "field": "name", "value": "'=1+1"} in rows


def test_deletion_ends_all_sharing_and_has_a_deadline_that_operators_see(face: Face, link: str) -> None:
    for _ in range(2):
        page = face.client.post(f"/v1/sharing/{link}/deletion").json()

    (item,) = face.client.get("/v1/rights", headers=face.headers("operator")).json()
    assert (item["kind"], item["vehicle"], item["is_assured"]) == ("deletion", "car-1", True)
    assert page["deletion"]["due_at"] == item["due_at"] == "2026-01-29T16:00:00Z"
    assert not any(share["stands"] for share in page["shares"])
    done = face.client.post(f"/v1/deletions/{item['id']}/done", headers=face.headers("operator"))
    assert done.status_code == HTTPStatus.NO_CONTENT
    assert face.client.get("/v1/rights", headers=face.headers("operator")).json() == []


def test_an_appeal_goes_to_a_person_whose_answer_the_driver_reads(face: Face, link: str) -> None:
    said = {"recipient": "insurer-1", "period": "2025-11", "said": "那天不是我开车"}
    face.client.post(f"/v1/sharing/{link}/appeals", json=said)
    (item,) = face.client.get("/v1/rights", headers=face.headers("operator")).json()

    word = {"state": "upheld", "answer": "已更正"}
    face.client.post(f"/v1/appeals/{item['id']}/answer", headers=face.headers("operator"), json=word)

    (appeal,) = face.client.get(f"/v1/sharing/{link}").json()["appeals"]
    assert (appeal["state"], appeal["answer"], appeal["due_at"]) == ("upheld", "已更正", "2026-02-05T16:00:00Z")


def test_only_the_insurer_can_join_its_policies(face: Face) -> None:
    policy = {"vehicle": "car-1", "recipient": "insurer-1", "policy_reference": "P-77", "several_drivers": True}
    none = {"vehicle": "car-2", "recipient": "insurer-1", "policy_reference": "P-78"}

    assert (
        face.client.post("/v1/enrolments", headers=face.headers("operator"), json=policy).status_code == HTTPStatus.OK
    )
    refused = face.client.post("/v1/enrolments", headers=face.headers("operator"), json=none)
    (bound,) = face.client.get("/v1/insurer/enrolments", headers=face.headers("insurer")).json()["items"]

    assert refused.json()["code"] == "no_consent"
    assert (bound["policy_reference"], bound["several_drivers"]) == ("P-77", True)
    assert bound["pseudonym"] == pseudonym(b"k" * 32, "insurer-1", "car-1")


def test_a_link_of_nobody_opens_nothing(face: Face) -> None:
    for method, path in (("get", ""), ("post", "/stop"), ("get", "/copy"), ("post", "/deletion")):
        answer = face.client.request(method, f"/v1/sharing/nonsense{path}", json={} if method == "post" else None)
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_an_insurer_is_told_under_its_own_name_and_not_after_consent_ended(face: Face) -> None:
    hook = {"url": "https://insurer.example/hook"}
    assert face.client.put("/v1/insurer/webhook", headers=face.headers("insurer"), json=hook).json()["secret"]
    assert face.client.get("/v1/insurer/webhook", headers=face.headers("insurer")).json()["secret"] is None
    body = {"recipient": "insurer-1", "type": "collision.reported", "data": {"at_ms": T0_MS}}
    ring = face.services.names

    with face.services.store.write() as connection:
        telling.collision(connection, "e-1", "car-1", T0_MS, T0_MS)
        said = telling.message(connection, body, "car-1", ring, T0_MS)
        sharing.stop(connection, "car-1", None, None, T0_MS)
        later = telling.message(connection, body, "car-1", ring, T0_MS)

    assert said is not None
    assert said["data"]["pseudonym"] == ring.name("insurer-1", "car-1")
    assert "car-1" not in str(said)
    assert later is None
