"""Rows by vehicle: what a dictionary would say, whatever the names, in a fraction of its memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring.registry import Registry

names = st.text(max_size=40).filter(lambda text: text.isascii() or text.encode(errors="ignore").decode() == text)


@settings(max_examples=60, deadline=None)
@given(rounds=st.lists(st.lists(names, max_size=60), max_size=5))
def test_rows_are_given_as_a_dictionary_would_give_them(rounds: list[list[str]]) -> None:
    registry, twin = Registry(), dict[str, int]()

    for vehicles in rounds:
        wanted = [twin.setdefault(vehicle, len(twin)) for vehicle in vehicles]
        assert registry.rows_of(vehicles).tolist() == wanted

    assert dict(registry) == twin
    assert list(registry) == list(twin)
    assert [registry[vehicle] for vehicle in twin] == list(twin.values())


def test_who_was_never_seen_has_no_row_and_gets_none_by_being_asked_for() -> None:
    registry = Registry(["car-1"])

    with pytest.raises(KeyError, match="car-2"):
        registry["car-2"]
    assert "car-2" not in registry
    assert "car-1" in registry
    assert registry.get("") is None
    assert len(registry) == 1


def test_names_that_begin_or_end_alike_are_different_vehicles() -> None:
    registry = Registry(["ab", "a", "b", "", "abc", "a\0", "\0a"])

    assert [registry[name] for name in ("", "a", "ab", "abc", "b", "a\0", "\0a")] == [3, 1, 0, 4, 2, 5, 6]


@pytest.mark.parametrize("vehicles", [1, 31, 32, 33, 5_000])
def test_a_registry_comes_back_from_its_names(vehicles: int) -> None:
    first = Registry([f"LSV{n:014d}" for n in range(vehicles)])

    again = Registry.of(first.names.copy(), first.ends.copy())
    again.rows_of(["another"])

    assert again[f"LSV{vehicles - 1:014d}"] == vehicles - 1
    assert again["another"] == vehicles
    assert len(first) == vehicles


def test_sixty_thousand_vehicles_take_forty_five_bytes_each_at_most() -> None:
    registry = Registry()
    registry.rows_of([f"LSV{n:014d}" for n in range(60_000)])

    assert registry.nbytes <= 45 * 60_000
    assert np.array_equal(registry.rows_of(["LSV00000000000000", "LSV00000000059999"]), [0, 59_999])
