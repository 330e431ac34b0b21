"""Four tyres: natural loss, leaks, refills, rotation and seasonal change; what they hold and what a sensor sees.

A tyre's content is told as its gauge pressure at 20 °C. It is flat below three quarters of the placard.
"""

import heapq
import math
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Bools, Floats, Ints, arrivals, randomness
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.trips import Legs
from firmware_sim.fleet.truth import Event

WHEELS: Final = 4
FLAT_SHARE: Final = 0.75
WARN_SHARE: Final = 0.81  # where a driver who looks at nothing else goes and pumps
LEAKS_A_YEAR: Final = 0.11  # punctures and bad valves, most of them slow and treated in time
LEAK_KPA_D: Final = (0.5, 25.0)
REPAIR_S: Final = 3 * HOUR_S
ICE_K: Final = 273.15
REFERENCE_K: Final = 293.15
WARMING_S: Final = 840.0
COOLING_S: Final = 2_600.0
_POSITIONS: Final = ("front_left", "front_right", "rear_left", "rear_right")
_CROSSED: Final = (2, 3, 1, 0)  # a forward-cross rotation: where each wheel goes


class Held(NamedTuple):
    """What each tyre holds: knots of time, content (kPa at 20 °C) and loss (kPa/s); and the tyre behind each column."""

    knots: tuple[tuple[Floats, Floats, Floats], ...]
    swaps_s: Floats
    columns: Ints  # (n_swaps, 4): which tyre a column shows
    bias_kpa: Floats  # (n_swaps, 4) by tyre

    def content(self, t_s: Floats) -> Floats:
        """Return (n, 4): the content of each tyre at `t_s`."""
        out = np.empty((len(t_s), WHEELS))
        for tyre, (since_s, level, loss) in enumerate(self.knots):
            at = np.searchsorted(since_s, t_s, side="right") - 1
            out[:, tyre] = level[at] - loss[at] * (t_s - since_s[at])
        return out

    def seen(self, t_s: Floats) -> tuple[Floats, Ints]:
        """Return (n, 4) by column: content with the sensor's bias added, and the tyre's number."""
        at = np.searchsorted(self.swaps_s, t_s, side="right") - 1
        tyre = self.columns[at]
        biased = self.content(t_s) + self.bias_kpa[at]
        return np.take_along_axis(biased, tyre, axis=1), tyre


