"""Starts: the dip against the rest voltage, hard starts that fade, and another battery that is recognised."""

import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb, cranking, engine, low_voltage, voltage
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import AWAKE_STILL, EVENT, RUN
from cloud.scoring.types import Assessment, VehicleFacts
from tests.cloud.scoring.journeys import START_S, batched, facts, in_log_order, parked_voltage

DAY = 86_400.0


def blank_car() -> Any:
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    return cars[0]


def start(car: Any, day: float, rest_v: float, lowest_v: float, *, polled: float = 0.0) -> None:
    car["rest_v"], car["active_s"] = rest_v, DAY * day
    cranking.note_start(car, lowest_v, polled)
    car["start_s"] = DAY * day


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(12.3, 12.5), st.floats(9.2, 10.5), st.floats(-20.0, 35.0)), min_size=1, max_size=20)
)
def test_the_crank_ratio_agrees_with_a_slow_twin(starts: list[tuple[float, float, float]]) -> None:
    car, mean = blank_car(), math.nan
    for day, (rest_v, lowest_v, degc) in enumerate(starts):
        car["ambient_degc"] = degc
        start(car, float(day), rest_v, lowest_v)
        ratio = (rest_v / lowest_v - 1.0) * math.exp(0.0075 * (degc - 25.0))
        mean = ratio if math.isnan(mean) else 0.7 * mean + 0.3 * ratio

    assert math.isclose(car["rho"], mean, rel_tol=1e-9)


def test_another_battery_is_recognised_by_its_rest_voltage_and_its_easy_starts() -> None:
    car = blank_car()
    for day in range(8):
        start(car, float(day), 12.2, 8.6)
    assert car["slow_n"] > 5.0

    start(car, 9.0, 12.6, 10.4)

    assert car["replaced_s"] == 9.0 * DAY
    assert car["slow_n"] == 0.0


def test_a_charged_battery_with_the_same_dip_is_no_other_one() -> None:
    car = blank_car()
    for day in range(8):
        start(car, float(day), 12.2, 8.6)

    start(car, 9.0, 12.6, 8.7)

    assert car["replaced_s"] == -math.inf


def test_a_dip_that_was_captured_replaces_what_polling_met_at_the_same_start() -> None:
    car = blank_car()
    car["rest_v"], car["active_s"], car["phase"] = 12.5, 1000.0, AWAKE_STILL
    car["crank_v"], car["crank_gap_s"] = 11.0, 1.0
    voltage.start_running(car)
    assert (car["crank_n"], car["crank_ewma_v"], car["crank_polled"]) == (1.0, 11.0, 1.0)

    car["captured"] = 1.0
    voltage.take_crank(car, 1004.0, 9.1)

    assert car["phase"] == RUN
    assert (car["crank_n"], car["crank_ewma_v"], car["crank_polled"]) == (1.0, 9.1, 0.0)
    assert math.isclose(car["rho"], 3.4 / 9.1 * math.exp(-0.0075 * 5.0))


def assessed(what: VehicleFacts) -> Assessment:
    parked = parked_voltage(1, 6.0, capacity_ah=55.0, full=0.6)
    _, said = engine.step(engine.new_state(1), in_log_order([facts("car", what)], batched("car", parked)))
    return [a for a in said if a.cause == "low_voltage_battery"][-1]


def test_a_cold_forecast_raises_the_risk_and_is_the_reason() -> None:
    until_ms = round((START_S + 3 * DAY) * 1000)
    none = assessed(VehicleFacts(powertrain="petrol"))
    cold = assessed(VehicleFacts(powertrain="petrol", forecast_min_degc=-15.0, forecast_until_ms=until_ms))
    over = assessed(VehicleFacts(powertrain="petrol", forecast_min_degc=-15.0, forecast_until_ms=round(START_S * 1000)))

    assert none.risks is not None
    assert cold.risks is not None
    assert cold.risks[2].p > 2.0 * none.risks[2].p
    assert cold.reasons[2].code == "start_limit_forecast"
    assert cold.reasons[2].numbers["degc"] == -15.0
    assert over.risks == none.risks


def test_not_knowing_the_air_never_lowers_the_risk() -> None:
    known, unknown = blank_car(), blank_car()
    for car in (known, unknown):
        car["last_v"], car["rest_v"], car["volts_s"], car["rest_h"] = 12.3, 12.3, 0.0, 5.0
    known["ambient_degc"] = low_voltage.ASSUMED_DEGC

    sure, guessed = low_voltage.assess(known).p, low_voltage.assess(unknown).p

    assert sure is not None
    assert guessed is not None
    assert guessed[2] >= sure[2]
