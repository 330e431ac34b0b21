"""The UI is served whole, and nothing beside it."""

from http import HTTPStatus
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from cloud.api.app import build
from cloud.api.services import Services
from cloud.api.site import HEADERS, built_ui
from cloud.store.engine import Store
from tests.cloud.api.conftest import Face, FixedClock, OneSeries


@pytest.mark.parametrize("path", ["/", "/vehicles/car-1", "/d/some-token"])
def test_every_page_of_the_ui_is_its_one_page(face: Face, path: str) -> None:
    answer = face.client.get(path)

    assert answer.status_code == HTTPStatus.OK
    assert "<title>Outrider</title>" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_assets_are_kept_for_ever_and_every_answer_is_guarded(face: Face) -> None:
    answer = face.client.get("/assets/app-1a2b.js")

    assert "immutable" in answer.headers["Cache-Control"]
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"])
def test_no_path_leads_out_of_the_ui(face: Face, path: str) -> None:
    assert "not for the net" not in face.client.get(path).text


def test_without_a_built_ui_the_page_says_how_to_get_one(store: Store, tmp_path: Path) -> None:
    services = Services(store, FixedClock(), OneSeries(), b"k" * 32, dict, Event())
    with TestClient(build(services, tmp_path / "none")) as client:
        answer = client.get("/")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "make setup" in answer.text


def test_the_ui_that_travels_with_the_package_opens(store: Store) -> None:
    if not (built_ui() / "index.html").is_file():
        pytest.skip("the UI is not built: make setup")
    services = Services(store, FixedClock(), OneSeries(), b"k" * 32, dict, Event())
    with TestClient(build(services)) as client:
        page = client.get("/").text

        assert 'id="root"' in page
        for name in (part.split('"')[0] for part in page.split('src="')[1:]):
            assert client.get(name).status_code == HTTPStatus.OK
