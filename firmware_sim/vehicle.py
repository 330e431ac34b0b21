"""One car's physics, stepped in domain time on a fixed grid; two cars with one seed do the same."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from firmware_sim.codes import Codes
from firmware_sim.physics.engine import Engine
from firmware_sim.physics.lead_acid import CHARGING_V, LeadAcid
from firmware_sim.physics.motion import next_speed_kmh
from firmware_sim.physics.place import Place, on_ring
from firmware_sim.physics.traction import Pack
from firmware_sim.physics.tyre import Tyre
from firmware_sim.usage import HOUR_S, Activity, Phase

STEP_S: Final = 5.0
WHEELS: Final = ("front_left", "front_right", "rear_left", "rear_right")
_SUPPLY_NOISE_V: Final = 0.02
_TYRE_NOISE_KPA: Final = 0.3
_SLEEP_AFTER_S: Final = 120.0
_ASLEEP_A: Final = 0.025
_AWAKE_A: Final = 8.0
_TYRE_SENSORS_WAKE_KMH: Final = 25.0
_TYRE_SENSORS_WAKE_S: Final = 120.0
_TYRE_SENSORS_SLEEP_S: Final = 1_200.0


@dataclass(frozen=True)
class Build:
    """What a car is: made once, never changed; `consumption` is kWh/km at rest, and its growth with speed squared."""

    vehicle: str
    model: str
    vin: str
    seed: int
    home: tuple[float, float]
    placard_kpa: float
    consumption_kwh_km: float = 0.115
    drag_kwh_km_kmh2: float = 8.5e-6
    auxiliary_kw: float = 1.2


@dataclass
class Vehicle:
    """One car's state; `engine` or `pack` is None where it has none."""

    build: Build
    odometer_km: float
    battery: LeadAcid
    tyres: list[Tyre]
    engine: Engine | None
    pack: Pack | None
    codes: Codes = field(default_factory=Codes)
    elapsed_s: float = 0.0
    driven_km: float = 0.0
    speed_kmh: float = 0.0
    ignition: bool = True
    activity: Activity = Activity.IDLE
    stranded: bool = False
    no_start: bool = False
    disconnected: bool = False
    drain_a: float = 0.0
    leaks_kpa_per_day: list[float] = field(default_factory=lambda: [0.0] * 4)
    supply_v: float = CHARGING_V
    tyre_noise_kpa: list[float] = field(default_factory=lambda: [0.0] * 4)
    _off_s: float = 0.0
    _moving_s: float = 0.0
    _crank_v: float | None = None
    _phase: Phase | None = None
    _road: random.Random = field(init=False, compare=False)
    _noise: random.Random = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Make the seeded sources of chance: one for the road, one for the sensors."""
        self._road = random.Random(f"{self.build.seed}/{self.build.vehicle}/road")
        self._noise = random.Random(f"{self.build.seed}/{self.build.vehicle}/sensors")

    @property
    def awake(self) -> bool:
        """Whether the ECUs are awake: ignition on, or off for less than two minutes; never without a 12 V supply."""
        return not self.disconnected and (self.ignition or self._off_s < _SLEEP_AFTER_S)

    @property
    def tyre_sensors_awake(self) -> bool:
        """Whether the wheels have been turning long enough for their sensors to have reported."""
        return self._moving_s >= _TYRE_SENSORS_WAKE_S

    @property
    def powered(self) -> bool:
        """Whether the 12 V net is held up: by the alternator, or by the DC-DC converter."""
        if self.disconnected:
            return False
        if self.engine is not None:
            return self.ignition and self.engine.running
        return self.ignition and self.pack is not None and self.pack.soc > 0.0

    @property
    def ambient_degc(self) -> float:
        """The outside temperature: three degrees up and down through the day."""
        return 17.0 + 3.0 * math.sin(2.0 * math.pi * (self.elapsed_s / HOUR_S - 2.0) / 24.0)

    @property
    def place(self) -> Place:
        """Where the car is."""
        return on_ring(*self.build.home, self.driven_km)

    def step(self, phase: Phase, dt_s: float = STEP_S) -> None:
        """Live through `dt_s` of `phase`; every step draws the same number of random numbers."""
        self._crank_v = None
        road, *noise = self._road.gauss(), *(self._noise.gauss() for _ in range(5))
        self._switch(phase)
        self._move(phase, road, dt_s)
        self._spend(phase, dt_s)
        self._feed_battery(dt_s)
        self._roll_tyres(dt_s)
        self.elapsed_s += dt_s
        self._sense(noise)

    def strand(self) -> None:
        """Come to a stand where the car is; the engine dies, the ignition stays on."""
        self.stranded = True
        if self.engine is not None:
            self.engine = self.engine.stopped()

    def disconnect(self) -> None:
        """Take the 12 V battery off: everything is dead, and the ECUs forget what is not permanent."""
        self.disconnected = True
        self.codes = self.codes.wiped()
        self.supply_v = 0.0

    def connect(self) -> None:
        """Put the 12 V battery back."""
        self.disconnected = False
        self.supply_v = self.battery.terminal_v(self._load_a())

    def _switch(self, phase: Phase) -> None:
        entered, self._phase = phase is not self._phase, phase
        if entered and phase.refuel and self.engine is not None:
            self.engine = replace(self.engine, fuel_l=0.95 * self.engine.tank_l)
        if entered:
            self.no_start = False
        wanted = phase.activity is not Activity.PARK
        self.activity = phase.activity
        if wanted and not self.ignition and not self.no_start and not self.stranded:
            self._start()
        elif not wanted and self.ignition:
            self.ignition = False
            self.engine = None if self.engine is None else self.engine.stopped()
        elif wanted and self.ignition and not self.powered and not self.stranded:
            self._start()

    def _start(self) -> None:
        """Turn the key; a weak battery clicks and that is all, and without one not even that."""
        if self.disconnected:
            return
        if self.engine is not None and self.engine.fuel_l <= 0.0:
            return
        if self.engine is not None:
            self._crank_v = self.battery.crank_v()
        if not self.battery.can_start():
            self.no_start = True
            return
        self.ignition = True
        self._off_s = 0.0
        if self.engine is not None:
            self.engine = self.engine.started()

    def _move(self, phase: Phase, draw: float, dt_s: float) -> None:
        moves = phase.activity is Activity.DRIVE and self.powered and not self.stranded
        self.speed_kmh = next_speed_kmh(self.speed_kmh, phase.traffic, draw, dt_s) if moves else 0.0
        km = self.speed_kmh * dt_s / HOUR_S
        self.odometer_km += km
        self.driven_km += km
        mil_km = self.codes.mil_km + km if self.codes.mil_on else 0.0
        self.codes = replace(
            self.codes,
            mil_km=mil_km,
            since_clear_km=self.codes.since_clear_km + km,
            since_clear_s=self.codes.since_clear_s + (dt_s if self.powered else 0.0),
        )

    def _spend(self, phase: Phase, dt_s: float) -> None:
        if self.engine is not None:
            self.engine = self.engine.after(dt_s, speed_kmh=self.speed_kmh, ambient_degc=self.ambient_degc)
        if self.pack is None:
            return
        power_kw = 0.0
        if phase.activity is Activity.CHARGE and not self.stranded:
            power_kw = -phase.power_kw if self.pack.soc < 0.97 else 0.0
        elif self.ignition:
            per_km = self.build.consumption_kwh_km + self.build.drag_kwh_km_kmh2 * self.speed_kmh**2
            power_kw = self.build.auxiliary_kw + per_km * self.speed_kmh
        self.pack = self.pack.after(dt_s, power_kw=power_kw, ambient_degc=self.ambient_degc)

    def _feed_battery(self, dt_s: float) -> None:
        if self.powered:
            self.battery = self.battery.charged(dt_s)
            self._off_s = 0.0
            return
        if not self.ignition:
            self._off_s += dt_s
        self.battery = self.battery.discharged(self._load_a(), dt_s)

    def _load_a(self) -> float:
        return (_AWAKE_A if self.awake else _ASLEEP_A) + self.drain_a

    def _roll_tyres(self, dt_s: float) -> None:
        if self.speed_kmh > _TYRE_SENSORS_WAKE_KMH:
            self._moving_s += dt_s
        elif self._off_s > _TYRE_SENSORS_SLEEP_S:
            self._moving_s = 0.0
        self.tyres = [
            tyre.after(dt_s, ambient_degc=self.ambient_degc, speed_kmh=self.speed_kmh).leaked(leak, dt_s)
            for tyre, leak in zip(self.tyres, self.leaks_kpa_per_day, strict=True)
        ]

    def _sense(self, noise: Sequence[float]) -> None:
        clean_v = CHARGING_V if self.powered else self.battery.terminal_v(self._load_a())
        if self._crank_v is not None:
            clean_v = self._crank_v
        if self.disconnected:
            clean_v = 0.0
        self.supply_v = max(0.0, clean_v + _SUPPLY_NOISE_V * noise[0])
        self.tyre_noise_kpa = [_TYRE_NOISE_KPA * draw for draw in noise[1:]]
