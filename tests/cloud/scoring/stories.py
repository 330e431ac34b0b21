"""A handful of stories that between them make every cause speak; what scoring says to each."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from cloud.log.ports import LogEntry
from cloud.scoring import engine
from cloud.scoring.types import Assessment, VehicleFacts
from contract import signals
from tests.cloud.scoring.journeys import (
    HOUR,
    Reading,
    at_the_pile,
    batched,
    cells_awake,
    codes,
    driven_tyres,
    engine_running,
    facts,
    in_log_order,
    motorway_charge,
    parked_voltage,
    petrol_drive,
    replaced,
    shifted,
)

EV = VehicleFacts(powertrain="bev", placard_kpa=250.0, pack_kwh=77.4)
PETROL = VehicleFacts(powertrain="petrol", placard_kpa=230.0)


class Story(NamedTuple):
    """One story: its name, its log."""

    name: str
    entries: Callable[[], list[LogEntry]]


def weak_alternator() -> list[Reading]:
    return [
        (t, signal, round(value - 0.1 * t / 600.0, 3) if signal is signals.SUPPLY_VOLTAGE else value)
        for t, signal, value in petrol_drive(3, 0.0, 4.0)
        if signal is not signals.CONTROL_MODULE_VOLTAGE
    ]


def cranking(begin_h: float) -> list[Reading]:
    """Return a start as polling sees it: the first reading after waking, a dip, then the charge."""
    t = begin_h * HOUR
    rows: list[Reading] = [(t, signals.IS_AWAKE, 1.0)]
    rows += [(t + k, signals.CONTROL_MODULE_VOLTAGE, volts) for k, volts in enumerate((12.4, 12.3, 9.6, 10.4), start=1)]
    return [*rows, (t + 6, signals.ENGINE_SPEED, 900.0), (t + 7, signals.CONTROL_MODULE_VOLTAGE, 14.0)]


def without_supply_source() -> list[Reading]:
    rows: list[Reading] = []
    for trip in range(4):
        rows += cranking(10.0 * trip)
        rows += [
            row
            for row in petrol_drive(trip, 10.0 * trip + 0.1, 10.0 * trip + 0.6)
            if row[1] is not signals.SUPPLY_VOLTAGE
        ]
        rows.append(((10.0 * trip + 0.7) * HOUR, signals.IS_AWAKE, 0.0))
    return rows


def day_of_a_petrol_car() -> list[Reading]:
    parked = shifted(parked_voltage(2, 9.0, capacity_ah=55.0, full=0.95), 1.5)
    return petrol_drive(1, 0.0, 1.5) + parked + petrol_drive(2, 10.6, 12.0)


def charging_day() -> list[Reading]:
    rows = motorway_charge(4, 3.0, soc=70.0, pct_h=10.0, kmh=50.0)
    rows += [((3.0 + k / 6.0) * HOUR, signals.SOC, 40.0 + 5.0 * k) for k in range(8)]
    return rows


def trouble_codes() -> list[LogEntry]:
    return [
        codes("car", 1, 60.0, [("7E8", "confirmed", []), ("7E9", "confirmed", [])], mil=False),
        codes("car", 2, 7200.0, [("7E8", "pending", ["P0335"])]),
        codes("car", 3, 14_400.0, [("7E8", "confirmed", ["P0335"])], mil=True),
        codes("car", 4, 15_000.0, [("7E9", "confirmed", ["P0700", "U1234"])], mil=True),
    ]


def burst() -> list[LogEntry]:
    sets = [
        (ecu, "confirmed" if n else "pending", [f"U01{n}{k}" for k in range(2)])
        for n, ecu in enumerate(("7E8", "7E9", "7EA"))
    ]
    return [codes("car", 1, 60.0, [(ecu, "confirmed", listed) for ecu, _, listed in sets])]


def of(readings: list[Reading], what: VehicleFacts) -> list[LogEntry]:
    return in_log_order([facts("car", what)], batched("car", readings))


DYING = Story("dying 12 V", lambda: of(parked_voltage(1, 10.0, drain_a=2.5), PETROL))
ALTERNATOR = Story("weak alternator", lambda: of(weak_alternator(), PETROL))
WAKING = Story("no supply source", lambda: of(without_supply_source(), PETROL))
PETROL_DAY = Story("healthy petrol car", lambda: of(day_of_a_petrol_car(), PETROL))
LEAK = Story("leak", lambda: of(driven_tyres(1, [(0.0, 8.0)], leak_kpa_d=35.0), EV))
LEAK_NO_TEMPERATURE = Story(
    "leak without tyre temperatures",
    lambda: of(driven_tyres(1, [(0.0, 8.0)], leak_kpa_d=35.0, with_temperature=False), EV),
)
FLAT = Story("flat tyre", lambda: of(driven_tyres(1, [(0.0, 1.0)], cold_kpa=180.0), EV))
TYRES_OK = Story("sound tyres", lambda: of(driven_tyres(2, [(0.0, 5.0), (24.0, 29.0), (48.0, 53.0)]), EV))
EMPTY = Story("running empty", lambda: of(motorway_charge(1, 9.0, soc=80.0, pct_h=10.0, kmh=48.0), EV))
CHARGING = Story("charging", lambda: of(charging_day(), EV))
CODES = Story("codes", lambda: in_log_order(trouble_codes()))
BURST = Story("burst", lambda: in_log_order(burst()))

CELLS_EVEN = Story("cells that agree", lambda: of(cells_awake(1, 4.0), EV))
CELL_SINKS = Story("a cell that sinks", lambda: of(cells_awake(1, 8.0, sinking_mv_h=60.0), EV))
ALARM_LEVEL = Story("an alarm level from the first minute", lambda: of(cells_awake(1, 0.5, level=2.0), EV))

ENGINE_SOUND = Story("a sound engine", lambda: of(engine_running(1, 0.0, 1.2), PETROL))
OVERHEATS = Story(
    "overheating",
    lambda: of(
        replaced(engine_running(2, 0.0, 1.1), signals.COOLANT_TEMPERATURE, 0.9, lambda s: round(90.0 + s / 12.0)),
        PETROL,
    ),
)
LOSES_COOLANT = Story(
    "coolant gone",
    lambda: of(
        replaced(engine_running(3, 0.0, 1.0), signals.COOLANT_TEMPERATURE, 0.9, lambda s: round(17.0 - s / 100.0)),
        PETROL,
    ),
)
HOT_SENTINEL = Story(
    "an impossible temperature",
    lambda: of(replaced(engine_running(4, 0.0, 1.0), signals.COOLANT_TEMPERATURE, 0.8, lambda s: 150.0), PETROL),
)
LOSES_OIL = Story(
    "oil pressure gone",
    lambda: of(replaced(engine_running(5, 0.0, 1.0), signals.OIL_PRESSURE, 0.8, lambda s: 20.0), PETROL),
)
RUNS_DRY = Story(
    "fuel running out",
    lambda: of(
        replaced(engine_running(6, 0.0, 2.0), signals.FUEL_LEVEL, 0.0, lambda s: max(0.5, 17.0 - 8.0 * s / HOUR)),
        PETROL,
    ),
)
PILE_IDLE = Story("a pile that gives nothing", lambda: of(at_the_pile(9.0, 20.0), EV))
PILE_GOOD = Story("a pile that charges", lambda: of(at_the_pile(20.0, 60.0, kw=40.0), EV))

ALL_STORIES = (
    DYING, ALTERNATOR, WAKING, PETROL_DAY, LEAK, LEAK_NO_TEMPERATURE, FLAT, TYRES_OK, EMPTY, CHARGING, CODES, BURST,
    CELLS_EVEN, CELL_SINKS, ALARM_LEVEL, ENGINE_SOUND, OVERHEATS, LOSES_COOLANT, HOT_SENTINEL, LOSES_OIL, RUNS_DRY,
    PILE_IDLE, PILE_GOOD,
)  # fmt: skip


@cache
def _said(name: str) -> list[Assessment]:
    entries = next(story.entries() for story in ALL_STORIES if story.name == name)
    _, said = engine.step(engine.new_state(1), entries)
    return said


def told(story: Story) -> list[Assessment]:
    """Return what scoring said to `story`."""
    return _said(story.name)


def of_cause(story: Story, cause: str) -> list[Assessment]:
    """Return what scoring said of one cause, in order."""
    return [assessment for assessment in told(story) if assessment.cause == cause]
