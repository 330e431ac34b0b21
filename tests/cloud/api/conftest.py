"""A real store with one fleet in it, and the app on top of it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from cloud.api.app import build
from cloud.api.services import Series, Services
from cloud.store import tokens
from cloud.store.engine import Store
from cloud.store.tables import cases, consents, jobs, offers, partners, reminders, risks, vehicle_state, vehicles
from tests.cloud.acting import empty_store

T0_MS = 1_768_464_000_000  # 2026-01-15T08:00:00Z
SUBJECTS: dict[tokens.Role, str] = {"operator": "", "viewer": "", "partner": "partner-1", "insurer": "insurer-1"}
TOKENS: dict[str, str] = {role: f"a-token-of-a-{role}-that-is-long-enough" for role in SUBJECTS}


class FixedClock:
    """Stands at eight in the morning."""

    def wall_s(self) -> float:
        return T0_MS / 1000.0

    def mono_s(self) -> float:
        return 0.0

    def real_s(self, domain_s: float) -> float:
        return domain_s


class OneSeries:
    """Knows three readings, of which the middle one is none."""

    def series(self, vehicle: str, path: str, start_ms: int, end_ms: int, points: int) -> Series:
        return Series([start_ms, start_ms + 1000, end_ms], [12.5, float("nan"), 12.4], [0, 1, 0])


class Face(NamedTuple):
    """The app's client, its services, and the headers of each role."""

    client: TestClient
    services: Services

    def headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKENS[role]}"} if role in TOKENS else {}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = empty_store(tmp_path)
    with opened.write() as connection:
        for role, subject in SUBJECTS.items():
            tokens.create(connection, role, subject, T0_MS, TOKENS[role])
        for vehicle in ("car-1", "car-2"):
            connection.execute(insert(vehicles).values(**_vehicle(vehicle)))
        connection.execute(
            insert(vehicle_state).values(vehicle_id="car-1", last_seen_ms=T0_MS - 60_000, online=True, urgency=0.4)
        )
        connection.execute(insert(risks).values(**_risk()))
        connection.execute(insert(consents).values(**_consent()))
        connection.execute(insert(partners).values(**_partner()))
        connection.execute(insert(cases).values(**_case()))
        connection.execute(insert(jobs).values(**_job()))
        connection.execute(insert(offers).values(**_offer()))
        connection.execute(insert(reminders).values(**_reminder()))
    yield opened
    opened.close()


@pytest.fixture
def face(store: Store, tmp_path: Path) -> Iterator[Face]:
    services = Services(store, FixedClock(), OneSeries(), b"k" * 32, dict, Event(), folder=tmp_path)
    ui = tmp_path / "ui"
    (ui / "assets").mkdir(parents=True)
    (ui / "index.html").write_text("<!doctype html><title>Outrider</title>")
    (ui / "assets" / "app-1a2b.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("not for the net")
    with TestClient(build(services, ui), raise_server_exceptions=False) as client:
        yield Face(client, services)


def _vehicle(vehicle: str) -> dict[str, object]:
    return {"id": vehicle, "name": vehicle, "plate": f"沪A{vehicle}", "model": "Compact", "powertrain": "petrol"}


def _assessed() -> dict[str, object]:
    reason = {"code": "rest_voltage", "zh": "静置电压 11.9 V", "en": "resting at 11.9 V"}
    return {
        "risks": [[24, 0.2], [72, 0.4], [168, 0.6]],
        "calibrated": False,
        "time_to_threshold_h": 20.0,
        "reasons": [reason],
        "quality": 0.9,
        "severity": 3,
        "service": "jump_start",
        "abstained": "",
        "model": "table-1",
    }


def _risk() -> dict[str, object]:
    placed = {"vehicle_id": "car-1", "cause": "low_voltage_battery", "as_of_ms": T0_MS, "received_ms": T0_MS}
    return {**placed, "level": "risk", "urgency": 0.4, **_assessed()}


def _consent() -> dict[str, object]:
    return {
        "id": "consent-1",
        "vehicle_id": "car-1",
        "purpose": "insurer",
        "recipient": "insurer-1",
        "granted_ms": T0_MS - 1,
        "until_ms": T0_MS + 86_400_000,
    }


def _partner() -> dict[str, object]:
    place = {"latitude_deg": 31.2, "longitude_deg": 121.5, "crs": "WGS84"}
    return {"id": "partner-1", "name": "Roadside One", "services": ["jump_start"], "capacity": 2, **place}


def _case() -> dict[str, object]:
    times = {"opened_ms": T0_MS - 3_600_000, "updated_ms": T0_MS, "as_of_ms": T0_MS}
    rest = {"id": "case-1", "vehicle_id": "car-1", "cause": "low_voltage_battery", "age_at_open_s": 5.0, "late": False}
    return {**rest, **times, **_assessed()}


def _job() -> dict[str, object]:
    return {
        "id": "job-1",
        "vehicle_id": "car-1",
        "subject": "car-1",
        "origin": "prediction",
        "state": "offered",
        "service": "jump_start",
        "created_ms": T0_MS - 1000,
        "promise_ms": T0_MS + 1_800_000,
        "phone": "13900001234",
        "latitude_deg": 31.21,
        "longitude_deg": 121.5,
        "crs": "WGS84",
        "precision": "pin",
    }


def _offer() -> dict[str, object]:
    times = {"offered_ms": T0_MS - 500, "deadline_ms": T0_MS + 119_500}
    return {"id": "offer-1", "job_id": "job-1", "partner_id": "partner-1", "state": "offered", **times}


def _reminder() -> dict[str, object]:
    times = {"created_ms": T0_MS, "updated_ms": T0_MS}
    words = {"zh": "保养到期", "en": "service is due"}
    return {"id": "reminder-1", "vehicle_id": "car-1", "kind": "service", "state": "due", **words, **times}
