"""A petrol car: engine 7E0, transmission 7E1, brakes 7E2; of before SAE J1979-2, or of after it (`uds_ecus`)."""

from functools import partial

from firmware_sim.models import pids
from firmware_sim.models.fields import u8, u16
from firmware_sim.models.plan import EcuPlan
from firmware_sim.physics.engine import Engine
from firmware_sim.protocol import j1979, uds
from firmware_sim.protocol.answers import Handler
from firmware_sim.protocol.ecu import Frame
from firmware_sim.vehicle import Vehicle

_BROADCAST_ID = 0x316
_CALIBRATION = j1979.Calibration("SIM-ECM-000123", 0x1791BC82)
_DIAGNOSIS = {0x3E: uds.tester_present, 0x10: uds.session_control}


def ecus(vehicle: Vehicle) -> list[EcuPlan]:
    """Return the three ECUs over `vehicle`; the engine's reads its VIN from slow memory and says so (0x78)."""
    engine = EcuPlan("engine", 0x7E0, 0x7E8, _engine_services(vehicle), slow=frozenset({0x09}), target=0x10)
    transmission = EcuPlan("transmission", 0x7E1, 0x7E9, _transmission_services(vehicle), target=0x18)
    brakes = EcuPlan("brakes", 0x7E2, 0x7EA, _brake_services(vehicle), target=0x28)
    return [engine, transmission, brakes]


def uds_ecus(vehicle: Vehicle) -> list[EcuPlan]:
    """Return the ECUs of the same car built to SAE J1979-2: they answer UDS and no service of J1979."""
    engine = j1979.information_items(vehicle.build.vin, "ECM-EngineControl", _CALIBRATION)
    transmission = j1979.information_items(None, "TCM-TransmisCtrl")
    return [
        EcuPlan(
            "engine",
            0x7E0,
            0x7E8,
            {**pids.uds_services(vehicle, _engine_fields(vehicle), engine, codes=True), **_DIAGNOSIS},
            target=0x10,
        ),
        EcuPlan(
            "transmission",
            0x7E1,
            0x7E9,
            {**pids.uds_services(vehicle, _transmission_fields(vehicle), transmission, codes=False), **_DIAGNOSIS},
            target=0x18,
        ),
    ]


def broadcast(vehicle: Vehicle) -> Frame:
    """Return the frame that the engine sends unasked: key, revolutions, speed."""
    engine = _engine(vehicle)
    key = 0x05 if vehicle.ignition else 0x01
    data = bytes([key, 0]) + u16(engine.rpm(vehicle.speed_kmh) * 4.0) + u16(vehicle.speed_kmh * 100.0) + bytes(2)
    return Frame(_BROADCAST_ID, data)


def _engine(vehicle: Vehicle) -> Engine:
    if vehicle.engine is None:
        raise ValueError("a petrol car needs an engine")
    return vehicle.engine


def _engine_services(vehicle: Vehicle) -> dict[int, Handler]:
    return {
        0x01: j1979.current_data(_engine_fields(vehicle)),
        0x09: j1979.vehicle_information(vehicle.build.vin, "ECM-EngineControl", _CALIBRATION),
        **pids.code_services(vehicle),
        **_DIAGNOSIS,
    }


def _engine_fields(vehicle: Vehicle) -> dict[int, j1979.Field]:
    return {
        0x01: partial(pids.engine_monitor_status, vehicle),
        0x04: lambda: u8(_engine(vehicle).load(vehicle.speed_kmh) * 255.0),
        0x05: lambda: u8(_engine(vehicle).coolant_degc + 40.0),
        0x0C: lambda: u16(_engine(vehicle).rpm(vehicle.speed_kmh) * 4.0),
        0x0D: partial(pids.speed, vehicle),
        0x0F: lambda: u8(vehicle.ambient_degc + 8.0 + 40.0),
        0x1F: lambda: u16(_engine(vehicle).run_s),
        0x21: partial(pids.distance_with_mil, vehicle),
        0x2F: lambda: u8(_engine(vehicle).fuel_share * 255.0),
        0x31: partial(pids.distance_since_clear, vehicle),
        0x42: partial(pids.control_module_voltage, vehicle),
        0x46: partial(pids.ambient, vehicle),
        0x4E: partial(pids.time_since_clear, vehicle),
        0xA6: partial(pids.odometer, vehicle),
    }


def _transmission_fields(vehicle: Vehicle) -> dict[int, j1979.Field]:
    return {
        0x01: lambda: bytes(4),
        0x05: lambda: u8(_engine(vehicle).coolant_degc + 40.0),
        0x0D: partial(pids.speed, vehicle),
        0x42: partial(pids.control_module_voltage, vehicle),
    }


def _transmission_services(vehicle: Vehicle) -> dict[int, Handler]:
    return {
        0x01: j1979.current_data(_transmission_fields(vehicle)),
        0x09: j1979.vehicle_information(None, "TCM-TransmisCtrl"),
        **pids.no_codes(),
        **_DIAGNOSIS,
    }


def _brake_services(vehicle: Vehicle) -> dict[int, Handler]:
    fields: dict[int, j1979.Field] = {0x01: lambda: bytes(4), 0x0D: partial(pids.speed, vehicle)}
    return {0x01: j1979.current_data(fields), **pids.no_codes(), **_DIAGNOSIS}
