"""PIDs of SAE J1979 that any car of ours answers, read from its physics at the moment of asking."""

from firmware_sim.models.fields import u8, u16, u32
from firmware_sim.protocol import j1979
from firmware_sim.protocol.answers import Handler
from firmware_sim.vehicle import Vehicle

_WIRING_DROP_V = 0.12
_ABSENT_READINESS = bytes(3)


def monitor_status(vehicle: Vehicle) -> bytes:
    """Return PID 01: the lamp and the number of confirmed codes; no monitor claims to be incomplete."""
    lamp = 0x80 if vehicle.codes.mil_on else 0x00
    return bytes([lamp | len(vehicle.codes.confirmed) & 0x7F]) + _ABSENT_READINESS


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


def no_codes() -> dict[int, Handler]:
    """Return services 03, 07 and 0A of an ECU that has nothing to report."""
    return {service: j1979.trouble_codes(tuple) for service in (0x03, 0x07, 0x0A)}