class _Garage:
    """The story of the four tyres of one car, event by event."""

    def __init__(self, seed: int, car: Car, days: int, rate: float, changes_s: list[float]) -> None:
        self.rng = randomness(seed, car.number, "tyres")
        self.car, self.placard = car, car.kind.placard_kpa
        self.events: list[Event] = []
        self.natural = self.rng.uniform(0.05, 0.22, WHEELS) * self.placard / 230.0 / DAY_S
        self.leak = np.zeros(WHEELS)
        self.version = [0] * WHEELS
        self.open: list[Event | None] = [None] * WHEELS
        self.place = list(range(WHEELS))
        self.relearns = bool(self.rng.random() < 0.5)
        self.knots: list[list[tuple[float, float, float]]] = [[] for _ in range(WHEELS)]
        self.swaps: list[tuple[float, list[int], Floats]] = []
        self.bias = self.rng.normal(0.0, 3.0, WHEELS)
        self.queue: list[tuple[float, int, str, int, int]] = []
        self.end_s = days * DAY_S
        for tyre, level in enumerate(self.placard + self.rng.normal(-2.0, 6.0, WHEELS)):
            self._set(tyre, 0.0, float(level))
        self._swap(0.0)
        self._push(float(self.rng.uniform(0.0, 120.0)) * DAY_S, "refill")
        for t_s in arrivals(self.rng, LEAKS_A_YEAR * rate, days):
            self._push(t_s, "leak", int(self.rng.integers(WHEELS)))
        for t_s in arrivals(self.rng, 0.5, days):
            self._push(t_s, "rotate")
        for t_s in changes_s:
            self._push(t_s + float(self.rng.normal(0.0, 8.0)) * DAY_S, "season")

    def run(self) -> Held:
        """Live through the window and return what the tyres held."""
        while self.queue and self.queue[0][0] < self.end_s:
            t_s, _, what, tyre, version = heapq.heappop(self.queue)
            if t_s < 0.0 or (version >= 0 and version != self.version[tyre]):
                continue
            match what:
                case "refill":
                    self._refill(t_s)
                case "leak":
                    self._begin(tyre, t_s, math.exp(self.rng.uniform(*np.log(LEAK_KPA_D))))
                case "treat":
                    self._close(tyre, t_s, "repaired")
                    self._set(tyre, t_s, self._fresh())
                case "flat":
                    self._flat(tyre, t_s)
                case "rotate":
                    self.place = [_CROSSED[at] for at in self.place]
                    self._swap(t_s)
                case "season":
                    self._season(t_s)
        knots = tuple(tuple(np.array(row) for row in zip(*rows, strict=True)) for rows in self.knots)
        return Held(
            tuple((row[0], row[1], row[2]) for row in knots),
            np.array([swap[0] for swap in self.swaps]),
            np.array([swap[1] for swap in self.swaps], np.int64),
            np.stack([swap[2] for swap in self.swaps]),
        )

    def _push(self, t_s: float, what: str, tyre: int = 0, version: int = -1) -> None:
        heapq.heappush(self.queue, (t_s, len(self.queue), what, tyre, version))

    def _fresh(self) -> float:
        return float(self.placard + self.rng.normal(0.0, 4.0))

    def _level(self, tyre: int, t_s: float) -> float:
        since_s, level, loss = self.knots[tyre][-1]
        return level - loss * (t_s - since_s)

    def _set(self, tyre: int, t_s: float, level: float) -> None:
        if self.knots[tyre]:  # a flat one is only refilled once it is repaired
            t_s = max(t_s, self.knots[tyre][-1][0])
        self.knots[tyre].append((t_s, level, float(self.natural[tyre] + self.leak[tyre])))

    def _swap(self, t_s: float) -> None:
        """Note which tyre each column shows: by place where the car learns its sensors anew, else as it always was."""
        shown = [self.place.index(at) for at in range(WHEELS)] if self.relearns else list(range(WHEELS))
        self.swaps.append((t_s, shown, self.bias.copy()))

    def _begin(self, tyre: int, t_s: float, kpa_d: float) -> None:
        if self.open[tyre] is not None:
            return
        self.leak[tyre] = kpa_d / DAY_S
        level = self._level(tyre, t_s)
        self._set(tyre, t_s, level)
        self.version[tyre] += 1
        left_s = max(0.0, level - FLAT_SHARE * self.placard) / (self.leak[tyre] + self.natural[tyre])
        event = Event("tyre", t_s, {
            "kpa_d": round(kpa_d, 3),
            "wheel": _POSITIONS[self.place[tyre]],
            "column": _POSITIONS[self.place[tyre] if self.relearns else tyre],
            "visible": float(self.car.has_tyre_pressure),
        })  # fmt: skip
        self.open[tyre] = event
        self.events.append(event)
        self._push(t_s + left_s, "flat", tyre, self.version[tyre])
        if self.rng.random() < 0.15 + 0.45 * self.car.care:
            self._push(t_s + left_s * float(self.rng.uniform(0.45, 1.05)), "treat", tyre, self.version[tyre])

    def _close(self, tyre: int, t_s: float, how: str) -> None:
        event = self.open[tyre]
        if event is not None:
            event.treated_s = t_s
            event.numbers["treatment"] = how
        self.open[tyre] = None
        self.leak[tyre] = 0.0
        self.version[tyre] += 1

    def _flat(self, tyre: int, t_s: float) -> None:
        event = self.open[tyre]
        if event is not None:
            event.breakdown_s = t_s
        self.open[tyre] = None
        self.leak[tyre] = 0.0
        self.version[tyre] += 1
        self.knots[tyre].append((t_s + 60.0, FLAT_SHARE * self.placard, 0.0))
        self._set(tyre, t_s + REPAIR_S, self._fresh())

    def _refill(self, t_s: float) -> None:
        for tyre in range(WHEELS):
            kpa_d = float(self.leak[tyre]) * DAY_S
            leaked = self.open[tyre] is not None
            is_seen = kpa_d > 1.5 and self.rng.random() < 0.5
            if leaked:
                self._close(tyre, t_s, "repaired" if is_seen else "refilled")
            self._set(tyre, t_s, self._fresh())
            if leaked and not is_seen:
                self._begin(tyre, t_s, kpa_d)
        self._push(self._next_refill(t_s), "refill")

    def _next_refill(self, t_s: float) -> float:
        """Return when the driver pumps again: by habit, at the latest when natural loss alone makes a tyre soft."""
        habit_s = float(self.rng.uniform(50.0, 190.0)) * DAY_S
        soft_s = min(
            (self._level(tyre, t_s) - WARN_SHARE * self.placard) / self.natural[tyre] for tyre in range(WHEELS)
        )
        return t_s + min(habit_s, max(float(soft_s), DAY_S))

    def _season(self, t_s: float) -> None:
        self.bias = self.rng.normal(0.0, 3.0, WHEELS)
        for tyre in range(WHEELS):
            if self.open[tyre] is not None:
                self._close(tyre, t_s, "changed")
            self._set(tyre, t_s, self._fresh())
        self._swap(t_s)


def live(seed: int, car: Car, days: int, rate: float, changes_s: list[float]) -> tuple[Held, list[Event]]:
    """Return what the tyres of `car` held for `days` days, and their leaks; `changes_s` are changes of season."""
    story = _Garage(seed, car, days, rate, changes_s)
    held = story.run()
    return held, story.events


def heat(legs: Legs, t_s: Floats, leg: Ints, is_driving: Bools) -> Floats:
    """Return how much warmer than the air the tyres are at `t_s`; `leg` is the leg under way or the last one, or -1."""
    begin = np.zeros(len(legs) + 1)
    goal = np.append(2.0 + 0.19 * legs.kmh * (1.0 - legs.idling), 0.0)
    ends = np.zeros(len(legs) + 1)
    last_s, warm = -math.inf, 0.0
    for at, (start, end, most) in enumerate(
        zip(legs.start_s.tolist(), legs.end_s.tolist(), goal.tolist(), strict=False)
    ):
        begin[at] = warm * math.exp(-(start - last_s) / COOLING_S)
        warm = most + (begin[at] - most) * math.exp(-(end - start) / WARMING_S)
        ends[at], last_s = warm, end
    since_start = t_s - np.append(legs.start_s, 0.0)[leg]
    since_end = np.maximum(t_s - np.append(legs.end_s, 0.0)[leg], 0.0)
    driving = goal[leg] + (begin[leg] - goal[leg]) * np.exp(-np.maximum(since_start, 0.0) / WARMING_S)
    return np.asarray(np.where(is_driving, driving, ends[leg] * np.exp(-since_end / COOLING_S)))


def gauge(content_kpa: Floats, degc: Floats, air_kpa: Floats, home_kpa: float) -> Floats:
    """Return the gauge pressure of tyres that hold `content_kpa` (gauge at 20 °C, at home) at `degc`, at `air_kpa`."""
    return np.asarray((content_kpa + home_kpa) * (degc + ICE_K) / REFERENCE_K - air_kpa)
