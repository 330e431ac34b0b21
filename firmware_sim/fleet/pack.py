"""A traction battery and its driver: what a leg takes, where and when it is charged, what fails at the pile.

The charge is told as a share 0..1 of what is left of the capacity.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import HOUR_S, Floats, arrivals, randomness
from firmware_sim.fleet.decline import Course, Decline, declines
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.trips import Legs
from firmware_sim.fleet.truth import Event

CELLS: Final = Course("traction_cells", 0.0008, 35.0, 0.7, 0.25, ("imbalance", "thermal"))
FORGETS_A_YEAR: Final = 0.003  # drivers who gamble with the last of the charge
CHARGING_A_YEAR: Final = 0.005  # charger, charge port or its lock
PILE_FAILS: Final = 0.015  # of the sessions at a public pile
HOME_KW: Final = 7.0
PILE_KW: Final = 70.0
SETTLE_S: Final = 600.0  # from stopping to plugging in
DELIVERING, ENDED, BROKEN_OFF = 2, 3, 4
FAULT_CODES: Final = (1, 2, 4, 5)  # charger, port or lock, talk, heat
PILE_FAULT: Final = 3


class Session(NamedTuple):
    """One session: its time, charge before and after, its power, how it ended and what stopped it."""

    start_s: float
    end_s: float
    soc_from: float
    soc_to: float
    power_kw: float
    state: int
    fault: int


class Pack(NamedTuple):
    """What the pack did: charge at each leg's start and end, power, sessions, cells that part, and the truth."""

    start: Floats
    end: Floats
    kw: Floats
    sessions: list[Session]
    cells: list[Decline]
    soh: float
    events: list[Event]


class _Driver:
    """Decides when to charge; remembers what of the truth is open."""

    def __init__(self, seed: int, car: Car, days: int, rate: float) -> None:
        self.rng = randomness(seed, car.number, "pack")
        faults = randomness(seed, car.number, "charging")
        self.car = car
        self.forgets = arrivals(faults, FORGETS_A_YEAR * rate, days)
        self.broken = arrivals(faults, CHARGING_A_YEAR * rate, days)
        self.soh = float(np.clip(1.0 - 0.024 * car.age_years**0.8 + self.rng.normal(0.0, 0.01), 0.6, 1.0))
        self.kwh = car.pack_kwh * self.soh
        home = car.has_home_charger
        self.threshold = float(self.rng.uniform(0.35, 0.75) if home else self.rng.uniform(0.25, 0.5))
        self.goal = float(self.rng.choice([0.8, 0.9, 1.0]))
        self.soc = float(self.rng.uniform(0.4, 0.95))
        self.gamble: Event | None = None
        self.fault: Event | None = None
        self.failures = 0
        self.code = 0
        self.events: list[Event] = []
        self.sessions: list[Session] = []

    def begin(self, t_s: float) -> None:
        """Let what is due begin."""
        if self.fault is None and self.broken and t_s >= self.broken[0]:
            onset_s = self.broken.pop(0)
            self.code = int(self.rng.choice(FAULT_CODES))
            self.fault = Event("charging", onset_s, {"fault": float(self.code)})
            self.failures = 0
        if self.gamble is None and self.forgets and t_s >= self.forgets[0] and self.soc < 0.45:
            self.forgets.pop(0)
            self.gamble = Event("traction_battery", t_s, {"soc_pct": round(100.0 * self.soc, 1)})
            self.events.append(self.gamble)

    def park(self, since_s: float, until_s: float, need: float) -> bool:
        """Charge in a park if it is time to; return whether the next leg, which takes `need`, can be driven."""
        length_s = until_s - since_s - 2.0 * SETTLE_S
        short = self.soc < 1.35 * need + 0.06
        wants = self.soc < self.threshold or short
        if self.gamble is not None:
            wants = self.soc < 0.06 and self.rng.random() < 0.15
            if wants:
                self.gamble.treated_s, self.gamble = since_s + SETTLE_S, None
        if wants and length_s > 600.0:
            at_home = self.car.has_home_charger and length_s > 3.0 * HOUR_S
            self._plug(since_s + SETTLE_S, length_s, HOME_KW if at_home else PILE_KW, need)
        return self.gamble is not None or self.soc >= 1.12 * need + 0.02

    def _plug(self, start_s: float, length_s: float, kw: float, need: float) -> None:
        if self.fault is not None:
            self._fail(start_s, kw, need)
            return
        if kw == PILE_KW and self.rng.random() < PILE_FAILS:
            seconds = float(self.rng.uniform(40.0, 240.0))
            self.sessions.append(Session(start_s, start_s + seconds, self.soc, self.soc, 0.0, BROKEN_OFF, PILE_FAULT))
            start_s, length_s = start_s + seconds + 420.0, length_s - seconds - 420.0
        goal = max(self.goal if kw == HOME_KW else min(self.goal, 0.9), min(1.0, 1.4 * need + 0.1))
        power = min(kw, 1.3 * self.car.pack_kwh)
        seconds = min(length_s, max(0.0, goal - self.soc) * self.kwh / (0.92 * power) * HOUR_S)
        if seconds < 300.0:
            return
        after = min(1.0, self.soc + 0.92 * power * seconds / HOUR_S / self.kwh)
        self.sessions.append(Session(start_s, start_s + seconds, self.soc, after, power, ENDED, 0))
        self.soc = after

    def _fail(self, start_s: float, kw: float, need: float) -> None:
        """Try twice at the pile; whoever cannot go on without charge is stranded there."""
        fault = self.fault
        if fault is None:
            return
        if self.failures == 0:
            fault.onset_s = start_s
            self.events.append(fault)
        for attempt in range(2):
            begun_s = start_s + 420.0 * attempt
            seconds = float(self.rng.uniform(20.0, 150.0))
            gained = kw * seconds / HOUR_S / self.kwh * float(self.rng.random() < 0.3)
            after = min(1.0, self.soc + gained)
            self.sessions.append(Session(begun_s, begun_s + seconds, self.soc, after, 0.0, BROKEN_OFF, self.code))
            self.soc = after
        self.failures += 1
        stranded = self.soc < 1.12 * need + 0.02 or self.soc < 0.06
        if stranded:
            fault.breakdown_s = start_s + 900.0
        elif self.rng.random() < 0.12:
            fault.treated_s = start_s + 900.0
        else:
            return
        self.fault = None
        self.soc = max(self.soc, 0.5) if stranded else self.soc


