"""Fault codes: harmless ones, those that end a drive, those that go with another fault, and bursts over many ECUs."""

import math
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Floats, arrivals, randomness
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.trips import Legs
from firmware_sim.fleet.truth import Event

HARMLESS_A_YEAR: Final = 0.3
STRANDING_A_YEAR: Final = 0.012
STRANDS: Final = 0.55  # of those; the others are repaired first
REPAIR_S: Final = 10.0 * HOUR_S
LOOK_S: Final = 25.0  # into a leg, when the agent asks for codes
STEP_S: Final = 3.0
ENGINE_ECU, GEARBOX_ECU, PACK_ECU, BRAKE_ECU, BODY_ECU, POWER_ECU = "7E8", "7E9", "7EC", "7B8", "7A8", "7ED"


class Told(NamedTuple):
    """One code as an ECU told it at `t_s`."""

    t_s: float
    ecu: str
    code: str
    status: str


class Process(NamedTuple):
    """A fault by its codes, the ECU that has it, days from the first code to its end, and how help comes."""

    ecu: str
    codes: tuple[str, ...]
    days: float
    service: str
    weight: float


STRANDING: Final = {
    "engine": (
        Process(ENGINE_ECU, ("P0335", "P0336"), 5.0, "tow", 0.2),
        Process(ENGINE_ECU, ("P0087", "P0230"), 8.0, "tow", 0.2),
        Process(ENGINE_ECU, ("P0301", "P0300", "P0316"), 9.0, "tow", 0.25),
        Process(ENGINE_ECU, ("P2135", "P2106"), 4.0, "tow", 0.15),
        Process(GEARBOX_ECU, ("P0730", "P0700", "P0868"), 12.0, "tow", 0.2),
    ),
    "bev": (
        Process(PACK_ECU, ("P0AA6",), 6.0, "flatbed_tow", 0.4),
        Process(PACK_ECU, ("P0A0A", "P0A0B"), 3.0, "flatbed_tow", 0.3),
        Process(POWER_ECU, ("P0A78", "P0A3F"), 7.0, "flatbed_tow", 0.3),
    ),
}
HARMLESS: Final = {
    "engine": ("P0420", "P0442", "P0455", "P0171", "P0128", "P0135", "P0401"),
    "bev": ("P0562", "B1342", "C1201", "P0D22"),
}
BESIDE: Final = {
    "coolant": (ENGINE_ECU, ("P0128", "P0217"), (0.35, 0.85)),
    "oil": (ENGINE_ECU, ("P0521", "P0524"), (0.6, 0.95)),
    "traction_cells": (PACK_ECU, ("P0A7F", "P0A7D"), (0.6, 0.9)),
}
BURST: Final = (
    (ENGINE_ECU, "P0562"), (BRAKE_ECU, "U0100"), (BODY_ECU, "U0140"), (GEARBOX_ECU, "U0121"), (BODY_ECU, "B1318"),
    (BRAKE_ECU, "C1241"), (ENGINE_ECU, "U0155"),
)  # fmt: skip


