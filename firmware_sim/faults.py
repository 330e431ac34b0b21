"""What can go wrong with a car: each fault knows when it sets in, what it does, what breaks and what cures it."""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from firmware_sim.codes import Codes
from firmware_sim.protocol.j1979 import FreezeFrame
from firmware_sim.usage import HOUR_S, Phase, charge, drive, park
from firmware_sim.vehicle import WHEELS, Vehicle

TOWS: Final = frozenset({"tow", "flatbed_tow"})
_LOW_TYRE_SHARE: Final = 0.75  # FMVSS 138 and JT/T 1429: a quarter below the placard
_CHARGED_BY_VAN: Final = 0.15


class Fault(Protocol):
    """One fault; `service` is the help that fits best, `cures` every one that would do."""

    @property
    def cause(self) -> str: ...

    @property
    def service(self) -> str: ...

    @property
    def cures(self) -> frozenset[str]: ...

    def has_begun(self, vehicle: Vehicle) -> bool:
        """Whether the fault has set in."""

    def act(self, vehicle: Vehicle) -> list[str]:
        """Do to `vehicle` what the fault does now; return what a workshop would call an event."""

    def has_broken_down(self, vehicle: Vehicle) -> bool:
        """Whether the driver is stranded by it."""

    def cure(self, vehicle: Vehicle, service: str) -> tuple[Phase, ...]:
        """Undo the fault by `service`; return what the driver does next."""


@dataclass(frozen=True)
class Drain:
    """Something keeps drawing current from the 12 V battery of the parked car."""

    onset_h: float
    current_a: float
    cause: str = "low_voltage_battery"
    service: str = "jump_start"
    cures: frozenset[str] = TOWS | {"jump_start", "battery_exchange", "mobile_mechanic"}

    def has_begun(self, vehicle: Vehicle) -> bool:
        return vehicle.elapsed_s >= self.onset_h * HOUR_S

    def act(self, vehicle: Vehicle) -> list[str]:
        vehicle.drain_a = self.current_a if self.has_begun(vehicle) else 0.0
        return []

    def has_broken_down(self, vehicle: Vehicle) -> bool:
        return vehicle.no_start

    def cure(self, vehicle: Vehicle, service: str) -> tuple[Phase, ...]:
        vehicle.drain_a = 0.0
        vehicle.no_start = False
        if service == "battery_exchange":
            vehicle.battery = replace(vehicle.battery, soc=0.95, health=1.0)
        else:
            vehicle.battery = replace(vehicle.battery, soc=max(0.5, vehicle.battery.soc))
        return (drive(1.0, 40.0), park(1.0)) if service not in TOWS else (park(6.0),)


@dataclass(frozen=True)
class Leak:
    """One tyre loses pressure."""

    onset_h: float
    wheel: str
    kpa_per_day: float
    cause: str = "tyre"
    service: str = "tyre_change"
    cures: frozenset[str] = TOWS | {"tyre_change"}

    def has_begun(self, vehicle: Vehicle) -> bool:
        return vehicle.elapsed_s >= self.onset_h * HOUR_S

    def act(self, vehicle: Vehicle) -> list[str]:
        vehicle.leaks_kpa_per_day[WHEELS.index(self.wheel)] = self.kpa_per_day if self.has_begun(vehicle) else 0.0
        return []

    def has_broken_down(self, vehicle: Vehicle) -> bool:
        return vehicle.tyres[WHEELS.index(self.wheel)].cold_kpa < _LOW_TYRE_SHARE * vehicle.build.placard_kpa

    def cure(self, vehicle: Vehicle, service: str) -> tuple[Phase, ...]:
        at = WHEELS.index(self.wheel)
        vehicle.leaks_kpa_per_day[at] = 0.0
        vehicle.tyres[at] = replace(vehicle.tyres[at], cold_kpa=vehicle.build.placard_kpa)
        return (park(6.0),) if service in TOWS else ()


@dataclass(frozen=True)
class Shortage:
    """The traction battery runs empty before the driver finds a charger; sets in with the low-charge lamp."""

    lamp_soc: float = 0.2
    cause: str = "traction_battery"
    service: str = "mobile_charge"
    cures: frozenset[str] = TOWS | {"mobile_charge"}

    def has_begun(self, vehicle: Vehicle) -> bool:
        return vehicle.pack is not None and vehicle.pack.soc < self.lamp_soc

    def act(self, vehicle: Vehicle) -> list[str]:
        return []

    def has_broken_down(self, vehicle: Vehicle) -> bool:
        return vehicle.pack is not None and vehicle.pack.soc <= 0.0

    def cure(self, vehicle: Vehicle, service: str) -> tuple[Phase, ...]:
        if vehicle.pack is not None and service not in TOWS:
            vehicle.pack = replace(vehicle.pack, soc=min(1.0, vehicle.pack.soc + _CHARGED_BY_VAN))
        return (charge(1.0, 50.0),) if service in TOWS else (drive(0.3, 20.0), charge(1.0, 50.0))


@dataclass(frozen=True)
class Code:
    """A trouble code that is pending on the first trip, confirmed on the next, and in the end stops the engine."""

    pending_h: float
    confirmed_h: float
    dies_h: float
    code: str
    cause: str = "dtc"
    service: str = "mobile_mechanic"
    cures: frozenset[str] = TOWS | {"mobile_mechanic"}

    def has_begun(self, vehicle: Vehicle) -> bool:
        return vehicle.elapsed_s >= self.pending_h * HOUR_S

    def act(self, vehicle: Vehicle) -> list[str]:
        codes = vehicle.codes
        if vehicle.elapsed_s >= self.confirmed_h * HOUR_S and self.code not in codes.confirmed:
            frame = FreezeFrame(self.code, _frozen(vehicle))
            listed = (self.code,)
            vehicle.codes = replace(codes, pending=listed, confirmed=listed, permanent=listed, freeze=frame)
            return [f"{self.code} confirmed"]
        if self.has_begun(vehicle) and self.code not in codes.pending:
            vehicle.codes = replace(codes, pending=(self.code,))
            return [f"{self.code} pending"]
        return []

    def has_broken_down(self, vehicle: Vehicle) -> bool:
        return vehicle.elapsed_s >= self.dies_h * HOUR_S

    def cure(self, vehicle: Vehicle, service: str) -> tuple[Phase, ...]:
        vehicle.codes = Codes(since_clear_km=0.0, since_clear_s=0.0)
        return (park(6.0),) if service in TOWS else ()


def _frozen(vehicle: Vehicle) -> dict[int, bytes]:
    """Return the PIDs that a freeze frame keeps: load, coolant, revolutions, speed (bytes as in mode 01)."""
    engine = vehicle.engine
    if engine is None:
        return {}
    speed = min(255, round(vehicle.speed_kmh))
    return {
        0x04: bytes([round(engine.load(speed) * 255)]),
        0x05: bytes([round(engine.coolant_degc) + 40]),
        0x0C: round(engine.rpm(speed) * 4).to_bytes(2, "big"),
        0x0D: bytes([speed]),
    }
