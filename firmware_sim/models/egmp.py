"""An electric car on E-GMP: battery unit 7E4, vehicle unit 7E2, charging unit 744, body unit 7A0 with the tyres.

Places and scales: OBDb's Hyundai-IONIQ-5 set and its recorded answers; byte numbers count from 0 after the DID.
"""

from functools import partial

from firmware_sim.models import pids
from firmware_sim.models.fields import Record, s8, s16, s16le, u8, u16, u16le, u32
from firmware_sim.models.plan import EcuPlan
from firmware_sim.physics.traction import Pack
from firmware_sim.physics.tyre import KPA_PER_PSI
from firmware_sim.protocol import j1979, uds
from firmware_sim.protocol.answers import Handler
from firmware_sim.protocol.ecu import Frame
from firmware_sim.usage import Activity
from firmware_sim.vehicle import Vehicle

_BROADCAST_ID = 0x3A0
_DIAGNOSIS = {0x3E: uds.tester_present, 0x10: uds.session_control}


def ecus(vehicle: Vehicle) -> list[EcuPlan]:
    """Return the four ECUs over `vehicle`; two of them know J1979 and hear functional requests."""
    return [
        EcuPlan("vehicle-unit", 0x7E2, 0x7EA, _vehicle_unit_services(vehicle), slow=frozenset({0x09})),
        EcuPlan("battery-unit", 0x7E4, 0x7EC, _battery_unit_services(vehicle)),
        EcuPlan("charging-unit", 0x744, 0x74C, _records({0xE003: partial(_charging, vehicle)}), functional=False),
        EcuPlan("body-unit", 0x7A0, 0x7A8, _records({0xC00B: partial(_tyres, vehicle)}), functional=False),
    ]


def broadcast(vehicle: Vehicle) -> Frame:
    """Return the frame that the vehicle unit sends unasked: ready, speed."""
    ready = 0x01 if vehicle.ignition else 0x00
    return Frame(_BROADCAST_ID, bytes([ready, 0]) + u16(vehicle.speed_kmh * 100.0) + bytes(4))


def _pack(vehicle: Vehicle) -> Pack:
    if vehicle.pack is None:
        raise ValueError("an electric car needs a pack")
    return vehicle.pack


def _records(records: dict[int, j1979.Field]) -> dict[int, Handler]:
    return {0x22: uds.read_data(records), **_DIAGNOSIS}


def _vehicle_unit_services(vehicle: Vehicle) -> dict[int, Handler]:
    fields: dict[int, j1979.Field] = {
        0x01: lambda: bytes(4),
        0x0D: partial(pids.speed, vehicle),
        0x42: partial(pids.control_module_voltage, vehicle),
        0x46: partial(pids.ambient, vehicle),
        0xA6: partial(pids.odometer, vehicle),
    }
    return {
        0x01: j1979.current_data(fields),
        0x09: j1979.vehicle_information(vehicle.build.vin, "VCU-VehicleControl"),
        **pids.no_codes(),
        **_records({0xE004: partial(_vehicle_unit, vehicle)}),
    }


def _battery_unit_services(vehicle: Vehicle) -> dict[int, Handler]:
    fields: dict[int, j1979.Field] = {
        0x01: partial(pids.monitor_status, vehicle),
        0x21: partial(pids.distance_with_mil, vehicle),
        0x31: partial(pids.distance_since_clear, vehicle),
        0x42: partial(pids.control_module_voltage, vehicle),
        0x5B: lambda: u8(_pack(vehicle).soc * 255.0),
        0x9A: lambda: _hybrid_system(vehicle),
    }
    return {
        0x01: j1979.current_data(fields),
        0x09: j1979.vehicle_information(None, "BECM-BatteryControl"),
        **pids.code_services(vehicle),
        **_records({0x0101: partial(_battery, vehicle), 0x0105: partial(_battery_health, vehicle)}),
    }


def _hybrid_system(vehicle: Vehicle) -> bytes:
    """Return PID 9A: which items are supported, the pack's voltage in V/64 and its current in 0.1 A."""
    pack = _pack(vehicle)
    return bytes([0x06, 0x00]) + u16(pack.voltage_v * 64.0) + s16(pack.current_a * 10.0)


