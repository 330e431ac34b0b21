"""What the petrol car's ECUs answer, read by the formulas of J1979."""

import pytest

from firmware_sim.codes import Codes
from firmware_sim.life import Life
from firmware_sim.models import petrol
from firmware_sim.protocol.j1979 import FreezeFrame
from firmware_sim.scenarios import HOME, SCENARIOS

pytestmark = pytest.mark.wheel


def engine_at(hours: float) -> tuple[Life, dict[int, bytes]]:
    """Return the stranding car after `hours` and its engine's answers by PID."""
    scenario = SCENARIOS["stranding_dtc"]
    life = Life(scenario, scenario.vehicle("car-4", 1, HOME, scenario.odometer_km))
    life.advance(hours * 3_600.0)
    service = petrol.ecus(life.vehicle)[0].services[0x01]
    pids = (0x01, 0x04, 0x05, 0x0C, 0x0D, 0x0F, 0x1F, 0x21, 0x2F, 0x31, 0x42, 0x46, 0xA6)
    return life, {pid: service(bytes([0x01, pid]))[2:] for pid in pids}


def test_pids_show_the_physics() -> None:
    life, said = engine_at(1.0)
    vehicle, engine = life.vehicle, life.vehicle.engine
    assert engine is not None

    assert said[0x05][0] - 40 == pytest.approx(engine.coolant_degc, abs=0.51)
    assert int.from_bytes(said[0x0C], "big") / 4 == pytest.approx(engine.rpm(vehicle.speed_kmh), abs=0.2)
    assert said[0x0D][0] == pytest.approx(vehicle.speed_kmh, abs=0.51)
    assert int.from_bytes(said[0x1F], "big") == 3_600
    assert said[0x2F][0] / 2.55 == pytest.approx(100 * engine.fuel_share, abs=0.3)
    assert int.from_bytes(said[0x42], "big") / 1_000 == pytest.approx(vehicle.supply_v - 0.12, abs=0.001)
    assert said[0x46][0] - 40 == pytest.approx(vehicle.ambient_degc, abs=0.51)
    assert int.from_bytes(said[0xA6], "big") / 10 == pytest.approx(vehicle.odometer_km, abs=0.1)


def test_the_lamp_and_the_count_follow_the_confirmed_code() -> None:
    _, before = engine_at(3.0)
    _, after = engine_at(5.0)

    assert before[0x01][0] == 0x00
    assert after[0x01][0] == 0x81
    assert int.from_bytes(after[0x21], "big") > 20


def test_modes_03_07_and_0a_list_the_code_when_it_is_theirs_to_list() -> None:
    life, _ = engine_at(3.0)
    services = petrol.ecus(life.vehicle)[0].services
    pending = [services[mode](bytes([mode])).hex().upper() for mode in (0x03, 0x07, 0x0A)]
    life.advance(5.0 * 3_600.0)
    confirmed = [services[mode](bytes([mode])).hex().upper() for mode in (0x03, 0x07, 0x0A)]

    assert pending == ["4300", "47010335", "4A00"]
    assert confirmed == ["43010335", "47010335", "4A010335"]


def test_the_three_ecus_have_addresses_of_their_own() -> None:
    life, _ = engine_at(0.1)

    assert [(plan.request_id, plan.response_id) for plan in petrol.ecus(life.vehicle)] == [
        (0x7E0, 0x7E8),
        (0x7E1, 0x7E9),
        (0x7E2, 0x7EA),
    ]


def test_the_engine_names_its_calibration() -> None:
    life, _ = engine_at(0.1)
    service = petrol.ecus(life.vehicle)[0].services[0x09]

    assert service(b"\x09\x00") == bytes.fromhex("490054400000")
    assert service(b"\x09\x04") == b"\x49\x04\x01SIM-ECM-000123\x00\x00"
    assert service(b"\x09\x06") == bytes.fromhex("4906011791BC82")


def test_monitors_are_incomplete_for_a_while_after_clearing() -> None:
    life, said = engine_at(0.1)
    vehicle = life.vehicle
    service = petrol.ecus(vehicle)[0].services[0x01]

    assert said[0x01] == bytes.fromhex("00076500")
    vehicle.codes = vehicle.codes.wiped()
    assert service(b"\x01\x01") == bytes.fromhex("410100076565")


def test_a_car_of_after_j1979_2_says_the_same_by_uds_and_answers_nothing_else() -> None:
    life, classic = engine_at(5.0)
    services = petrol.uds_ecus(life.vehicle)[0].services

    assert set(services) == {0x10, 0x19, 0x22, 0x3E}
    assert services[0x22](b"\x22\xf4\x42") == b"\x62\xf4\x42" + classic[0x42]
    assert services[0x22](b"\x22\xf4\x00")[3:] == petrol.ecus(life.vehicle)[0].services[0x01](b"\x01\x00")[2:]
    assert services[0x22](b"\x22\xf8\x02") == b"\x62\xf8\x02" + life.vehicle.build.vin.encode()
    assert services[0x22](b"\x22\xf8\x00") == bytes.fromhex("62F80054400000")
    assert services[0x19](b"\x19\x02\x08").hex().upper() == "5902FF0335018D"
    assert (
        services[0x19](bytes.fromhex("19040335 01FF".replace(" ", ""))).hex().upper()[:20]
        == "5904" + "0335018D" + "0104F404"
    )


def test_without_its_battery_a_car_is_dead_and_forgets_all_but_its_permanent_codes() -> None:
    scenario = SCENARIOS["caller"]
    life = Life(scenario, scenario.vehicle("car-4", 1, HOME, scenario.odometer_km))
    life.advance(3_600.0)
    vehicle = life.vehicle
    listed = ("P0335",)
    vehicle.codes = Codes(listed, listed, listed, FreezeFrame("P0335", {0x0D: b"\x3c"}))

    vehicle.disconnect()
    life.advance(3_900.0)

    assert (vehicle.awake, round(vehicle.supply_v)) == (False, 0)
    assert (vehicle.codes.pending, vehicle.codes.confirmed, vehicle.codes.freeze) == ((), (), None)
    assert vehicle.codes.permanent == ("P0335",)
    assert vehicle.codes.since_clear_km < 1.0

    vehicle.connect()

    assert (vehicle.awake, round(vehicle.supply_v)) == (True, 13)


def test_the_minutes_since_clearing_count_while_the_engine_runs() -> None:
    life, _ = engine_at(1.0)
    service = petrol.ecus(life.vehicle)[0].services[0x01]
    before = int.from_bytes(service(b"\x01\x4e")[2:], "big")

    life.advance(1.5 * 3_600.0)
    life.vehicle.codes = life.vehicle.codes.wiped()

    assert before == 6_260
    assert service(b"\x01\x4e") == bytes.fromhex("414E0000")
