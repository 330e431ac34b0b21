"""The fleet file: taken whole or not at all, and an error that names its key."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cloud.log.adapters.memory import MemoryLog
from cloud.scoring.types import decode_facts
from cloud.store import consents, fleet, queries, tokens
from cloud.store.errors import FleetError, RefusedError
from cloud.store.tables import consents as consent_table
from cloud.store.tables import vehicles
from tests.cloud.acting import T0_MS, World, fleet_file, partner, vehicle

PLAN = {"kind": "service", "every_km": 10_000, "last_km": 5_000}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"colour": "red"}, "vehicles[0].colour"),
        ({"id": "a/b"}, "vehicles[0].id"),
        ({"id": 7}, "vehicles[0].id"),
        ({"powertrain": "steam"}, "vehicles[0].powertrain"),
        ({"mqtt_password": "short"}, "vehicles[0].mqtt_password"),
        ({"placard_kpa": -1}, "vehicles[0].placard_kpa"),
        ({"home": {"lat": 91, "lon": 0}}, "vehicles[0].home.lat"),
        ({"home": {"lat": 1, "lon": 0, "crs": "BD09"}}, "vehicles[0].home.crs"),
        ({"contact": {"channel": "pigeon", "address": "x"}}, "vehicles[0].contact.channel"),
        ({"contact": {"channel": "webhook", "address": "file:///etc"}}, "vehicles[0].contact.address"),
        ({"contact": {"channel": "webhook", "address": "http://[::1"}}, "vehicles[0].contact.address"),
        ({"consents": [{"purpose": "everything"}]}, "vehicles[0].consents[...].purpose"),
        ({"consents": [{"purpose": "insurer"}]}, "vehicles[0].consents[0].recipient"),
        ({"consents": [{"purpose": "position", "until": "2026-01-01T00:00:00"}]}, "vehicles[0].consents[...].until"),
        ({"consents": [{"purpose": "position"}] * 2}, "vehicles[0].consents[1].purpose"),
        ({"maintenance": [{"kind": "service"}]}, "vehicles[0].maintenance[0]"),
        ({"maintenance": [PLAN, PLAN]}, "vehicles[0].maintenance[1].kind"),
    ],
)
def test_an_error_names_the_key_that_is_wrong(change: dict[str, Any], key: str) -> None:
    with pytest.raises(FleetError) as wrong:
        fleet.parse(fleet_file([vehicle("car-1", **change)]))

    assert wrong.value.key.replace("[...]", "[0]") == key.replace("[...]", "[0]")
    assert wrong.value.key in str(wrong.value)


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"vehicles": [vehicle("a"), vehicle("a")]}, "vehicles[1].id"),
        ({"partners": [partner("p", services=["dance"])]}, "partners[0].services[0]"),
        ({"partners": [partner("p", capacity=0)]}, "partners[0].capacity"),
        ({"partners": [partner("p", hours={"from": "8", "to": "20:00"})]}, "partners[0].hours.from"),
        ({"tokens": [{"role": "king", "token": "long-enough"}]}, "tokens[0].role"),
        ({"tokens": [{"role": "partner", "token": "long-enough", "subject": "p"}]}, "tokens[0].subject"),
        ({"tokens": [{"role": "insurer", "token": "long-enough"}]}, "tokens[0].subject"),
        ({"fleets": []}, "fleets"),
        ([], "file"),
    ],
)
def test_the_rest_of_the_file_is_checked_as_strictly(document: Any, key: str) -> None:
    with pytest.raises(FleetError) as wrong:
        fleet.parse(json.dumps(document).encode())

    assert wrong.value.key.replace("[...]", "[0]") == key


@given(
    st.binary(max_size=200)
    | st.text(max_size=50).map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["vehicles", "id", "x"]), inner),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_are_a_fleet_or_a_fleet_error(data: bytes) -> None:
    with contextlib.suppress(FleetError):
        fleet.parse(data)


def test_a_wrong_file_leaves_nothing_behind(world: World) -> None:
    clash = [{"role": "operator", "token": "the-same-token"}, {"role": "viewer", "token": "the-same-token"}]

    with pytest.raises(RefusedError):
        world.import_fleet(fleet_file([vehicle("new-car")], tokens=clash))

    with world.read() as connection:
        assert connection.execute(select(vehicles.c.id).where(vehicles.c.id == "new-car")).all() == []
        assert tokens.find(connection, "the-same-token") is None


def test_importing_again_changes_nothing_but_what_the_file_changes(world: World) -> None:
    cars = [vehicle("car-1", consents=[{"purpose": "insurer", "recipient": "first"}])]
    for _ in range(2):
        world.import_fleet(fleet_file(cars, [partner("near", token="token-of-near")]))
    with world.read() as connection:
        first = connection.execute(select(consent_table)).mappings().one()
        assert len(queries.vehicles(connection, now_ms=0).items) == 2

    world.import_fleet(fleet_file([vehicle("car-1")]))
    with world.read() as connection:
        assert consents.current(connection, "car-1", "insurer", world.now_ms + 1, "first") is None
    world.pass_s(1)
    world.import_fleet(fleet_file(cars))

    with world.read() as connection:
        again = connection.execute(select(consent_table)).mappings().one()
        found = tokens.find(connection, "token-of-near")
    assert again["id"] != first["id"]  # what went out under the old one is to be forgotten
    assert again["granted_ms"] == world.now_ms
    assert found is not None
    assert (found.role, found.subject) == ("partner", "near")


def test_an_insurers_token_speaks_for_the_only_recipient_in_the_file(world: World) -> None:
    cars = [vehicle("car-1", consents=[{"purpose": "insurer", "recipient": "first"}])]

    world.import_fleet(fleet_file(cars, tokens=[{"role": "insurer", "token": "an-insurers-token"}]))

    with world.read() as connection:
        found = tokens.find(connection, "an-insurers-token")
    assert found is not None
    assert found.subject == "first"


def test_facts_go_to_the_log_once_and_again_when_they_change() -> None:
    log = MemoryLog()
    car = vehicle("car-1", placard_kpa=240, pack_kwh=60, powertrain="bev")

    counts = [fleet.append_facts(log, fleet.parse(fleet_file([car])), T0_MS) for _ in range(2)]
    changed = fleet.append_facts(log, fleet.parse(fleet_file([car | {"placard_kpa": 250}])), T0_MS + 1)

    assert (counts, changed) == ([1, 0], 1)
    entries = log.read(0, 10)
    assert [(entry.stream, entry.seq, entry.kind) for entry in entries] == [
        ("facts", 1, "facts"),
        ("facts", 2, "facts"),
    ]
    assert decode_facts(entries[-1].payload).placard_kpa == 250


def test_every_car_has_its_password_for_the_broker() -> None:
    assert fleet.mqtt_passwords(fleet.parse(fleet_file([vehicle("car-1")]))) == {"car-1": "password-of-car-1"}


def test_what_a_car_has_said_of_itself_goes_before_the_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.import_fleet(fleet_file([vehicle("car-1", odometer_km=10.0)]))
    world.import_fleet(fleet_file([vehicle("car-1", odometer_km=5.0)]))

    with world.read() as connection:
        assert queries.vehicle(connection, "car-1", now_ms=0).odometer_km == 10.0
    world.close()
