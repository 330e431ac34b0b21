"""NAB's scoring, by its published cases; the whole corpus is `python -m tests.proof.nab`."""

import numpy as np
import pytest

from tests.proof.nab import labelled
from tests.proof.nab_scoring import PROFILES, Series, best, probation, sigmoid, worth

STANDARD = PROFILES["standard"]


def corpus(*said: int, readings: int = 1000) -> dict[str, Series]:
    """Return one series with windows at 400 and 700, and a detection at each of `said`."""
    surprises = np.zeros(readings)
    surprises[list(said)] = 1.0
    return {"one": Series(surprises, [(400, 449), (700, 749)])}


def test_silence_is_worth_nothing_and_two_first_moments_everything() -> None:
    assert best(corpus(), STANDARD).score == 0.0
    assert best(corpus(400, 700), STANDARD).score == pytest.approx(100.0)


def test_earlier_in_a_window_is_worth_more_and_the_end_nearly_nothing() -> None:
    scores = [best(corpus(at), STANDARD).score for at in (400, 425, 449)]

    assert scores[0] > scores[1] > scores[2]
    assert scores[0] == pytest.approx(50.0)
    assert scores[2] == pytest.approx(100.0 * (1.0 + sigmoid(np.array(-0.02)) / sigmoid(np.array(-1.0))) / 4.0)


def test_a_second_detection_in_a_window_changes_nothing() -> None:
    assert best(corpus(410, 420, 430), STANDARD) == best(corpus(410), STANDARD)._replace(found=1)


def test_a_detection_just_behind_a_window_costs_less_than_one_far_from_any() -> None:
    value, window = worth(1000, [(400, 449), (700, 749)])

    assert value[300] == -1.0
    assert -0.2 < value[451] < 0.0
    assert value[690] == -1.0
    assert window[[399, 400, 449, 450, 700]].tolist() == [-1, 0, 0, -1, 1]


def test_a_false_detection_costs_what_the_profile_says() -> None:
    for name, false, missed in (("standard", 0.11, 1.0), ("reward_low_FP_rate", 0.22, 1.0)):
        alone, with_false = (best(corpus(*said), PROFILES[name]).score for said in ((400, 700), (300, 400, 700)))
        assert alone - with_false == pytest.approx(100.0 * false / (2.0 + 2.0 * missed))


def test_the_threshold_is_the_best_one_for_the_whole_corpus() -> None:
    surprises = np.zeros(1000)
    surprises[[400, 700]] = 5.0
    surprises[200:390] = 2.0

    found = best({"one": Series(surprises, [(400, 449), (700, 749)])}, STANDARD)

    assert (found.threshold, found.found, found.false) == (5.0, 2, 0)


def test_the_beginning_is_not_judged() -> None:
    assert probation(1000) == 150
    assert probation(20_000) == 750
    assert best(corpus(149, 400, 700), STANDARD).false == 0


def test_a_series_is_read_with_its_windows_by_time() -> None:
    table = "timestamp,value\n2014-04-01 00:00:00,1.5\n2014-04-01 00:05:00,2.5\n2014-04-01 00:10:00,3\n"

    one = labelled(table, [["2014-04-01 00:05:00.000000", "2014-04-01 00:10:00.000000"]])

    assert one.values.tolist() == [1.5, 2.5, 3.0]
    assert one.windows == [(1, 2)]
