"""The 12 V system of one car, leg by leg: charge, drain, ageing, starting, and what charges it.

A battery is an electromotive force behind a resistance that grows with wear, cold and lack of charge. A petrol
engine is cranked by it; hybrids and electric cars only wake on it and charge it through a DC-DC converter.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Floats, Ints, arrivals, randomness
from firmware_sim.fleet.battery import WORN, Battery, emf_v
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.trips import Legs
from firmware_sim.fleet.truth import Event

DRAINS_A_YEAR: Final = 0.012  # a module that no longer sleeps, a camera wired to the battery
LEFT_ON_A_YEAR: Final = 0.010  # lights left on over one park
CHARGING_A_YEAR: Final = 0.008  # alternator, belt, wiring or DC-DC converter
HELP_S: Final = 3_000.0
LEAST_CRANK_V: Final = 7.6  # sustained; below it the engine's control unit resets
LEAST_WAKE_V: Final = 10.4  # under the load of waking up, for a car that needs no starter
WAKE_A: Final = 28.0
RUNNING_A: Final = 32.0  # what a running car takes, where nothing gives it
FIRST_PEAK: Final = 2.6  # the starter's first current over its sustained one
TOP_UP_SOC: Final = 0.62  # where an electric car's converter wakes to charge its 12 V battery
SURFACE_S: Final = 5_000.0  # surface charge fades so


class Parks(NamedTuple):
    """One row for each rest: its time, charge at its beginning, drain, surface charge, capacity and wear."""

    since_s: Floats
    until_s: Floats
    soc: Floats
    drain_a: Floats
    surface_v: Floats
    ah: Floats
    wear: Floats

    def rest_v(self, t_s: Floats, park: Ints, degc: Floats, is_agm: bool) -> Floats:
        """Return the voltage at rest at `t_s`, which lies in `park`."""
        gone_s = np.maximum(t_s - self.since_s[park], 0.0)
        soc = np.maximum(self.soc[park] - self.drain_a[park] * gone_s / HOUR_S / self.ah[park], 0.005)
        return np.asarray(emf_v(soc, degc, is_agm) + self.surface_v[park] * np.exp(-gone_s / SURFACE_S))


class Story(NamedTuple):
    """What the 12 V system did: its rests, each driven leg's start and run, its faults, and the starts that failed."""

    parks: Parks
    wake_v: Floats
    crank_low_v: Floats
    crank_held_v: Floats
    run_v: Floats
    events: list[Event]
    failed: list[tuple[float, float, float]]  # when, volts waking, volts under load