def _battery(vehicle: Vehicle) -> bytes:
    """Return DID 0101: charge, relay and charging bits, current, voltage, temperatures, cells, 12 V, counters."""
    pack = _pack(vehicle)
    charging = vehicle.activity is Activity.CHARGE and pack.power_kw < 0.0
    port = 0x40 if pack.power_kw < -20.0 else 0x20
    record = Record(59)
    record.put(0, bytes.fromhex("EFFBE7EF"))
    record.put(4, u8(pack.bms_soc * 200.0))
    record.put(9, u8((0x80 | port if charging else 0x00) | (0x01 if vehicle.ignition else 0x00)))
    record.put(10, s16(pack.current_a * 10.0))
    record.put(12, u16(pack.voltage_v * 10.0))
    record.put(14, s8(pack.temperature_degc + 1.0) + s8(pack.temperature_degc - 1.0))
    record.put(16, s8(pack.temperature_degc) * 5)
    record.put(22, u8(vehicle.ambient_degc + 40.0))
    record.put(23, u8(pack.cell_v * 50.0) + u8(17) + u8(pack.cell_v * 50.0 - 1.0) + u8(98))
    record.put(29, u8(vehicle.supply_v * 10.0))
    record.put(30, u32(vehicle.odometer_km * 2.9) + u32(vehicle.odometer_km * 2.8))
    record.put(38, u32(vehicle.odometer_km * 2.1) + u32(vehicle.odometer_km * 2.0))
    record.put(46, u32(vehicle.odometer_km * 90.0))
    record.put(50, u8(0x04 if vehicle.ignition else 0x00))
    record.put(51, u16(pack.voltage_v if vehicle.ignition else 0.0))
    record.put(53, s16(vehicle.speed_kmh * 80.0) * 2)
    record.put(57, u16(3_000))
    return record.data()


def _battery_health(vehicle: Vehicle) -> bytes:
    """Return DID 0105: state of health in 0.1 %, energy in 2 Wh, displayed charge in 0.5 %."""
    pack = _pack(vehicle)
    record = Record(43)
    record.put(0, bytes.fromhex("FFFB740F"))
    record.put(25, u16(pack.soh * 1_000.0))
    record.put(28, u16(pack.soc * pack.capacity_kwh * pack.soh * 500.0))
    record.put(31, u8(pack.soc * 200.0))
    return record.data()


def _charging(vehicle: Vehicle) -> bytes:
    """Return DID E003: the charging unit's view of pack voltage and displayed charge."""
    pack = _pack(vehicle)
    record = Record(47)
    record.put(0, bytes.fromhex("FFFFFFFF"))
    record.put(13, u16(pack.voltage_v * 10.0))
    record.put(15, u8(pack.soc * 200.0))
    return record.data()


def _vehicle_unit(vehicle: Vehicle) -> bytes:
    """Return DID E004: speed in 1/64 km/h and the 12 V battery in 0.4883 mV, both low byte first."""
    record = Record(31)
    record.put(0, bytes.fromhex("FC000005"))
    record.put(10, s16le(vehicle.speed_kmh * 64.0))
    record.put(12, u16le(vehicle.supply_v / 0.0004883))
    return record.data()


def _tyres(vehicle: Vehicle) -> bytes:
    """Return DID C00B: per wheel (FL FR RL RR) pressure in 0.2 psi, °C + 50, flag, 0, status.

    While a sensor sleeps its pressure is 0, its flag 00 and its status 02: no data, not a flat tyre.
    """
    record = Record(33, fill=0xAA)
    record.put(0, bytes.fromhex("FFFFFF80"))
    for wheel, tyre in enumerate(vehicle.tyres):
        at = 4 + 5 * wheel
        if not vehicle.tyre_sensors_awake:
            record.put(at, bytes([0x00, 0x00, 0x00, 0x00, 0x02]))
            continue
        psi = (tyre.gauge_kpa + vehicle.tyre_noise_kpa[wheel]) / KPA_PER_PSI
        record.put(at, u8(psi * 5.0) + u8(tyre.air_degc + 50.0) + bytes([0x01, 0x00, 0x00]))
    return record.data()
