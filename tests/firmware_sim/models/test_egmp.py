"""What the electric car's ECUs put on the bus, read by the published places and scales."""

import json
from pathlib import Path
from typing import Any

import pytest

from firmware_sim.app import network
from firmware_sim.life import Life
from firmware_sim.models import egmp
from firmware_sim.scenarios import HOME, SCENARIOS


def car(name: str = "healthy", hours: float = 0.5) -> Life:
    """Return the electric car of a scenario after `hours`."""
    scenario = SCENARIOS[name]
    life = Life(scenario, scenario.vehicle("car-1", 1, HOME, scenario.odometer_km))
    life.advance(hours * 3_600.0)
    return life


def record(life: Life, ecu: str, did: str) -> bytes:
    """Return the data record of `did`, without service and DID."""
    plan = next(plan for plan in egmp.ecus(life.vehicle) if plan.name == ecu)
    answer = plan.services[0x22](bytes.fromhex("22" + did))
    assert answer[:3].hex().upper() == "62" + did
    return answer[3:]


@pytest.mark.wheel
def test_records_are_as_long_as_a_real_cars() -> None:
    life = car()

    lengths = {
        (ecu, did): 3 + len(record(life, ecu, did))
        for ecu, did in (("battery-unit", "0101"), ("battery-unit", "0105"), ("body-unit", "C00B"))
    }

    assert lengths == {("battery-unit", "0101"): 62, ("battery-unit", "0105"): 46, ("body-unit", "C00B"): 36}


@pytest.mark.wheel
def test_sleeping_tyre_sensors_say_no_data_and_never_a_pressure() -> None:
    data = record(car(hours=0.01), "body-unit", "C00B")

    assert [data[4 + 5 * wheel : 9 + 5 * wheel] for wheel in range(4)] == [bytes([0, 0, 0, 0, 2])] * 4


@pytest.mark.wheel
def test_tyres_report_within_a_step_of_the_truth_once_the_car_has_rolled() -> None:
    life = car("slow_leak", hours=2.0)
    data = record(life, "body-unit", "C00B")

    for wheel, tyre in enumerate(life.vehicle.tyres):
        raw, warmth, flag, zero, status = data[4 + 5 * wheel : 9 + 5 * wheel]
        assert raw * 0.2 * 6.894757 == pytest.approx(tyre.gauge_kpa, abs=2.0)
        assert warmth - 50 == pytest.approx(tyre.air_degc, abs=0.51)
        assert (flag, zero, status) == (1, 0, 0)


@pytest.mark.wheel
def test_tyre_sensors_fall_asleep_again_in_a_parked_car() -> None:
    assert car(hours=0.9).vehicle.tyre_sensors_awake
    assert not car(hours=3.0).vehicle.tyre_sensors_awake


@pytest.mark.wheel
def test_pids_of_both_obd_units_show_the_physics() -> None:
    life = car()
    battery = next(plan for plan in egmp.ecus(life.vehicle) if plan.name == "battery-unit").services[0x01]
    vehicle = next(plan for plan in egmp.ecus(life.vehicle) if plan.name == "vehicle-unit").services[0x01]
    pack = life.vehicle.pack
    assert pack is not None

    assert battery(b"\x01\x5b")[2] * 100 / 255 == pytest.approx(100 * pack.soc, abs=0.3)
    assert int.from_bytes(vehicle(b"\x01\xa6")[2:], "big") / 10 == pytest.approx(life.vehicle.odometer_km, abs=0.1)
    assert vehicle(b"\x01\x0d")[2] == pytest.approx(life.vehicle.speed_kmh, abs=0.51)
    assert int.from_bytes(vehicle(b"\x01\x42")[2:], "big") / 1_000 == pytest.approx(14.1, abs=0.2)
    assert int.from_bytes(battery(b"\x01\x9a")[4:6], "big") / 64 == pytest.approx(pack.voltage_v, abs=0.1)


@pytest.mark.wheel
def test_charging_shows_as_negative_current_and_its_bits() -> None:
    data = record(car(hours=5.0), "battery-unit", "0101")

    assert data[9] & 0xA0 == 0xA0
    assert int.from_bytes(data[10:12], "big", signed=True) < 0


@pytest.mark.wheel
def test_every_ecu_fits_into_one_network() -> None:
    assert network(car().vehicle, {}) is not None


@pytest.fixture(scope="session")
def published(data_folder: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return OBDb's signals by id: the command they are in, and their format."""
    path = data_folder / "obdb" / "Hyundai-IONIQ-5" / "signalsets" / "v3" / "default.json"
    commands = json.loads(path.read_text())["commands"]
    return {
        signal["id"]: (f"{command['hdr']} {command['cmd'].get('22')}", signal["fmt"])
        for command in commands
        for signal in command["signals"]
    }


def physical(data: bytes, fmt: dict[str, Any]) -> float:
    """Return the value that OBDb's format reads out of `data`, bit by bit."""
    bits = "".join(f"{byte:08b}" for byte in data)[fmt["bix"] : fmt["bix"] + fmt["len"]]
    raw = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    number = int.from_bytes(raw, "little" if fmt.get("blsb") else "big", signed=fmt.get("sign", False))
    value: float = number * fmt.get("mul", 1) / fmt.get("div", 1) + fmt.get("add", 0)
    return value


def test_obdbs_signal_set_reads_the_physics_out_of_our_answers(
    published: dict[str, tuple[str, dict[str, Any]]],
) -> None:
    life = car("slow_leak", hours=2.3)
    vehicle, pack = life.vehicle, life.vehicle.pack
    assert pack is not None
    kpa_per_psi = 6.894757
    expected = {
        "IONIQ5_HVBAT_SOC": (100 * pack.bms_soc, 0.3),
        "IONIQ5_BATTERY_CURRENT": (pack.current_a, 0.06),
        "IONIQ5_MAXIMUM_CELL_VOLTAGE": (pack.cell_v, 0.02),
        "IONIQ5_AUXILLARY_BATTERY_VOLTAGE": (vehicle.supply_v, 0.06),
        "IONIQ5_HVBAT_SOH": (100 * pack.soh, 0.1),
        "IONIQ5_HVBAT_SOC_DISP": (100 * pack.soc, 0.3),
        "IONIQ5_HVBAT_SOC_VCMS": (100 * pack.soc, 0.3),
        "IONIQ5_12V_V": (vehicle.supply_v, 0.001),
        "IONIQ5_VSS_HD": (vehicle.speed_kmh, 0.01),
        "IONIQ5_TP_FL": (vehicle.tyres[0].gauge_kpa / kpa_per_psi, 0.25),
        "IONIQ5_TP_FR": (vehicle.tyres[1].gauge_kpa / kpa_per_psi, 0.25),
        "IONIQ5_TP_RL": (vehicle.tyres[2].gauge_kpa / kpa_per_psi, 0.25),
        "IONIQ5_TP_RR": (vehicle.tyres[3].gauge_kpa / kpa_per_psi, 0.25),
        "IONIQ5_TT_RR": (vehicle.tyres[3].air_degc, 0.51),
    }
    units = {"7E4": "battery-unit", "7E2": "vehicle-unit", "7A0": "body-unit", "744": "charging-unit"}

    for name, (value, tolerance) in expected.items():
        command, fmt = published[name]
        header, did = command.split()
        assert physical(record(life, units[header], did), fmt) == pytest.approx(value, abs=tolerance), name