class _System:
    """The walk over the legs: every park drains, every leg starts and charges."""

    def __init__(self, seed: int, car: Car, days: int, rate: float, warm: float) -> None:
        self.battery = Battery(seed, car, days, rate, warm)
        self.rng, self.car, self.days = self.battery.rng, car, days
        self.soc, self.surface_v = float(self.rng.uniform(0.7, 0.95)), 0.1
        self.drains = arrivals(self.rng, DRAINS_A_YEAR * rate, days)
        self.left_on = arrivals(self.rng, LEFT_ON_A_YEAR * rate, days)
        self.charging_s = (arrivals(randomness(seed, car.number, "charging_system"), CHARGING_A_YEAR * rate, days)
                           or [math.inf])[0]  # fmt: skip
        self.drain: Event | None = None
        self.drain_a = 0.0
        self.looked_s = 0.0
        self.fault: Event | None = None
        self.gives = 1.0
        self.starter_a = float(self.rng.normal(165.0, 12.0)) * (1.12 if car.usage == "van" else 1.0)
        self.events: list[Event] = []
        self.failed: list[tuple[float, float, float]] = []

    def begin(self, t_s: float) -> None:
        """Let what is due by `t_s` begin: wear that shows, a drain, a charging fault, a treatment."""
        battery = self.battery
        onset_s = battery.worn_s - battery.decline_s
        if battery.event is None and math.isfinite(battery.worn_s) and t_s >= onset_s:
            battery.event = Event("low_voltage_battery", max(onset_s, 0.0), {"kind": "wear"})
            self.events.append(battery.event)
            if self.rng.random() < 0.15 + 0.4 * self.car.care:
                battery.treat_s = onset_s + float(self.rng.uniform(0.2, 2.2)) * battery.decline_s
        if battery.event is not None and t_s >= battery.treat_s >= 0.0:
            battery.event.treated_s = max(battery.treat_s, battery.event.onset_s)
            battery.event.numbers["treatment"] = "replaced"
            battery.replace(t_s)
            battery.treat_s = math.inf
            self.soc = 0.9
        if self.drain is None and self.drains and t_s >= self.drains[0]:
            self.drain_a = math.exp(self.rng.uniform(math.log(0.15), math.log(1.3)))
            self.drain = Event("low_voltage_battery", self.drains.pop(0), {
                "kind": "drain", "drain_ma": round(1_000.0 * self.drain_a)
            })  # fmt: skip
            self.events.append(self.drain)
        elif self.drain is not None and self.drain.numbers["kind"] == "drain" and self._is_found(t_s):
            self._treat(self.drain, t_s, "found")
            self.drain, self.drain_a = None, 0.0
        if self.fault is not None and self._is_found(t_s):
            self._treat(self.fault, t_s, "repaired")
            self.mend()
        elif self.fault is None and t_s >= self.charging_s:
            self.gives = float(self.rng.choice([0.0, 0.0, self.rng.uniform(0.1, 0.55)]))
            kind = "dead" if self.gives == 0.0 else "weak"
            self.fault = Event("charging_system", self.charging_s, {"kind": kind, "share": round(self.gives, 3)})
            self.events.append(self.fault)

    def _is_found(self, t_s: float) -> bool:
        """Say whether the driver goes to a workshop today; careful ones do so in some weeks."""
        days, self.looked_s = (t_s - self.looked_s) / DAY_S, t_s
        return bool(self.rng.random() < 1.0 - math.exp(-days * 0.03 * self.car.care))

    def _treat(self, event: Event, t_s: float, how: str) -> None:
        if event.is_open:
            event.treated_s, event.numbers["treatment"] = max(t_s, event.onset_s), how

    def park(self, since_s: float, until_s: float) -> tuple[float, ...]:
        """Drain through a park and return its row of `Parks`."""
        battery, soc, surface_v = self.battery, self.soc, self.surface_v
        wear = battery.wear(since_s)
        ah, hours = battery.ah(wear), max(until_s - since_s, 1.0) / HOUR_S
        amps = battery.standby_a + self.drain_a + ah * (0.03 + 0.15 * wear**6) / (30.4 * 24.0)
        amps += self._lights_a(since_s, hours, ah)
        tops_up = self.car.kind.powertrain == "bev" and self.fault is None and amps < 1.5
        floor = min(soc, TOP_UP_SOC) if tops_up else 0.01
        self.soc = max(floor, soc - amps * hours / ah)
        self.surface_v *= math.exp(-hours * HOUR_S / SURFACE_S)
        return since_s, until_s, soc, (soc - self.soc) * ah / hours, surface_v, ah, wear

    def _lights_a(self, since_s: float, hours: float, ah: float) -> float:
        """Return what was left on over this park; only what empties the battery is told of."""
        if not self.left_on or since_s < self.left_on[0] or self.drain is not None:
            return 0.0
        lights_a = float(self.rng.uniform(1.5, 5.0))
        if hours * lights_a < 0.7 * self.soc * ah:
            return 0.0
        self.left_on.pop(0)
        numbers: dict[str, float | str] = {"kind": "left_on", "drain_ma": round(1_000.0 * lights_a)}
        self.drain = Event("low_voltage_battery", since_s, numbers, service="jump_start")
        self.events.append(self.drain)
        return lights_a

    def start(self, t_s: float, degc: float) -> tuple[float, float, float, bool]:
        """Return volts when waking, at the first peak and while cranking, and whether the car starts."""
        wear = self.battery.wear(t_s)
        ohm = self.battery.ohm(wear, self.soc, degc)
        open_v = float(emf_v(self.soc, degc, self.battery.is_agm)) + self.surface_v
        wake_v = open_v - 6.0 * ohm - 0.05
        if not self.car.cranks:
            loaded_v = open_v - WAKE_A * (ohm + (0.06 * max(0.0, 0.16 - self.soc) / 0.16))
            return wake_v, math.nan, loaded_v, loaded_v >= LEAST_WAKE_V and self.soc > 0.03
        amps = self.starter_a * (1.0 + 0.011 * (25.0 - degc))
        held_v = open_v - amps * ohm
        low_v = open_v - min(FIRST_PEAK * amps * ohm, 0.55 * open_v)
        return wake_v, low_v, held_v, held_v >= LEAST_CRANK_V

    def fail(self, t_s: float, wake_v: float, held_v: float) -> None:
        """Note a start that failed, and the help that came."""
        self.failed.append((t_s, wake_v, held_v))
        blamed = self.fault or self.drain or self.battery.event
        if blamed is None:
            kind = "rundown" if self.soc < 0.45 else "cold"
            blamed = Event("low_voltage_battery", max(0.0, t_s - DAY_S), {"kind": kind})
            self._learn()
            self.events.append(blamed)
        if blamed.is_open:
            blamed.breakdown_s = t_s
        if blamed.cause == "charging_system":
            self.mend()
        elif self.drain is not None:
            blamed.service = "jump_start"
            self.drain, self.drain_a = None, 0.0
        worn = self.battery.event
        if self.battery.wear(t_s) > WORN or worn is not None:
            if worn is not None and worn.is_open:  # help for another cause finds it
                worn.treated_s, worn.numbers["treatment"] = t_s + HELP_S, "replaced"
            self.battery.replace(t_s)
            self.battery.treat_s = math.inf
        self.soc, self.surface_v = max(self.soc, 0.75), 0.1

    def _learn(self) -> None:
        """Let a driver who was stranded without a fault keep a charger at hand, and buy a stronger battery."""
        self.battery.standby_a *= 0.5
        self.battery.spread = min(self.battery.spread, 0.85)
        self.starter_a *= 0.9

    def started(self) -> None:
        """Note a start that went well: what was left on over the park is off now, and did no harm."""
        if self.drain is not None and self.drain.numbers["kind"] == "left_on":
            self.events.remove(self.drain)
            self.drain = None

    def mend(self) -> None:
        """Repair what charges the battery."""
        self.fault, self.gives, self.charging_s = None, 1.0, math.inf

    def drive(self, start_s: float, end_s: float, degc: float, idling: float) -> tuple[float, float]:
        """Charge through a leg; return the voltage of the supply and when it ran down (NaN: it did not)."""
        wear, hours = self.battery.wear(start_s), (end_s - start_s) / HOUR_S
        ah = self.battery.ah(wear)
        if self.gives < 1.0 and self.fault is not None:
            amps = RUNNING_A * (0.45 - self.gives)
            after = self.soc - amps * hours / ah
            self.surface_v = 0.0
            if after > 0.06:
                self.soc = min(after, max(self.soc, 0.9))
                return 11.9 + 0.9 * self.gives + 0.5 * self.soc, math.nan
            stop_s = start_s + max(120.0, (self.soc - 0.06) * ah / max(amps, 0.1) * HOUR_S)
            if self.fault.is_open:
                self.fault.breakdown_s = stop_s
            self.mend()
            self.soc = 0.8
            return 11.6, stop_s
        most = self.battery.most_soc(wear)
        tau_h = 1.2 * (1.0 + 0.025 * max(0.0, 20.0 - degc)) * (1.0 + 0.8 * idling * float(self.car.cranks))
        if most > self.soc:
            self.soc = most + (self.soc - most) * math.exp(-hours / tau_h)
        self.surface_v = 0.24 + (self.surface_v - 0.24) * math.exp(-hours / 0.22)
        return 14.3 - 0.008 * (degc - 20.0), math.nan


