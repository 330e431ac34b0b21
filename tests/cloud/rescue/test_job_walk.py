"""A hundred thousand steps in any order: no illegal one passes; a million by `make long-jobs`."""

from cloud.rescue.jobs import TERMINAL
from tests.proof.job_steps import walk


def test_a_hundred_thousand_steps_in_any_order_hold_no_illegal_one() -> None:
    walked = walk(100_000)

    assert walked.illegal == []
    assert set(walked.ends) == set(TERMINAL)
    assert walked.taken > 5_000
