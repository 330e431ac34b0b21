"""Who goes where, against a twin that tries everything."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rescue.network.plan import Floats, Request, Slot, Weights, assign, costs, plan
from cloud.rescue.network.terms import Area, Price, Terms
from cloud.store.views import Point

PLAIN = Weights(late=0.0, price=0.0, score=0.0, fairness=0.0, unstated=0.0, waited=0.0, switch_min=0.0)
PLACE = Point(latitude_deg=31.2, longitude_deg=121.5, crs="WGS84", precision="pin")


def request(id_: str = "r", **more: Any) -> Request:
    base = Request(id_, "tow", frozenset(), PLACE, "310109", 1, 0.0, 60.0)
    return base._replace(**more)


TERMS = {"mode", "area", "prices", "score"}


def slot(id_: str = "s", **more: Any) -> Slot:
    terms = Terms(**{name: value for name, value in more.items() if name in TERMS})
    base = Slot(id_, id_, frozenset({"tow"}), terms, PLACE, is_open=True)
    return base._replace(**{name: value for name, value in more.items() if name not in TERMS})


def chosen(requests: list[Request], slots: list[Slot], minutes: list[list[float]], weights: Weights = PLAIN) -> Any:
    return {key: pair.slot.id for key, pair in plan(requests, slots, np.array(minutes), weights).items()}


def exhaustive(cost: Floats, worth: Floats) -> float:
    """Return the least total cost of all the ways to serve as many rows as can be, nobody's cost counted as 1e6."""
    n, m = cost.shape
    columns = [*range(m), *[-1] * n]
    return min(
        sum(float(1.0e6 + worth[i] if k < 0 else cost[i, k]) for i, k in enumerate(way))
        for way in set(itertools.permutations(columns, n))
    )


tables = st.integers(1, 4).flatmap(
    lambda n: st.integers(1, 4).flatmap(
        lambda m: st.lists(
            st.lists(st.one_of(st.floats(0, 500), st.just(np.inf)), min_size=m, max_size=m), min_size=n, max_size=n
        )
    )
)


