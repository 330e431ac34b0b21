"""Tyres: a leak is found within hours of driving, weather and sensors are no leak, a flat tyre is flat at once."""

import pytest

from cloud.scoring import engine
from cloud.scoring.types import Assessment
from contract import signals
from tests.cloud.scoring.acting import action, first_act_h
from tests.cloud.scoring.journeys import HOUR, Reading, batched, driven_tyres, facts, in_log_order
from tests.cloud.scoring.stories import EV, FLAT, LEAK, LEAK_NO_TEMPERATURE, TYRES_OK, of_cause

CAUSE = "tyre"


def assessed(readings: list[Reading]) -> list[Assessment]:
    _, said = engine.step(engine.new_state(1), in_log_order([facts("car", EV)], batched("car", readings, 600.0)))
    return [a for a in said if a.cause == CAUSE]


@pytest.mark.parametrize("with_temperature", [True, False])
@pytest.mark.parametrize(("leak_kpa_d", "found_h"), [(30.0, 7.0), (40.0, 6.0), (60.0, 5.0)])
def test_a_leak_is_found_within_hours_of_driving(leak_kpa_d: float, found_h: float, with_temperature: bool) -> None:
    early = 0
    for seed in range(6):
        rows = driven_tyres(seed, [(0.0, 9.0)], leak_kpa_d=leak_kpa_d, with_temperature=with_temperature)
        acted_h = first_act_h(assessed(rows))

        assert acted_h is not None
        early += acted_h <= found_h
    assert early >= 5


@pytest.mark.parametrize("with_temperature", [True, False])
def test_sound_tyres_on_many_drives_never_call_for_anything(with_temperature: bool) -> None:
    for seed in range(12):
        hours = [(12.0 * trip, 12.0 * trip + 1.5 + seed % 4) for trip in range(8)]
        rows = driven_tyres(100 + seed, hours, every_s=600.0, with_temperature=with_temperature)

        assert first_act_h(assessed(rows)) is None


def test_twelve_hours_of_driving_on_sound_tyres_never_call_for_anything() -> None:
    for seed in range(8):
        rows = driven_tyres(200 + seed, [(0.0, 4.0), (4.7, 9.0), (9.5, 12.0)])

        assert first_act_h(assessed(rows)) is None


@pytest.mark.parametrize("leak_kpa_d", [3.0, 6.0])
def test_a_slow_leak_is_found_across_days_before_the_tyre_is_flat(leak_kpa_d: float) -> None:
    flat_h = 24.0 * 0.25 * 250.0 / leak_kpa_d
    trips = [(12.0 * trip, 12.0 * trip + 0.7) for trip in range(int(flat_h / 12.0))]

    said = assessed(driven_tyres(3, trips, leak_kpa_d=leak_kpa_d, every_s=1200.0))

    warned = [a for a in said if a.time_to_threshold_h is not None]
    assert warned
    assert warned[0].as_of_ms < said[-1].as_of_ms - 2 * 24 * HOUR * 1000
    assert warned[-1].reasons[1].code == "leak"


def test_the_leaking_wheel_is_named_with_its_rate_and_time() -> None:
    for story in (LEAK, LEAK_NO_TEMPERATURE):
        last = of_cause(story, CAUSE)[-1]

        assert "rear left" in last.reasons[0].en
        assert "左后" in last.reasons[0].zh
        assert 25.0 < float(last.reasons[1].numbers["kpa_d"]) < 45.0
        assert last.time_to_threshold_h is not None
        assert last.ttt_low_h is not None
        assert last.ttt_high_h is not None
        assert last.ttt_low_h <= last.time_to_threshold_h <= last.ttt_high_h
        assert last.service == "tyre_change"


def test_a_flat_tyre_is_flat_after_two_readings() -> None:
    said = [a for a in of_cause(FLAT, CAUSE) if a.risks is not None]

    assert said[1].risks is not None
    assert said[1].risks[0].p >= 0.9
    assert said[1].severity == 4
    assert said[1].time_to_threshold_h == 0.0


def test_one_low_reading_alone_does_not_make_a_flat_tyre() -> None:
    rows: list[Reading] = [(720.0 * k, signals.TYRE_REAR_LEFT, 100.0 if k == 5 else 250.0) for k in range(10)]

    measured = [a for a in assessed(rows) if a.risks is not None]

    assert len(measured) == 10
    assert all(a.reasons[1].code != "flat_now" for a in measured)
    assert measured[-1].severity == 0


def test_a_sensor_that_falls_silent_is_no_leak() -> None:
    rows = [
        (t, signal, float("nan") if signal is signals.TYRE_FRONT_LEFT and t > 2 * HOUR else value)
        for t, signal, value in driven_tyres(1, [(0.0, 6.0)])
    ]

    assert {action(a) for a in assessed(rows)} <= {"nothing", "watch"}


def test_without_temperatures_the_reason_says_what_it_was_compared_with() -> None:
    early = [a for a in of_cause(LEAK_NO_TEMPERATURE, CAUSE) if a.risks is not None][-1]

    assert early.quality <= 0.7
    assert all(reason.code != "tyre_compensated" for reason in early.reasons)


def test_sound_tyres_after_days_say_so() -> None:
    last = of_cause(TYRES_OK, CAUSE)[-1]

    assert last.risks is not None
    assert last.risks[2].p < 0.01
    assert last.severity == 0
