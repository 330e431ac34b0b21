"""A vehicle has its burst and its rate, and no more."""

from cloud.ingest.allowance import Allowance


def test_a_vehicle_may_use_its_burst_at_once_and_its_rate_after_that() -> None:
    allowance = Allowance(rate_per_s=2.0, burst=5.0)

    assert [allowance.admits("car-1", 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [allowance.admits("car-1", 1.0) for _ in range(3)] == [True, True, False]


def test_what_one_vehicle_uses_is_not_taken_from_another() -> None:
    allowance = Allowance(rate_per_s=1.0, burst=1.0)

    assert allowance.admits("car-1", 0.0)
    assert not allowance.admits("car-1", 0.0)
    assert allowance.admits("car-2", 0.0)


def test_an_idle_vehicle_saves_no_more_than_its_burst() -> None:
    allowance = Allowance(rate_per_s=1.0, burst=2.0)
    allowance.admits("car-1", 0.0)

    assert [allowance.admits("car-1", 1_000_000.0) for _ in range(3)] == [True, True, False]