class Codes:
    """The codes of one car and the truth of those that ended a drive."""

    def __init__(self, seed: int, car: Car, days: int) -> None:
        self.rng = randomness(seed, car.number, "codes")
        self.car, self.days = car, days
        self.kind = "engine" if car.has_engine else "bev"
        self.told: list[Told] = []
        self.events: list[Event] = []

    def strand(self, rate: float, legs: Legs) -> None:
        """Let faults with codes of their own run their course; what strands the car shortens `legs`."""
        processes = STRANDING[self.kind]
        weights = np.array([one.weight for one in processes])
        for onset_s in arrivals(self.rng, STRANDING_A_YEAR * rate * (0.4 + self.car.age_years / 6.0), self.days):
            process = processes[int(self.rng.choice(len(processes), p=weights / weights.sum()))]
            length_s = process.days * DAY_S * float(self.rng.lognormal(0.0, 0.8))
            end_s = legs.next_start(onset_s + length_s) + float(self.rng.uniform(200.0, 700.0))
            event = Event("dtc", onset_s, {"codes": " ".join(process.codes), "ecu": process.ecu}, process.service)
            if self.rng.random() < STRANDS:
                event.breakdown_s = end_s
                if math.isfinite(end_s):
                    legs.interrupt(end_s, REPAIR_S)
            else:
                event.treated_s = end_s = onset_s + length_s * float(self.rng.uniform(0.3, 1.2))
                event.numbers["treatment"] = "repaired"
            self.events.append(event)
            self._course(process.ecu, process.codes, onset_s, end_s, legs, length_s)

    def harmless(self, legs: Legs) -> None:
        """Add codes that stop nobody."""
        words = HARMLESS[self.kind]
        for onset_s in arrivals(self.rng, HARMLESS_A_YEAR * (0.3 + self.car.age_years / 5.0), self.days):
            over_s = onset_s + float(self.rng.exponential(40.0)) * DAY_S
            self._course(ENGINE_ECU, (str(self.rng.choice(words)),), onset_s, over_s, legs, over_s - onset_s)

    def beside(self, events: list[Event], legs: Legs) -> None:
        """Add the codes that go with other faults: coolant, oil, cells, a supply that is not charged, the pile."""
        for event in events:
            over_s = min(_or(event.breakdown_s), _or(event.treated_s))
            if event.cause in BESIDE:
                ecu, codes, shares = BESIDE[event.cause]
                length_s = float(event.numbers["days"]) * DAY_S
                for code, share in zip(codes, shares, strict=True):
                    self._course(ecu, (code,), event.onset_s + share * length_s, over_s, legs, length_s * 0.1)
            elif event.cause == "charging_system":
                words = ("P0562", "P0622") if self.car.cranks else ("P0A94",)
                self._course(ENGINE_ECU if self.car.cranks else POWER_ECU, words, event.onset_s, over_s, legs, DAY_S)
            elif event.cause == "charging" and self.rng.random() < 0.7:
                self._course(PACK_ECU, ("P0D22",), event.onset_s - HOUR_S, over_s, legs, HOUR_S)

    def bursts(self, failed_s: list[float], legs: Legs) -> None:
        """Add a burst over many ECUs where a start failed, and now and then one without a cause."""
        for t_s in [*failed_s, *arrivals(self.rng, 0.04, self.days)]:
            at_s = t_s if t_s in failed_s else legs.next_start(t_s) + LOOK_S
            if not math.isfinite(at_s) or self.rng.random() < 0.3:
                continue
            for turn, (ecu, code) in enumerate(BURST[: int(self.rng.integers(4, len(BURST) + 1))]):
                self.told.append(Told(at_s + STEP_S * turn, ecu, code, "confirmed"))
            gone_s = legs.next_start(at_s + DAY_S) + LOOK_S
            if math.isfinite(gone_s):
                self.told += [Told(gone_s, ecu, code, "cleared") for ecu, code in BURST[:3]]

    def _course(
        self, ecu: str, codes: tuple[str, ...], onset_s: float, over_s: float, legs: Legs, length_s: float
    ) -> None:
        """Tell each code as pending, then as confirmed after another leg, and as cleared when it is over."""
        for turn, code in enumerate(codes):
            first_s = legs.next_start(onset_s + 0.3 * turn * length_s) + LOOK_S + STEP_S * turn
            again_s = legs.next_start(first_s + float(self.rng.exponential(0.12)) * length_s) + LOOK_S
            for t_s, status in ((first_s, "pending"), (again_s, "confirmed")):
                if t_s < over_s and t_s < self.days * DAY_S:
                    self.told.append(Told(t_s, ecu, code, status))
            if first_s < over_s and math.isfinite(over_s):
                cleared_s = legs.next_start(over_s + HOUR_S) + LOOK_S
                if cleared_s < self.days * DAY_S:
                    self.told.append(Told(cleared_s, ecu, code, "cleared"))


def _or(t_s: float) -> float:
    return math.inf if math.isnan(t_s) else t_s


def lamp(told: list[Told], t_s: Floats) -> Floats:
    """Return 1 where a confirmed code lights the lamp at `t_s`, else 0."""
    times, steps, lit = [], [], set[tuple[str, str]]()
    for one in sorted(told):
        before = len(lit)
        if one.status == "confirmed":
            lit.add((one.ecu, one.code))
        elif one.status == "cleared":
            lit.discard((one.ecu, one.code))
        times.append(one.t_s)
        steps.append(len(lit) - before)
    count = np.concatenate(([0], np.cumsum(steps)))[np.searchsorted(times, t_s, side="right")]
    return np.asarray(count > 0, np.float64)
