"""Who is fitted and who is tested: a group (policy, client) is on one side only, whatever the split."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from cloud.insurer.models.book import Bools, Ints

REPEATS: Final = 5


def by_group(group: Ints, share: float, seed: int) -> Bools:
    """Return (n_rows,) true where a row is tested: about `share` of the groups, whole groups only."""
    places, members = _groups(group)
    chosen = np.random.default_rng(seed).permutation(places) < max(1, round(share * places))
    return np.asarray(chosen[members], dtype=np.bool_)


def by_year(group: Ints, year: Ints, seed: int) -> tuple[Ints, Ints]:
    """Return the rows to fit (years before the last) and to test (the last year).

    A group seen on both sides is put on one by a fair coin; its rows on the other side are in neither.
    """
    last = year == year.max()
    places, members = _groups(group)
    late, early = np.zeros(places, dtype=np.bool_), np.zeros(places, dtype=np.bool_)
    late[members[last]] = True
    early[members[~last]] = True
    coin = np.random.default_rng(seed).random(places) < 0.5
    tested = (late & (~early | coin))[members]
    return np.flatnonzero(~last & ~tested), np.flatnonzero(last & tested)


def folds(group: Ints, count: int, seed: int) -> Ints:
    """Return (n_rows,) the fold 0…count-1 of each row; a group's rows share one, folds hold as many groups."""
    places, members = _groups(group)
    return np.asarray((np.random.default_rng(seed).permutation(places) % count)[members], dtype=np.int64)


def some(group: Ints, limit: int, seed: int) -> Ints:
    """Return about `limit` rows, whole groups each, in their order; all of them where there are no more."""
    if group.size <= limit:
        return np.arange(group.size, dtype=np.int64)
    return np.flatnonzero(by_group(group, limit / group.size, seed))


def halves(group: Ints, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the ten (fit, test) rows of 5x2 cross-validation, both ways of each half."""
    for repeat in range(REPEATS):
        half = folds(group, 2, seed + 1000 * (repeat + 1))
        for side in (0, 1):
            yield np.flatnonzero(half != side), np.flatnonzero(half == side)


def _groups(group: Ints) -> tuple[int, Ints]:
    """Return how many groups there are, and (n_rows,) the place of each row's group among them."""
    found, members = np.unique(group, return_inverse=True)
    return found.size, np.asarray(members, dtype=np.int64)