def live(seed: int, car: Car, days: int, rate: float, legs: Legs, degc: Floats) -> Pack:
    """Walk over the legs with the pack; who cannot reach the end stops there, who cannot begin waits."""
    driver = _Driver(seed, car, days, rate)
    count = len(legs)
    cells, cell_events = declines(randomness(seed, car.number, "traction"), CELLS, legs, rate, days)
    cold = 1.0 + 0.011 * np.maximum(0.0, 18.0 - degc) + 0.006 * np.maximum(0.0, degc - 26.0)
    km = legs.km()
    fast = 1.0 + 0.006 * np.maximum(0.0, legs.kmh - 55.0)
    style = driver.rng.gamma(60.0, 1 / 60.0, count)
    hours = (legs.end_s - legs.start_s) / HOUR_S
    kwh = km * car.kind.kwh_100km / 100.0 * cold * fast * style + hours * (0.3 + 1.2 * (cold - 1.0))
    use = kwh / driver.kwh
    start, end = np.full(count, math.nan), np.full(count, math.nan)
    since_s = 0.0
    for at, need in enumerate(use.tolist()):
        start_s, end_s = float(legs.start_s[at]), float(legs.end_s[at])
        if legs.gone[at]:
            continue
        driver.begin(since_s)
        if not driver.park(since_s, start_s, need):
            legs.gone[at] = True
            since_s = start_s
            continue
        driver.soc = max(0.0, driver.soc - 0.0008 * (start_s - since_s) / (24.0 * HOUR_S))
        start[at] = driver.soc
        if need < driver.soc:
            driver.soc -= need
        else:
            since_s = _run_dry(driver, legs, at, need)
            end[at] = 0.0
            continue
        end[at], since_s = driver.soc, end_s
    return Pack(
        start, end, kwh / np.maximum(hours, 0.02), driver.sessions, cells, driver.soh, [*driver.events, *cell_events]
    )


def _run_dry(driver: _Driver, legs: Legs, at: int, need: float) -> float:
    """End the leg where the charge ends; return when the car can go on, with what a service van gave it."""
    start_s, end_s = float(legs.start_s[at]), float(legs.end_s[at])
    stop_s = start_s + max(60.0, (end_s - start_s) * driver.soc / max(need, 1e-9))
    legs.end_s[at] = stop_s
    if driver.gamble is not None:
        driver.gamble.breakdown_s, driver.gamble = stop_s, None
    else:
        driver.events.append(Event("traction_battery", start_s, {"soc_pct": round(100.0 * driver.soc, 1)},
                                   breakdown_s=stop_s))  # fmt: skip
    driver.soc = 0.12
    return stop_s + HOUR_S
