"""The nearest charger reaches scoring for an hour, as a distance, and only where a driver released the position."""

from pathlib import Path

import pytest
from sqlalchemy import update

from cloud.chargers import nearby
from cloud.chargers.adapters.point_file import PointFile, write
from cloud.chargers.points import ChargePoint
from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import FACTS_STREAM, Record
from cloud.scoring import engine
from cloud.scoring.types import FACTS_KIND, VehicleFacts, decode_facts, encode_facts
from cloud.store.tables import vehicle_state
from tests.cloud.acting import World, fleet_file, partner, vehicle
from tests.cloud.scoring.journeys import START_S, batched, facts, in_log_order, motorway_charge


def test_a_distance_that_was_told_counts_while_it_is_fresh_and_then_the_fleets_figure_again() -> None:
    until_ms = round((START_S + 1800.0) * 1000)
    what = VehicleFacts(powertrain="bev", pack_kwh=60.0, charger_km=30.0, near_charger_km=2.0, near_until_ms=until_ms)

    tape = in_log_order([facts("car", what)], batched("car", motorway_charge(1, 1.0, soc=30.0, pct_h=5.0, kmh=40.0)))
    _, said = engine.step(engine.new_state(1), tape)

    told = [
        float(reason.numbers["charger_km"])
        for a in said
        if a.cause == "traction_battery"
        for reason in a.reasons
        if reason.code == "charger_distance"
    ]
    assert told[0] == 2.0
    assert told[-1] == 30.0


@pytest.mark.parametrize(
    ("precision", "age_ms", "count"), [("exact", 60_000, 1), ("cell", 60_000, 0), ("exact", 7_200_000, 0)]
)
def test_only_a_released_and_fresh_position_is_looked_at(
    tmp_path: Path, precision: str, age_ms: int, count: int
) -> None:
    write(tmp_path, [ChargePoint(latitude_deg=31.2, longitude_deg=121.4)])
    world = World(tmp_path)
    world.import_fleet(fleet_file([vehicle("car-1")], [partner("near")]))
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([Record("car-1", FACTS_STREAM, 1, FACTS_KIND, 1, encode_facts(VehicleFacts(powertrain="bev")))])
    with world.store.write() as connection:
        connection.execute(
            update(vehicle_state).values(
                latitude_deg=31.2, longitude_deg=121.5, precision=precision, position_ms=world.now_ms - age_ms
            )
        )

    with world.read() as connection:
        places = nearby.released(connection, world.now_ms)

    assert nearby.append(log, PointFile(tmp_path), places, world.now_ms) == count
    assert nearby.append(log, PointFile(tmp_path), places, world.now_ms) == 0
    last = log.last("car-1", FACTS_STREAM)
    assert last is not None
    told = decode_facts(last.payload).near_charger_km
    assert told == (pytest.approx(12.4, abs=0.1) if count else None)
    log.close()
    world.close()
