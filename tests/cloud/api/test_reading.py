"""What the lists and pages say, and above all what they do not pretend to know."""

from http import HTTPStatus

from sqlalchemy import insert

from cloud.store.tables import breaker, jobs, vehicles
from tests.cloud.api.conftest import T0_MS, Face


def test_a_vehicle_nobody_has_heard_of_is_unknown_and_not_fresh(face: Face) -> None:
    answer = face.client.get("/v1/vehicles/car-2", headers=face.headers("viewer"))

    assert answer.json()["state"] == "unknown"
    assert answer.json()["health"] == {}
    assert answer.json()["last_seen"] is None
    assert answer.json()["fresh"] is False


def test_the_fleet_is_listed_by_urgency_with_reasons_in_both_languages(face: Face) -> None:
    items = face.client.get("/v1/vehicles", headers=face.headers("viewer")).json()["items"]

    assert items[0]["id"] == "car-1"
    health = items[0]["health"]["low_voltage_battery"]
    assert health["risks"] == [{"horizon_h": 24, "p": 0.2}, {"horizon_h": 72, "p": 0.4}, {"horizon_h": 168, "p": 0.6}]
    assert health["calibrated"] is False
    assert (health["reasons"][0]["zh"], health["reasons"][0]["en"]) == ("静置电压 11.9 V", "resting at 11.9 V")


def test_after_a_rescue_the_readings_are_watched_for_half_a_day(face: Face) -> None:
    hour_ms = 3_600_000
    for vehicle, closed_ms in (("car-1", T0_MS - 13 * hour_ms), ("car-2", T0_MS - hour_ms)):
        times = {"created_ms": closed_ms, "promise_ms": closed_ms, "closed_ms": closed_ms}
        row = {"id": f"job-{vehicle}", "vehicle_id": vehicle, "subject": vehicle, "state": "completed", **times}
        with face.services.store.write() as connection:
            connection.execute(insert(jobs).values(**row))

    items = face.client.get("/v1/vehicles", headers=face.headers("viewer")).json()["items"]

    said = {item["id"]: (item["next_action"] or {}).get("en", "") for item in items}
    assert said["car-2"] == "Helped: watching whether the readings recover"
    assert not said["car-1"].startswith("Helped")


def test_pages_give_every_vehicle_once(face: Face) -> None:
    with face.services.store.write() as connection:
        for n in range(30):
            row = {"id": f"van-{n:02}", "name": "", "plate": "", "model": "", "powertrain": "petrol"}
            connection.execute(insert(vehicles).values(**row))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        given = {"limit": "7"} | ({"cursor": cursor} if cursor else {})
        page = face.client.get("/v1/vehicles", headers=face.headers("viewer"), params=given).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 32


def test_a_reading_that_is_no_value_is_null_and_says_why(face: Face) -> None:
    given = {"path": "Vehicle.LowVoltageBattery.CurrentVoltage"}

    answer = face.client.get("/v1/vehicles/car-1/signals", headers=face.headers("viewer"), params=given)

    assert answer.json()["unit"] == "V"
    assert answer.json()["v"] == [12.5, None, 12.4]
    assert answer.json()["validity"] == [0, 1, 0]


def test_every_answer_carries_the_domain_clock(face: Face) -> None:
    assert face.client.get("/health/live").headers["X-Domain-Now"] == "2026-01-15T08:00:00+00:00"


def test_a_call_for_help_is_answered_once_however_often_it_is_sent(face: Face) -> None:
    headers = {**face.headers("operator"), "Idempotency-Key": "call-1"}
    said = {"plate": "沪B77777", "problem": "does not start", "phone": "13800005678"}

    first = face.client.post("/v1/rescues", headers=headers, json=said)
    second = face.client.post("/v1/rescues", headers=headers, json=said)

    assert (first.status_code, second.status_code) == (HTTPStatus.CREATED, HTTPStatus.OK)
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["vehicle"]["plate"] == "沪B77777"
    assert first.json()["phone_masked"].endswith("5678")


def test_a_partner_takes_a_job_through_its_steps(face: Face) -> None:
    headers = face.headers("partner")

    states = [
        face.client.post(f"/v1/partner/jobs/job-1/{step}", headers=headers, json={"eta_s": 600}).json()["state"]
        for step in ("accept", "en-route", "arrive", "complete")
    ]

    assert states == ["accepted", "en_route", "on_site", "completed"]
    told = face.client.get("/v1/jobs/job-1", headers=face.headers("viewer")).json()
    assert told["state"] == "completed"
    assert told["partner"] == {"id": "partner-1", "name": "Roadside One"}


def test_health_names_the_part_that_is_not_ready(face: Face) -> None:
    assert face.client.get("/health/ready").json() == {"status": "ready", "wrong": {}}


def test_metrics_are_prometheus_text(face: Face) -> None:
    answer = face.client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert "car-1" not in answer.text


def test_a_held_breaker_is_shown_and_an_operator_lets_it_go(face: Face) -> None:
    with face.services.store.write() as connection:
        connection.execute(insert(breaker).values(id="fleet", held_since_ms=T0_MS, held_count=12))

    shown = face.client.get("/v1/breaker", headers=face.headers("viewer")).json()
    released = face.client.post("/v1/breaker/release", headers=face.headers("operator")).json()

    assert (shown["held"], shown["vehicles"]) == (True, 12)
    assert (released["held"], released["released_by"]) == (False, "operator")
