"""The long run of the guard, shortened, and its judge: one that never objects would prove nothing."""

import pytest

from edge.obd.frames import CanFrame
from tests.proof.guard_frames import Judge, run


def test_random_frames_meet_no_gap_in_the_guard() -> None:
    tally = run(40_000, seed=20260115)

    assert tally.astray == 0
    assert tally.sent > 1_000


@pytest.fixture
def judge() -> Judge:
    made = Judge(tester_present=False, polling=True, stopped=["22"])
    made.is_awake = True
    return made


READS = CanFrame(0x7E0, False, bytes.fromhex("02010C5555555555"))
GOES_ON = CanFrame(0x7E0, False, bytes.fromhex("3000005555555555"))


def test_the_judge_objects_to_what_is_not_on_the_list(judge: Judge) -> None:
    assert judge.allows(READS, 0.0)
    assert not judge.allows(READS._replace(data=bytes.fromhex("0114555555555555")), 0.0)
    assert not judge.allows(READS._replace(data=bytes.fromhex("0322F40C55555555")), 0.0)


def test_the_judge_objects_to_the_eleventh_in_a_second_and_to_a_sleeping_car(judge: Judge) -> None:
    assert [judge.allows(READS, n * 0.05) for n in range(11)] == [True] * 10 + [False]
    judge.is_awake = False
    assert not judge.allows(READS, 10.0)


def test_the_judge_objects_to_a_flow_control_that_nobody_is_owed(judge: Judge) -> None:
    assert not judge.allows(GOES_ON, 0.0)
    judge.allows(READS, 0.0)
    judge.first_frame((0x7E0, False), 0.1)
    assert [judge.allows(GOES_ON, 0.2), judge.allows(GOES_ON, 0.3)] == [True, False]


def test_the_judge_objects_beside_another_tester(judge: Judge) -> None:
    judge.other_s = 5.0
    assert not judge.allows(READS, 64.0)
    assert judge.allows(READS, 65.0)
