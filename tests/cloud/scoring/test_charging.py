"""The pile: asked for and nothing flows, broken off twice, a charger's code; waiting for the night is no failure."""

from cloud.log.ports import LogEntry
from cloud.scoring import engine
from cloud.scoring.types import Assessment, VehicleFacts
from contract import signals
from tests.cloud.scoring.acting import action
from tests.cloud.scoring.journeys import Reading, at_the_pile, batched, codes, facts, in_log_order
from tests.cloud.scoring.stories import PILE_GOOD, PILE_IDLE, of_cause

CAUSE = "charging"
EV = VehicleFacts(powertrain="bev", pack_kwh=60.0, charger_km=20.0)


def assessed(readings: list[Reading], *reports: LogEntry) -> list[Assessment]:
    tape = in_log_order([facts("car", EV)], batched("car", readings), list(reports))
    _, said = engine.step(engine.new_state(1), tape)
    return [a for a in said if a.cause == CAUSE]


def broken_off(begin_h: float, soc: float) -> list[Reading]:
    t = begin_h * 3600.0
    rows = at_the_pile(soc, 2.0, begin_h=begin_h)
    rows += [(t + 130.0, signals.CHARGING_SESSION, 4.0), (t + 131.0, signals.CHARGING_FAULT, 3.0)]
    return [*rows, (t + 200.0, signals.CHARGING_CABLE, 0.0)]


def test_a_session_that_was_asked_for_and_gives_nothing_is_found_after_five_minutes() -> None:
    said = of_cause(PILE_IDLE, CAUSE)

    idle = [a for a in said if a.risks is not None and a.reasons[0].code == "pile_idle"]
    assert idle
    assert float(idle[0].reasons[0].numbers["minutes"]) <= 7.0
    assert idle[0].service == "mobile_charge"
    assert idle[0].risks is not None
    assert idle[0].risks[0].p > 0.1


def test_a_session_that_delivers_is_sound() -> None:
    said = [a for a in of_cause(PILE_GOOD, CAUSE) if a.risks is not None]

    assert said
    assert {action(a) for a in said} == {"nothing"}
    assert said[-1].reasons[0].code == "pile_flows"


def test_a_cable_that_waits_for_the_nights_tariff_is_no_failure() -> None:
    rows: list[Reading] = [(0.0, signals.SOC, 40.0), (5.0, signals.CHARGING_CABLE, 1.0)]
    rows += [(60.0 * k, signals.SOC, 40.0) for k in range(1, 180)]

    assert {action(a) for a in assessed(rows)} <= {"nothing", "watch"}


def test_broken_off_twice_with_a_battery_that_reaches_no_other_pile_calls_for_help() -> None:
    said = assessed(broken_off(0.0, 4.0) + broken_off(0.2, 4.0))

    last = said[-1]
    assert last.severity == 4
    assert action(last) == "ask"
    assert last.reasons[0].code == "pile_broken"
    assert last.reasons[0].numbers["times"] == 2.0


def test_broken_off_once_is_watched() -> None:
    said = assessed(broken_off(0.0, 60.0))

    assert {action(a) for a in said} <= {"nothing", "watch"}


def test_a_charging_session_that_works_clears_those_that_were_broken_off() -> None:
    said = assessed(broken_off(0.0, 30.0) + broken_off(0.2, 30.0) + at_the_pile(30.0, 20.0, kw=40.0, begin_h=0.5))

    assert said[-1].severity == 0
    assert said[-1].reasons[0].code == "pile_flows"


def test_a_chargers_code_speaks_by_itself_and_calls_for_a_flatbed_until_it_is_gone() -> None:
    there = codes("car", 1, 30.0, [("7E8", "confirmed", ["P0D3F"])])
    gone = codes("car", 2, 90.0, [("7E8", "confirmed", [])])

    said = assessed([(0.0, signals.SOC, 50.0)], there, gone)

    spoken = [a for a in said if a.risks is not None]
    assert spoken[0].reasons[0].code == "pile_code"
    assert spoken[0].service == "flatbed_tow"
    assert said[-1].abstained == "no_charging_session"
