"""The driving score: a table that only falls, learned again, and never told as more than it is."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.trips.features import features
from cloud.trips.score import (
    LEARNED_ON,
    STEPS,
    TABLE,
    TrainingRule,
    advice,
    learned,
    offers_training,
    score,
    values_of,
)
from cloud.trips.types import BINS, Counts, DayTotals, PeriodFeatures, Source

BINS_KM = (500.0, 300.0, 150.0, 50.0, *[0.0] * (BINS - 4))


def period(braking: int = 0, night_km: float = 0.0, km_by_speed: tuple[float, ...] = BINS_KM) -> PeriodFeatures:
    seen: dict[Source, Counts] = {"imu": Counts(km=1_000.0, braking=braking, cornering=0)}
    day = DayTotals(
        vehicle="c", day="d", km=1_000.0, night_km=night_km, km_by_speed=km_by_speed, by_source=seen, observed_s=1.0
    )
    return features("c", "a", "z", [day])


def test_the_table_is_what_the_stated_process_gives() -> None:
    assert learned() == TABLE


@pytest.mark.parametrize("name", STEPS)
def test_points_never_fall_as_a_feature_rises(name: str) -> None:
    assert list(TABLE[name]) == sorted(TABLE[name])
    assert TABLE[name][0] == 0


@given(a=st.integers(0, 300), b=st.integers(0, 300))
def test_more_harsh_braking_never_makes_a_better_score(a: int, b: int) -> None:
    few, many = score(period(braking=min(a, b))), score(period(braking=max(a, b)))

    assert few.score is not None
    assert many.score is not None
    assert few.score >= many.score


def test_the_reasons_carry_their_numbers_in_both_languages_and_advice_waits_until_the_car_stands() -> None:
    found = score(period(braking=60, night_km=400.0))

    assert {one.code for one in found.reasons} >= {"braking", "night"}
    braking = next(one for one in found.reasons if one.code == "braking")
    assert f"{braking.value:.1f}" in braking.en
    assert f"{braking.value:.1f}" in braking.zh
    assert advice(found, standing=False) == ()
    assert advice(found, standing=True) != ()
    assert found.learned_on == LEARNED_ON == "simulated drivers"


def test_too_little_driven_has_no_score_and_no_training() -> None:
    nothing = features("c", "a", "z", [])

    assert score(nothing).score is None
    assert not offers_training(score(nothing), nothing, TrainingRule(score=100, km=0.0))
    assert offers_training(score(period(60, 400.0)), period(60, 400.0), TrainingRule(score=90))
    assert not offers_training(score(period()), period(), TrainingRule(score=None))


def test_a_source_that_cannot_see_cornering_costs_nothing_for_it() -> None:
    blind = msgspec.structs.replace(period(), shrunk_per_100km=period().shrunk_per_100km | {"cornering": None})

    assert values_of(blind)["cornering"] is None
    assert score(blind).score is not None
