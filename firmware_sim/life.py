"""One car's life and its truth: what set in when, when it broke down or would have, and what help changed."""

from dataclasses import dataclass, field
from typing import Any, Final

from firmware_sim.faults import Fault
from firmware_sim.scenarios import Scenario
from firmware_sim.usage import HOUR_S, Day, park
from firmware_sim.vehicle import STEP_S, Vehicle

FORECAST_H: Final = 36.0


@dataclass(frozen=True)
class Event:
    """Something that happened, `elapsed_s` after the start."""

    elapsed_s: float
    kind: str
    detail: str = ""


@dataclass
class Life:
    """A vehicle with its day and its fault; stepped on a fixed grid, so that two lives of one seed are the same."""

    scenario: Scenario
    vehicle: Vehicle
    day: Day = field(init=False)
    fault: Fault | None = field(init=False)
    onset_s: float | None = None
    breakdown_s: float | None = None
    prevented: bool = False
    served: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    _called: bool = False

    def __post_init__(self) -> None:
        """Take the scenario's day and its fault."""
        self.day = Day(self.scenario.day)
        self.fault = None if self.scenario.fault is None else self.scenario.fault()

    def advance(self, elapsed_s: float) -> bool:
        """Live on to `elapsed_s` after the start; return whether anything worth telling happened."""
        told = len(self.events)
        while self.vehicle.elapsed_s + STEP_S <= elapsed_s:
            self._step()
        return len(self.events) > told

    def serve(self, service: str) -> None:
        """Let a rescuer do `service`: it cures what it can cure."""
        self.served.append(service)
        vehicle = self.vehicle
        call = self.scenario.call
        if self.fault is not None and service in self.fault.cures and self.onset_s is not None:
            self.prevented = self.breakdown_s is None
            vehicle.stranded = False
            self.day.detour(self.fault.cure(vehicle, service), vehicle.elapsed_s)
            self.fault = None
            self._tell("prevented" if self.prevented else "repaired", service)
        elif call is not None and self._called and service in {call.service, "tow", "flatbed_tow"}:
            self.day.detour(call.afterwards if service == call.service else (park(6.0),), vehicle.elapsed_s)
            self._tell("served", service)
        else:
            self._tell("no_effect", service)

    def _step(self) -> None:
        vehicle = self.vehicle
        if self.fault is not None:
            for detail in self.fault.act(vehicle):
                self._tell("code", detail)
            if self.onset_s is None and self.fault.has_begun(vehicle):
                self.onset_s = vehicle.elapsed_s
                self._tell("onset", self.fault.cause)
        vehicle.step(self.day.phase_at(vehicle.elapsed_s))
        if self.fault is not None and self.breakdown_s is None and self.fault.has_broken_down(vehicle):
            self.breakdown_s = vehicle.elapsed_s
            vehicle.strand()
            self._tell("breakdown", self.fault.cause)
        call = self.scenario.call
        if call is not None and not self._called and vehicle.elapsed_s >= call.at_h * HOUR_S:
            self._called = True
            self._tell("call", call.problem)

    def _tell(self, kind: str, detail: str) -> None:
        self.events.append(Event(self.vehicle.elapsed_s, kind, detail))


@dataclass(frozen=True)
class Forecast:
    """What would happen without help: seconds after the start, None where it does not within 36 hours."""

    onset_s: float | None
    breakdown_s: float | None


def forecast(life: Life) -> Forecast:
    """Return what becomes of a car nobody helps; `life` is fresh, and used up by this."""
    horizon_s = FORECAST_H * HOUR_S
    while life.fault is not None and life.breakdown_s is None and life.vehicle.elapsed_s < horizon_s:
        life.advance(life.vehicle.elapsed_s + HOUR_S)
    return Forecast(life.onset_s, life.breakdown_s)


def truth(life: Life, foreseen: Forecast, start_s: float | None) -> dict[str, Any]:
    """Return the truth of `life` as JSON; `breakdown` is the one without help.

    Times are domain Unix seconds, null where there is no such moment or the story has not begun.
    """
    scenario = life.scenario
    fault = None if scenario.fault is None else scenario.fault()
    call = scenario.call
    return {
        "vehicle": life.vehicle.build.vehicle,
        "scenario": scenario.name,
        "model": scenario.model,
        "seed": life.vehicle.build.seed,
        "start": start_s,
        "cause": None if fault is None else fault.cause,
        "service": None if fault is None else fault.service,
        "onset": _at(start_s, foreseen.onset_s),
        "breakdown": _at(start_s, foreseen.breakdown_s),
        "broke_down": life.breakdown_s is not None,
        "prevented": life.prevented,
        "served": life.served,
        "call": None
        if call is None
        else {"at": _at(start_s, call.at_h * HOUR_S), "problem": call.problem, "service": call.service},
        "events": [
            {"t": _at(start_s, event.elapsed_s), "kind": event.kind, "detail": event.detail} for event in life.events
        ],
    }


def _at(start_s: float | None, elapsed_s: float | None) -> float | None:
    return None if start_s is None or elapsed_s is None else start_s + elapsed_s
