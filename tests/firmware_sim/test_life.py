"""Whole stories: what sets in when, what breaks, what help changes."""

import itertools
from collections.abc import Callable
from functools import cache

import pytest

from firmware_sim.life import Forecast, Life, forecast, truth
from firmware_sim.scenarios import HOME, SCENARIOS
from firmware_sim.usage import HOUR_S

pytestmark = pytest.mark.wheel

FAULTY = {
    "dying_12v": "low_voltage_battery",
    "slow_leak": "tyre",
    "low_charge": "traction_battery",
    "stranding_dtc": "dtc",
}
SOUND = ("service_due", "caller", "healthy")
START_S = 1_000_000.0


def live(name: str, seed: int = 1) -> Life:
    """Return a fresh life of the scenario `name`."""
    scenario = SCENARIOS[name]
    return Life(scenario, scenario.vehicle("car-1", seed, HOME, scenario.odometer_km))


@cache
def foreseen_for(name: str, seed: int = 1) -> Forecast:
    """Return what becomes of that life when nobody helps."""
    return forecast(live(name, seed))


def sampled(life: Life, hours: float, read: Callable[[Life], float]) -> list[float]:
    """Return `read` of the life every six minutes."""
    seen = []
    for tenth in range(round(hours * 10)):
        life.advance(tenth * 360.0)
        seen.append(read(life))
    return seen


@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("seed", [1, 2, 77])
def test_a_fault_sets_in_hours_before_it_breaks_the_car_down(name: str, seed: int) -> None:
    foreseen = foreseen_for(name, seed)

    assert foreseen.onset_s is not None
    assert foreseen.breakdown_s is not None
    assert foreseen.onset_s + 3.0 * HOUR_S < foreseen.breakdown_s < 36.0 * HOUR_S


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_car_never_breaks_down(name: str) -> None:
    life = live(name)
    life.advance(24.0 * HOUR_S)

    assert (life.onset_s, life.breakdown_s, life.vehicle.stranded) == (None, None, False)
    assert life.vehicle.battery.can_start()
    assert life.vehicle.codes.confirmed == life.vehicle.codes.pending == ()


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_seed_lives_the_same_life_whatever_the_pace(name: str) -> None:
    in_one_go, step_by_step, other = live(name, 5), live(name, 5), live(name, 6)

    in_one_go.advance(6.0 * HOUR_S)
    other.advance(6.0 * HOUR_S)
    for second in range(0, 21_601, 37):
        step_by_step.advance(float(second))
    step_by_step.advance(6.0 * HOUR_S)

    assert step_by_step.vehicle == in_one_go.vehicle
    assert step_by_step.events == in_one_go.events
    assert other.vehicle.supply_v != in_one_go.vehicle.supply_v


@pytest.mark.parametrize("name", FAULTY)
def test_what_was_foreseen_is_what_happens_when_nobody_helps(name: str) -> None:
    foreseen, life = foreseen_for(name), live(name)
    assert foreseen.breakdown_s is not None

    life.advance(foreseen.breakdown_s + HOUR_S)

    assert (life.onset_s, life.breakdown_s) == (foreseen.onset_s, foreseen.breakdown_s)
    assert life.vehicle.stranded
    assert life.vehicle.speed_kmh == 0.0


@pytest.mark.parametrize("name", FAULTY)
def test_the_right_help_in_time_prevents_the_breakdown(name: str) -> None:
    foreseen, life = foreseen_for(name), live(name)
    assert foreseen.breakdown_s is not None
    assert foreseen.onset_s is not None
    assert life.fault is not None

    life.advance((foreseen.onset_s + foreseen.breakdown_s) / 2.0)
    life.serve(life.fault.service)
    life.advance(foreseen.breakdown_s + 4.0 * HOUR_S)

    told = truth(life, foreseen, START_S)
    assert told["prevented"]
    assert not told["broke_down"]
    assert not life.vehicle.stranded
    assert told["breakdown"] == START_S + foreseen.breakdown_s