@given(tables, st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_the_plan_costs_no_more_than_any_other(table: list[list[float]], worth: list[float]) -> None:
    cost, worths = np.array(table), np.array(worth[: len(table)])

    found = assign(cost, worths)

    used = [k for k in found if k is not None]
    assert len(set(used)) == len(used)
    total = sum(1.0e6 + worths[i] if k is None else cost[i, k] for i, k in enumerate(found))
    assert total == pytest.approx(exhaustive(cost, worths), rel=1e-9)


def test_together_is_better_than_one_after_the_other() -> None:
    minutes = [[10.0, 12.0], [11.0, 60.0]]

    assert chosen([request("a"), request("b")], [slot("x"), slot("y")], minutes) == {"a": "y", "b": "x"}


def test_a_person_gets_the_truck_before_a_prediction_however_near_it_is() -> None:
    asked = [request("prediction", priority=3), request("person", priority=1)]

    assert chosen(asked, [slot("x")], [[1.0], [59.0]]) == {"person": "x"}


def test_who_waits_longer_is_served_when_there_are_too_few() -> None:
    asked = [request("new", waited_min=0.0), request("old", waited_min=120.0)]

    assert chosen(asked, [slot("x")], [[5.0], [20.0]], Weights()) == {"old": "x"}
    assert chosen(asked, [slot("x")], [[5.0], [20.0]], PLAIN) == {"new": "x"}


def test_a_held_truck_is_kept_for_a_small_gain_and_left_for_a_great_one() -> None:
    held = [request("a", held="x")]

    assert chosen(held, [slot("x"), slot("y")], [[12.0, 9.0]], Weights()) == {"a": "x"}
    assert chosen(held, [slot("x"), slot("y")], [[30.0, 9.0]], Weights()) == {"a": "y"}


@pytest.mark.parametrize(
    "unable",
    [
        {"services": frozenset({"jump_start"})},
        {"is_open": False},
        {"is_free": False},
        {"equipment": frozenset({"hv_trained"})},
        {"area": Area(codes=("330000",))},
        {"id": "tried", "partner_id": "tried"},
    ],
)
def test_who_cannot_may_not_or_was_asked_is_left_out(unable: dict[str, Any]) -> None:
    asked = request("a", needs=frozenset({"flatbed"}), tried=frozenset({"tried"}))
    other = slot("able", equipment=frozenset({"flatbed"}))

    assert chosen([asked], [slot(unable.pop("id", "s"), **unable), other], [[1.0, 50.0]]) == {"a": "able"}


def test_equipment_that_nobody_confirmed_comes_after_equipment_that_somebody_did() -> None:
    asked = [request("a", needs=frozenset({"flatbed"}))]
    crew = [slot("unsaid"), slot("said", equipment=frozenset({"flatbed"}))]

    assert chosen(asked, crew, [[10.0, 20.0]], Weights()) == {"a": "said"}
    assert chosen(asked, crew, [[10.0, 40.0]], Weights()) == {"a": "unsaid"}


def test_price_score_fairness_and_promise_weigh_in() -> None:
    dear = {"tow": Price(base=800.0)}
    weights = Weights()

    assert chosen([request("a")], [slot("dear", prices=dear), slot("b")], [[10.0, 15.0]], weights) == {"a": "b"}
    assert chosen([request("a")], [slot("bad", score=0.1), slot("b", score=0.9)], [[10.0, 15.0]], weights) == {"a": "b"}
    assert chosen([request("a")], [slot("out", busy=1.0), slot("idle")], [[10.0, 11.0]], weights) == {"a": "idle"}
    late = [request("a", promise_min=12.0)]
    assert chosen(late, [slot("late"), slot("dear", prices={"tow": Price(base=100.0)})], [[15.0, 11.0]], weights) == {
        "a": "dear"
    }


def test_an_exclusive_partner_is_asked_alone_and_the_national_one_is_the_net_below() -> None:
    far, near = [[90.0, 5.0]], [[5.0, 90.0]]

    assert chosen([request("a")], [slot("x", mode="exclusive"), slot("y")], far) == {"a": "x"}
    taken = slot("x", mode="exclusive", is_free=False)
    assert chosen([request("a")], [taken, slot("y")], far) == {}
    assert chosen([request("a")], [slot("net", mode="national"), slot("local")], near) == {"a": "local"}
    assert chosen([request("a", tried=frozenset({"local"}))], [slot("net", mode="national"), slot("local")], near) == {
        "a": "net"
    }


def test_an_unknown_way_is_a_long_one_and_said_to_be_unknown() -> None:
    pairs = plan([request("a", place=None)], [slot("x")], np.array([[np.nan]]), PLAIN)

    assert pairs["a"].minutes is None
    assert pairs["a"].cost == PLAIN.unknown_min


def test_nobody_and_nothing_are_no_plan() -> None:
    assert plan([], [slot()], np.empty((0, 1)), PLAIN) == {}
    assert plan([request()], [], np.empty((1, 0)), PLAIN) == {}
    assert costs([request()], [slot()], np.array([[3.0]]), PLAIN).tolist() == [[3.0]]


def test_a_job_without_a_place_belongs_to_no_exclusive_partner_of_some_area() -> None:
    own = slot("own", mode="exclusive", area=Area(codes=("440000",)))
    declined = request(place=None, code="", tried=frozenset({"own"}))

    assert chosen([declined], [own, slot("other")], [[np.nan, np.nan]]) == {"r": "other"}


def test_a_job_without_a_place_still_belongs_to_the_partner_that_is_exclusive_everywhere() -> None:
    declined = request(place=None, code="", tried=frozenset({"own"}))

    assert chosen([declined], [slot("own", mode="exclusive"), slot("other")], [[np.nan, np.nan]]) == {}
