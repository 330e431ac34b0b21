"""PIDs of SAE J1979 that any car of ours answers, read from its physics at the moment of asking."""

from collections.abc import Mapping
from functools import partial

from firmware_sim.models.fields import u8, u16, u32
from firmware_sim.protocol import j1979, uds, uds_dtc
from firmware_sim.protocol.answers import Handler
from firmware_sim.protocol.uds_dtc import StoredCode
from firmware_sim.vehicle import Vehicle

PID_DIDS = 0xF400
INFO_DIDS = 0xF800
# ISO 14229-1 annex D.2, and a failure type of SAE J2012 that says no more than "it failed".
_GENERAL_FAILURE = 0x01
_FAILED, _PENDING, _CONFIRMED, _LAMP = 0x01, 0x04, 0x08, 0x80
_FAILURES = 0x01
_WIRING_DROP_V = 0.12
_ABSENT_READINESS = bytes(3)
# Misfire, fuel system and components all the time; catalyst, evaporative system, oxygen sensor and its heater.
_ENGINE_MONITORS = bytes.fromhex("0765")
_MONITORED_KM = 50.0


def monitor_status(vehicle: Vehicle) -> bytes:
    """Return PID 01: the lamp and the number of confirmed codes; no monitor claims to be incomplete."""
    lamp = 0x80 if vehicle.codes.mil_on else 0x00
    return bytes([lamp | len(vehicle.codes.confirmed) & 0x7F]) + _ABSENT_READINESS


def engine_monitor_status(vehicle: Vehicle) -> bytes:
    """Return PID 01 of an engine: its monitors have all run once 50 km lie behind the last clearing."""
    lamp = monitor_status(vehicle)[:1]
    return (
        lamp + _ENGINE_MONITORS + (bytes(1) if vehicle.codes.since_clear_km >= _MONITORED_KM else _ENGINE_MONITORS[1:])
    )


def speed(vehicle: Vehicle) -> bytes:
    """Return PID 0D in km/h."""
    return u8(vehicle.speed_kmh)


def control_module_voltage(vehicle: Vehicle) -> bytes:
    """Return PID 42 in mV: the supply less what the wiring drops."""
    return u16((vehicle.supply_v - _WIRING_DROP_V) * 1_000.0)


def distance_with_mil(vehicle: Vehicle) -> bytes:
    """Return PID 21 in km."""
    return u16(vehicle.codes.mil_km // 1.0)


def distance_since_clear(vehicle: Vehicle) -> bytes:
    """Return PID 31 in km."""
    return u16(vehicle.codes.since_clear_km // 1.0)


def time_since_clear(vehicle: Vehicle) -> bytes:
    """Return PID 4E in minutes."""
    return u16(vehicle.codes.since_clear_s // 60.0)


def ambient(vehicle: Vehicle) -> bytes:
    """Return PID 46 in °C + 40."""
    return u8(vehicle.ambient_degc + 40.0)


def odometer(vehicle: Vehicle) -> bytes:
    """Return PID A6 in 0.1 km."""
    return u32(vehicle.odometer_km * 10.0 // 1.0)


def code_services(vehicle: Vehicle) -> dict[int, Handler]:
    """Return services 02, 03, 07 and 0A over what the car has stored."""
    return {
        0x02: j1979.freeze_frame(lambda: vehicle.codes.freeze),
        0x03: j1979.trouble_codes(lambda: vehicle.codes.confirmed),
        0x07: j1979.trouble_codes(lambda: vehicle.codes.pending),
        0x0A: j1979.trouble_codes(lambda: vehicle.codes.permanent),
    }


def stored_codes(vehicle: Vehicle) -> list[StoredCode]:
    """Return the codes as service 19 lists them; the freeze frame's PIDs are DIDs F4xx there."""
    codes, freeze = vehicle.codes, vehicle.codes.freeze
    return [
        StoredCode(
            code,
            _GENERAL_FAILURE,
            _FAILED
            | (_PENDING if code in codes.pending else 0)
            | (_CONFIRMED | _LAMP if code in codes.confirmed else 0),
            {1: {PID_DIDS | pid: data for pid, data in freeze.fields.items()}}
            if freeze and freeze.code == code
            else {},
            {_FAILURES: bytes([1 + (code in codes.confirmed)])},
        )
        for code in dict.fromkeys((*codes.confirmed, *codes.pending))
    ]


def uds_services(
    vehicle: Vehicle, fields: Mapping[int, j1979.Field], items: Mapping[int, bytes], codes: bool
) -> dict[int, Handler]:
    """Return services 22 and 19 of a car that answers no service of J1979 (J1979-2): PIDs and info types are DIDs."""
    records: dict[int, j1979.Field] = {PID_DIDS | pid: field for pid, field in fields.items()}
    constant = {PID_DIDS | base: bits for base, bits in j1979.support_fields(fields.keys()).items()}
    constant |= {INFO_DIDS | infotype: item for infotype, item in items.items()}
    constant |= {INFO_DIDS | base: bits for base, bits in j1979.support_fields(items.keys()).items()}
    records |= {did: partial(bytes, data) for did, data in constant.items()}
    stored = partial(stored_codes, vehicle) if codes else list
    return {0x22: uds.read_data(records), 0x19: uds_dtc.dtc_information(stored)}


def no_codes() -> dict[int, Handler]:
    """Return services 03, 07 and 0A of an ECU that has nothing to report."""
    return {service: j1979.trouble_codes(tuple) for service in (0x03, 0x07, 0x0A)}
