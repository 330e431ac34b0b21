"""Splits: no policyholder is on both sides, nobody is lost unless said so, and a seed gives the same split again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.insurer.models import split
from cloud.insurer.models.book import Ints

groups = st.lists(st.integers(0, 30), min_size=4, max_size=200).map(lambda it: np.array(it, dtype=np.int64))
seeds = st.integers(0, 10_000)


def shared(group: Ints, one: Ints, other: Ints) -> set[int]:
    return set(group[one].tolist()) & set(group[other].tolist())


@given(group=groups, seed=seeds, share=st.floats(0.05, 0.95))
def test_no_group_is_on_both_sides_of_a_split_by_group(group: Ints, seed: int, share: float) -> None:
    tested = split.by_group(group, share, seed)

    assert shared(group, np.flatnonzero(tested), np.flatnonzero(~tested)) == set()
    assert tested.any()


@given(group=groups, seed=seeds)
def test_no_group_is_on_both_sides_of_any_of_the_ten_halves(group: Ints, seed: int) -> None:
    pairs = list(split.halves(group, seed))

    assert len(pairs) == 10
    for fitted, tested in pairs:
        assert shared(group, fitted, tested) == set()
        assert sorted([*fitted, *tested]) == list(range(group.size))


@given(group=groups, seed=seeds)
def test_no_group_is_on_both_sides_of_a_split_by_year(group: Ints, seed: int) -> None:
    year = np.arange(group.size, dtype=np.int64) % 3

    fitted, tested = split.by_year(group, year, seed)

    assert shared(group, fitted, tested) == set()
    assert (year[fitted] < 2).all()
    assert (year[tested] == 2).all()


@given(group=groups, seed=seeds, count=st.integers(2, 6))
def test_a_group_shares_one_fold(group: Ints, seed: int, count: int) -> None:
    fold = split.folds(group, count, seed)

    assert {len(set(fold[group == one].tolist())) for one in set(group.tolist())} == {1}


@given(group=groups, seed=seeds, limit=st.integers(2, 300))
def test_some_rows_are_whole_groups(group: Ints, seed: int, limit: int) -> None:
    rows = split.some(group, limit, seed)
    rest = np.setdiff1d(np.arange(group.size), rows)

    assert shared(group, rows, rest) == set()
    assert rows.size > 0


def test_a_full_panel_leaves_rows_on_both_sides_of_the_last_year() -> None:
    group = np.repeat(np.arange(400, dtype=np.int64), 2)
    year = np.tile(np.array([2009, 2010], dtype=np.int64), 400)

    fitted, tested = split.by_year(group, year, 0)

    assert fitted.size + tested.size == 400
    assert 150 < tested.size < 250


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_a_split_holds_out_about_its_share_and_the_same_again(share: float) -> None:
    group = np.arange(1000, dtype=np.int64)

    tested = split.by_group(group, share, 7)

    assert tested.sum() == 1000 * share
    assert (tested == split.by_group(group, share, 7)).all()
    assert (tested != split.by_group(group, share, 8)).any()
