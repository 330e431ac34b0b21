"""A day is judged against its class: the odd one is found with its numbers, and nothing is called sound for a gap."""

import json
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring.anomaly import artefact, training
from cloud.scoring.anomaly.artefact import ArtefactError
from cloud.scoring.anomaly.days import CODES, Summary, features_of
from cloud.scoring.anomaly.model import ClassModel, p_values, review
from contract import signals
from tests.cloud.scoring.anomaly.fleets import fleet, with_number


@cache
def models() -> dict[str, ClassModel]:
    """Return what twelve days of two hundred cars give."""
    return training.fit(fleet(12))


def packed() -> tuple[bytes, bytes]:
    """Return those models as bytes."""
    return artefact.pack(models(), days=(0, 11), counts={"petrol": 2400})


def test_a_car_unlike_the_others_is_found_with_the_numbers_that_set_it_apart() -> None:
    days = fleet(1, seed=5)
    days[7] = with_number(with_number(days[7], "coolant_most", 112.0), "low_v_least", 10.9)

    found = review(models(), days)

    assert [odd.vehicle for odd in found.odd] == ["car-7"]
    assert {CODES[oddity.column] for oddity in found.odd[0].oddities[:2]} == {"coolant_most", "low_v_least"}
    assert found.odd[0].p < 1e-3
    assert found.judged == 200


def test_days_like_those_before_have_fair_p_values_and_hardly_a_finding() -> None:
    rows = np.array([day.numbers for day in fleet(20, seed=6)])

    p = p_values(models()["petrol"], rows)

    assert (p <= 0.02).mean() <= 0.04
    assert sum(bool(review(models(), fleet(1, seed=seed)).odd) for seed in range(20, 40)) <= 5


def test_a_car_with_a_gap_or_without_a_class_is_not_judged() -> None:
    days = fleet(1, seed=7)
    days[0] = with_number(days[0], "coolant_mean", np.nan)
    days[1] = days[1]._replace(kind="hovercraft")

    assert review(models(), days).judged == 198


def test_when_the_whole_fleet_has_moved_no_car_is_blamed_and_the_move_is_told() -> None:
    moved = [day._replace(numbers=day.numbers * 1.3) for day in fleet(1, seed=8)]

    found = review(models(), moved)

    assert found.odd == ()
    assert found.judged == 0
    assert "coolant_mean" in found.moved["petrol"]


def test_a_lasting_shift_is_dated() -> None:
    days = {number: np.array([day.numbers for day in fleet(1, seed=50 + number)]) for number in range(20)}
    for number in range(12, 20):
        days[number][:, CODES.index("oil_mean")] *= 1.1

    shifted = training.shifts(days, models()["petrol"])

    assert list(shifted) == ["oil_mean"]
    assert 12 <= shifted["oil_mean"] <= 19


def test_too_few_days_make_no_model() -> None:
    assert training.fit(fleet(2)) == {}
    assert training.fit([]) == {}
    assert training.fit(fleet(200, vehicles=20)) == {}


def test_models_come_back_as_they_were() -> None:
    days = fleet(1, seed=9)

    back, told = artefact.unpack(*packed())

    assert review(back, days) == review(models(), days)
    assert (told["last_day"], told["counts"]) == (11, {"petrol": 2400})


def test_a_changed_byte_is_refused() -> None:
    arrays, manifest = packed()

    for changed in ((arrays[:-9] + b"x" + arrays[-8:], manifest), (arrays, manifest.replace(b"2400", b"2401"))):
        with pytest.raises(ArtefactError, match="sha256 is wrong"):
            artefact.unpack(*changed)


def test_models_for_features_in_another_order_are_refused() -> None:
    arrays, manifest = packed()
    told = json.loads(manifest)
    told["features"].reverse()
    told.pop("sha256")
    told["sha256"] = artefact._digest(told)

    with pytest.raises(ArtefactError, match="other features"):
        artefact.unpack(arrays, json.dumps(told).encode())


@given(arrays=st.binary(max_size=200), manifest=st.binary(max_size=200) | st.just(b"{}") | st.just(b"[1]"))
@settings(max_examples=50)
def test_any_bytes_give_models_or_our_one_error(arrays: bytes, manifest: bytes) -> None:
    with pytest.raises(ArtefactError):
        artefact.unpack(arrays, manifest)


def test_a_day_is_made_of_what_was_measured_often_enough() -> None:
    day = {
        signals.LOW_VOLTAGE.path: Summary(13.8, 12.1, 14.4, 0.3, 500),
        signals.COOLANT_TEMPERATURE.path: Summary(70.0, 20.0, 91.0, 15.0, 2),
        signals.CRANKING_VOLTAGE.path: Summary(9.6, 9.4, 9.8, 0.2, 2),
        **{
            tyre.path: Summary(kpa, kpa, kpa, 1.0, 9)
            for tyre, kpa in zip(signals.TYRES, (230, 231, 210, 230), strict=True)
        },
    }

    numbers = dict(zip(CODES, features_of(day).tolist(), strict=True))

    assert (numbers["low_v_mean"], numbers["low_v_least"], numbers["cranking_v"]) == (13.8, 12.1, 9.4)
    assert numbers["tyre_lowest"] == -20.0
    assert np.isnan([numbers["coolant_mean"], numbers["soc_span"], numbers["pack_uneven"]]).all()
