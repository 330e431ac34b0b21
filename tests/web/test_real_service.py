"""The UI on `outrider serve` itself: a fleet, a call for help, and the board that shows it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

OPERATOR = "an-operator-of-this-test-alone"
# The service takes every OUTRIDER_ word for a setting of its own.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
STOP_S = 20.0
FLEET: dict[str, Any] = {
    "vehicles": [
        {
            "id": "car-1",
            "name": "Van 1",
            "plate": "粤B·D8L21",
            "model": "Compact petrol",
            "powertrain": "petrol",
            "mqtt_password": "a-password-of-this-test-alone",
            "placard_kpa": 230.0,
            "pack_kwh": None,
            "odometer_km": 41_000.0,
            "contact": {"channel": "webhook", "address": "http://127.0.0.1:9/"},
            "consents": [],
            "home": {"lat": 22.54, "lon": 114.05, "crs": "WGS84"},
            "maintenance": [],
        }
    ],
    "partners": [
        {
            "id": "north",
            "name": "North Rescue",
            "services": ["jump_start", "tow"],
            "capacity": 2,
            "lat": 22.55,
            "lon": 114.06,
            "token": "a-partner-of-this-test-alone",
        }
    ],
    "tokens": [{"role": "operator", "token": OPERATOR}],
}


class Service(NamedTuple):
    """The running service."""

    url: str


def outrider(*words: str) -> list[str]:
    """Return the command line of the service's own command."""
    return [sys.executable, "-m", "cloud", *words]


@pytest.fixture
def service(ui: Path, tmp_path: Path) -> Iterator[Service]:
    """Run the service with a small fleet; it ends well."""
    data = str(tmp_path / "data")
    fleet = tmp_path / "fleet.json"
    fleet.write_text(json.dumps(FLEET), encoding="utf-8")
    imported = subprocess.run(
        outrider("fleet", "import", str(fleet), "--data", data),
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert imported.returncode == 0, imported.stderr
    command = outrider("serve", "--data", data, "--port", "0", "--mqtt-port", "0", "--json")
    with (tmp_path / "serve.log").open("w") as log:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=ENVIRONMENT)
        try:
            assert running.stdout is not None
            ready = json.loads(running.stdout.readline() or "{}")
            assert "api" in ready, (tmp_path / "serve.log").read_text()
            yield Service(ready["api"].rstrip("/"))
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(STOP_S) == 0
            assert running.stdout is not None
            running.stdout.close()


def test_help_is_called_on_one_page_and_shows_on_the_other_by_itself(service: Service, open_page: OpenPage) -> None:
    board = open_page()
    board.goto(f"{service.url}/rescues#token={OPERATOR}")
    expect(board.get_by_text("No rescues yet")).to_be_visible()
    expect(board.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page = open_page()
    page.goto(f"{service.url}/fleet#token={OPERATOR}")
    row = page.locator("tr.row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Unknown")

    row.get_by_role("link", name="粤B·D8L21").click()
    page.get_by_role("link", name="Call help for it").click()
    page.get_by_text("Does not start").click()
    page.get_by_label("Latitude, longitude").fill("22.54286, 114.05956")
    page.get_by_role("button", name="Send help").click()

    page.wait_for_url(re.compile(r"/rescues/(?!new)."))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jump-start")
    expect(page.get_by_text("Origin: Call by a person")).to_be_visible()
    card = board.locator(".job")
    expect(card).to_contain_text("粤B·D8L21")
    expect(card).to_contain_text("Call by a person")


def test_every_page_reads_what_the_service_really_says(service: Service, open_page: OpenPage) -> None:
    page = open_page("zh")
    page.goto(f"{service.url}/#token={OPERATOR}")
    expect(page.get_by_role("heading", level=1, name="车队紧急度")).to_be_visible()

    for path in ("/cases", "/rescues", "/map", "/reminders", "/partners", "/vehicles/car-1"):
        page.goto(f"{service.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("从未上报").first).to_be_visible()
