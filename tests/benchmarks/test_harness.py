"""The harness itself, on made-up clocks: what counts as a ratio, and when there is none."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest

from benchmarks.harness import (
    LEAST_CLEAN,
    MOST_ROUNDS,
    ROUNDS,
    WARM_ROUNDS,
    Contestant,
    OutputsDifferError,
    Row,
    canary,
    compare,
    interval,
)


class MadeUpTime:
    """A stopwatch by script: every canary takes the next of `canaries`, every contestant what its name says."""

    def __init__(self, seconds: dict[str, float], canaries: Iterator[float]) -> None:
        self.seconds = seconds
        self.canaries = canaries
        self.order: list[str] = []

    def __call__(self, run: Callable[[], Any]) -> tuple[float, Any]:
        if run is canary:
            return next(self.canaries), 0.0
        result = run()
        self.order.append(result[0])
        return self.seconds[result[0]], result


def contestant(name: str, units: float = 100.0, answer: int = 42) -> Contestant:
    return Contestant(name, list, lambda state: (name, state, answer), units)


def same_answer(ours: tuple[str, list[int], int], theirs: tuple[str, list[int], int]) -> bool:
    return ours[2] == theirs[2]


def row(stopwatch: MadeUpTime, ours: Contestant | None = None, peer: Contestant | None = None) -> Row:
    return compare(
        "a row",
        ours or contestant("ours"),
        peer or contestant("peer"),
        same=same_answer,
        floor=2.0,
        target=5.0,
        stopwatch=stopwatch,
    )


def test_the_ratio_is_of_rates_and_a_peer_may_do_fewer_units() -> None:
    stopwatch = MadeUpTime({"ours": 0.5, "peer": 2.0}, cycle([0.001]))

    found = row(stopwatch, peer=contestant("peer", units=40.0))

    assert (found.ours, found.peer, found.ratio) == (200.0, 20.0, 10.0)
    assert (found.ci_low, found.ci_high, found.clean_rounds) == (10.0, 10.0, ROUNDS)


def test_contestants_take_turns() -> None:
    stopwatch = MadeUpTime({"ours": 1.0, "peer": 1.0}, cycle([0.001]))

    row(stopwatch)

    assert stopwatch.order == ["ours", "peer"] * (WARM_ROUNDS + ROUNDS)


def test_every_run_gets_fresh_state() -> None:
    made: list[list[int]] = []

    def prepare() -> list[int]:
        made.append([])
        return made[-1]

    def run(state: list[int]) -> tuple[str, list[int], int]:
        state.append(1)
        return "ours", state, 42

    row(MadeUpTime({"ours": 1.0, "peer": 1.0}, cycle([0.001])), ours=Contestant("ours", prepare, run, 1.0))

    assert made == [[1]] * (WARM_ROUNDS + ROUNDS)


def test_a_contestant_with_another_result_is_not_compared() -> None:
    with pytest.raises(OutputsDifferError, match="ours and peer do not come to the same result"):
        row(MadeUpTime({"ours": 1.0, "peer": 1.0}, cycle([0.001])), peer=contestant("peer", answer=41))


def test_a_machine_whose_canary_never_settles_gives_no_number() -> None:
    stopwatch = MadeUpTime({"ours": 1.0, "peer": 2.0}, (0.001 * 1.2**k for k in range(10_000)))

    found = row(stopwatch)

    assert found.clean_rounds < LEAST_CLEAN
    assert found[1:6] == (None, None, None, None, None)
    assert not found.failed
    assert len(stopwatch.order) == 2 * (WARM_ROUNDS + MOST_ROUNDS)


def test_rounds_beside_a_loud_neighbour_are_thrown_away() -> None:
    quiet, loud = [0.001] * 9, [0.002] * 9
    stopwatch = MadeUpTime({"ours": 1.0, "peer": 2.0}, cycle(quiet + loud))

    found = row(stopwatch)

    assert found.clean_rounds == ROUNDS
    assert len(stopwatch.order) > 2 * (WARM_ROUNDS + ROUNDS)


def test_the_interval_holds_the_median_and_is_the_same_each_time() -> None:
    ratios = [9.0, 10.0, 10.5, 11.0, 30.0]

    low, high = interval(ratios)

    assert low <= 10.5 <= high
    assert (low, high) == interval(ratios)
    assert min(ratios) <= low
    assert high <= max(ratios)


@pytest.mark.parametrize(("high", "failed"), [(1.9, True), (2.1, False), (None, False)])
def test_a_row_fails_only_when_its_whole_interval_lies_below_the_floor(high: float | None, failed: bool) -> None:
    assert Row("a row", 1.0, 1.0, 1.5, 1.0, high, 2.0, 5.0, 9).failed is failed