@pytest.mark.parametrize("name", FAULTY)
def test_help_after_the_breakdown_repairs_the_car_but_prevents_nothing(name: str) -> None:
    foreseen, life = foreseen_for(name), live(name)
    assert foreseen.breakdown_s is not None
    assert life.fault is not None

    life.advance(foreseen.breakdown_s + HOUR_S)
    life.serve(life.fault.service)
    life.advance(foreseen.breakdown_s + 2.0 * HOUR_S)

    told = truth(life, foreseen, START_S)
    assert (told["prevented"], told["broke_down"]) == (False, True)
    assert not life.vehicle.stranded


def test_help_of_the_wrong_kind_changes_nothing() -> None:
    foreseen, life = foreseen_for("low_charge"), live("low_charge")
    assert foreseen.breakdown_s is not None

    life.advance(6.0 * HOUR_S)
    life.serve("tyre_change")
    life.advance(foreseen.breakdown_s)

    assert life.breakdown_s == foreseen.breakdown_s
    assert life.events[1].kind == "no_effect"


def test_the_dying_battery_rests_lower_hour_by_hour_and_leaves_time_to_see_it() -> None:
    life = live("dying_12v")
    volts = sampled(life, 10.0, lambda life: life.vehicle.supply_v)
    resting = volts[20:]

    hourly = [sum(resting[at : at + 10]) / 10 for at in range(0, 80, 10)]
    assert all(later < earlier - 0.03 for earlier, later in itertools.pairwise(hourly))
    assert hourly[0] > 12.45
    assert hourly[-1] < 12.1


def test_the_leaking_tyre_falls_and_its_neighbours_do_not() -> None:
    life = live("slow_leak")
    life.advance(1.0 * HOUR_S)
    before = [tyre.cold_kpa for tyre in life.vehicle.tyres]
    life.advance(11.0 * HOUR_S)

    lost = [earlier - tyre.cold_kpa for earlier, tyre in zip(before, life.vehicle.tyres, strict=True)]
    assert lost[:3] == pytest.approx([0.0] * 3)
    assert lost[3] == pytest.approx(60.0 * 10.0 / 24.0, rel=0.01)


def test_the_jam_uses_the_energy_of_a_real_car() -> None:
    life = live("low_charge")
    life.advance(4.0 * HOUR_S)
    pack = life.vehicle.pack
    assert pack is not None

    used_kwh = (0.45 - pack.soc) * pack.capacity_kwh * pack.soh
    assert 18.0 <= 100.0 * used_kwh / life.vehicle.driven_km <= 22.0


def test_a_code_is_pending_first_then_confirmed_with_lamp_and_freeze_frame() -> None:
    life = live("stranding_dtc")

    life.advance(3.0 * HOUR_S)
    assert (life.vehicle.codes.pending, life.vehicle.codes.confirmed) == (("P0335",), ())
    assert not life.vehicle.codes.mil_on
    life.advance(5.0 * HOUR_S)
    assert life.vehicle.codes.confirmed == life.vehicle.codes.permanent == ("P0335",)
    assert life.vehicle.codes.freeze is not None
    assert life.vehicle.codes.mil_km > 0.0


def test_a_mechanic_clears_the_codes_and_their_distance() -> None:
    life = live("stranding_dtc")
    life.advance(5.0 * HOUR_S)

    life.serve("mobile_mechanic")

    assert life.vehicle.codes.confirmed == ()
    assert life.vehicle.codes.since_clear_km == 0.0


def test_the_van_passes_its_service_interval_within_the_run() -> None:
    life = live("service_due")
    life.advance(11.0 * HOUR_S)

    assert life.vehicle.driven_km > 600.0
    assert life.vehicle.odometer_km > 50_000.0
    assert life.vehicle.engine is not None
    assert life.vehicle.engine.fuel_share > 0.2


def test_the_caller_calls_at_hour_three_and_drives_on_once_served() -> None:
    life = live("caller")
    life.advance(4.0 * HOUR_S)
    assert [event.kind for event in life.events] == ["call"]
    assert truth(life, Forecast(None, None), START_S)["call"]["at"] == START_S + 3.0 * HOUR_S

    life.serve("tyre_change")
    life.advance(4.3 * HOUR_S)

    assert life.events[-1].kind == "served"
    assert life.vehicle.speed_kmh > 0.0


def test_before_the_story_begins_the_truth_has_no_times() -> None:
    told = truth(live("dying_12v"), Forecast(3_600.0, 36_000.0), None)

    assert (told["start"], told["onset"], told["breakdown"]) == (None, None, None)
