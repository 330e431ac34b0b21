"""A small fleet in a real store, and the means to let scores and time pass over it."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

from cloud.act import engine
from cloud.decision.policy import Policy
from cloud.rescue.travel import StraightLine
from cloud.scoring.types import Assessment, Cause, Reason, Risk
from cloud.store import fleet, queries
from cloud.store.engine import FILE_NAME, Store, open_store, sqlite_engine
from cloud.store.tables import links, outbox
from cloud.store.views import CaseView, JobView, ReminderView

T0_MS = 1_768_464_000_000  # 2026-01-15T08:00:00Z
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
SERVICES = {
    "low_voltage_battery": "jump_start",
    "tyre": "tyre_change",
    "traction_battery": "mobile_charge",
    "dtc": "mobile_mechanic",
    "traction_cells": "flatbed_tow",
    "charging_system": "mobile_mechanic",
    "coolant": "tow",
    "oil": "tow",
    "fuel": "fuel_delivery",
    "charging": "mobile_charge",
}


def vehicle(id_: str, **more: Any) -> dict[str, Any]:
    """Return a car as the fleet file has it."""
    return {
        "id": id_,
        "name": f"Car {id_}",
        "plate": f"沪A{id_[-5:].upper()}",
        "model": "Test",
        "powertrain": "petrol",
        "mqtt_password": f"password-of-{id_}",
        "contact": {"channel": "webhook", "address": "http://127.0.0.1:9/"},
        "home": {"lat": 31.23, "lon": 121.47, "crs": "WGS84"},
    } | more


def partner(id_: str, **more: Any) -> dict[str, Any]:
    """Return a partner that can do everything."""
    services = [
        "jump_start",
        "battery_exchange",
        "tyre_change",
        "mobile_charge",
        "mobile_mechanic",
        "tow",
        "flatbed_tow",
    ]
    return {"id": id_, "name": f"Partner {id_}", "services": services, "capacity": 2, "lat": 31.2, "lon": 121.5} | more


def fleet_file(vehicles: Sequence[dict[str, Any]], partners: Sequence[dict[str, Any]] = (), **more: Any) -> bytes:
    """Return a fleet file."""
    return json.dumps({"vehicles": list(vehicles), "partners": list(partners), **more}).encode()


@cache
def _migrated() -> bytes:
    """Return an empty store as a file, so that the migrations run once a session and not once a test."""
    with TemporaryDirectory() as folder:
        open_store(Path(folder)).close()
        return (Path(folder) / FILE_NAME).read_bytes()


def empty_store(folder: Path) -> Store:
    """Return the store in `folder`, made of the migrated one where there is none."""
    path = folder / FILE_NAME
    if not path.exists():
        path.write_bytes(_migrated())
    return Store(sqlite_engine(path))


class World:
    """One store, one clock that stands until it is moved, one policy."""

    def __init__(self, folder: Path, policy: Policy | None = None) -> None:
        self.store = empty_store(folder)
        self.folder = folder
        self.now_ms = T0_MS
        self.policy = Policy() if policy is None else policy
        self._offset = 0

    def close(self) -> None:
        self.store.close()

    def import_fleet(self, data: bytes) -> None:
        with self.write() as connection:
            fleet.import_fleet(connection, fleet.parse(data), self.now_ms)

    def write(self) -> AbstractContextManager[Connection]:
        return self.store.write()

    def read(self) -> AbstractContextManager[Connection]:
        return self.store.read()

    def assessment(
        self,
        vehicle_id: str,
        cause: Cause,
        p: float | None,
        *,
        age_s: float = 30.0,
        quality: float = 0.9,
        severity: int = 3,
        **more: Any,
    ) -> Assessment:
        """Return an assessment whose newest sample is `age_s` old; p is the same for 24 and 72 h and a week."""
        self._offset += 1
        fields: dict[str, Any] = {
            "vehicle": vehicle_id,
            "cause": cause,
            "offset": self._offset,
            "as_of_ms": self.now_ms - round(age_s * 1000),
            "received_ms": self.now_ms,
            "risks": None if p is None else tuple(Risk(h, p) for h in (24, 72, 168)),
            "calibrated": False,
            "time_to_threshold_h": None,
            "ttt_low_h": None,
            "ttt_high_h": None,
            "quality": quality,
            "severity": severity,
            "service": SERVICES[cause],
            "reasons": (Reason("made_up", {"p": 1.0}, "理由", "the reason"),),
            "abstained": "" if p is not None else "no_reading",
            "model": "test-1",
            "features": "features-1",
            "state": "parked",
        }
        return Assessment(**(fields | more))

    def apply(self, *assessments: Assessment) -> None:
        with self.write() as connection:
            engine.apply(connection, assessments, self.now_ms, self.policy)

    def tick(self) -> None:
        with self.write() as connection:
            engine.tick(connection, self.now_ms, self.policy, StraightLine(self.policy.speed_kmh))

    def tidy(self) -> None:
        with self.write() as connection:
            engine.tidy(connection, self.now_ms, self.policy)

    def pass_s(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)

    def report(self, vehicle_id: str, cause: Cause, p: float | None, times: int = 3, **more: Any) -> None:
        """Let `times` assessments come, a domain minute apart."""
        for _ in range(times):
            self.pass_s(60)
            self.apply(self.assessment(vehicle_id, cause, p, **more))

    def cases(self, **filters: Any) -> list[CaseView]:
        """Return every case with its timeline, newest first."""
        with self.read() as connection:
            found = queries.cases(connection, limit=200, **filters).items
            return [queries.case(connection, case.id) for case in found]

    def case(self, **filters: Any) -> CaseView:
        """Return the only case there is."""
        (case,) = self.cases(**filters)
        return case

    def jobs(self, **filters: Any) -> list[JobView]:
        with self.read() as connection:
            return queries.jobs(connection, limit=200, **filters).items

    def job(self, **filters: Any) -> JobView:
        """Return the only job there is."""
        (job,) = self.jobs(**filters)
        return job

    def reminders(self) -> list[ReminderView]:
        with self.read() as connection:
            return queries.reminders(connection, limit=200).items

    def outbox(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what is in the outbox, delivered or not, oldest first."""
        query = select(outbox).order_by(outbox.c.id)
        if kind is not None:
            query = query.where(outbox.c.kind == kind)
        with self.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def notices(self) -> list[str]:
        """Return the kinds of all notices, oldest first."""
        return [row["body"]["kind"] for row in self.outbox("notice")]

    def asked_token(self) -> str:
        """Return the token of the newest question."""
        asked = [row["body"]["token"] for row in self.outbox("notice") if row["body"]["kind"] == "ask"]
        return str(asked[-1])

    def answers(self) -> list[str]:
        with self.read() as connection:
            return list(connection.execute(select(links.c.answer).order_by(links.c.asked_ms)).scalars())