def live(seed: int, car: Car, days: int, rate: float, legs: Legs, degc: Floats, warm: float) -> Story:
    """Return the story of the 12 V system over `legs`, which lose what a failed start or a dead supply prevents.

    `degc` is the battery's temperature at each leg's start, `warm` how hot the place is, 0 cold to 1 hot.
    """
    system = _System(seed, car, days, rate, warm)
    parks: list[tuple[float, ...]] = []
    drives = np.full((4, len(legs)), math.nan)
    since_s = 0.0
    for at, (start_s, end_s) in enumerate(zip(legs.start_s.tolist(), legs.end_s.tolist(), strict=True)):
        system.begin(since_s)
        parks.append(system.park(since_s, max(start_s, since_s)))
        wake_v, low_v, held_v, is_started = system.start(start_s, float(degc[at]))
        if not is_started:
            system.fail(start_s, wake_v, held_v)
            legs.gone[at] = True
            since_s = start_s + HELP_S
            continue
        system.started()
        run_v, stop_s = system.drive(start_s, end_s, float(degc[at]), float(legs.idling[at]))
        drives[:, at] = (wake_v, low_v, held_v, run_v)
        if not math.isnan(stop_s):
            legs.end_s[at] = min(end_s, stop_s)
        since_s = float(legs.end_s[at])
    system.begin(since_s)
    parks.append(system.park(since_s, max(days * DAY_S, since_s)))
    keep = ~legs.gone
    wake_v, low_v, held_v, run_v = drives[:, keep]
    return Story(Parks(*np.array(parks).T), wake_v, low_v, held_v, run_v, system.events, system.failed)
