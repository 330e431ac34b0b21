"""When the car's own traffic is a sign of life: only when it begins, and not because of us."""

from math import inf

import pytest

from edge.traffic import BEGINNING_S, OURS_S, QUIET_S, Traffic


def talk(traffic: Traffic, since_s: float, until_s: float, every_s: float = 0.1) -> None:
    for n in range(round((until_s - since_s) / every_s) + 1):
        traffic.note(since_s + n * every_s)


def test_three_frames_in_a_second_are_a_beginning_and_two_are_not() -> None:
    traffic = Traffic()
    traffic.note(10.0)
    traffic.note(10.4)
    assert not traffic.began(10.4)

    traffic.note(10.9)
    assert traffic.began(10.9)


def test_three_frames_in_ten_seconds_are_none() -> None:
    traffic = Traffic()
    talk(traffic, 0.0, 60.0, every_s=2.0)

    assert not traffic.began(60.0)


def test_frames_of_long_ago_begin_nothing() -> None:
    traffic = Traffic()
    talk(traffic, 0.0, 1.0)

    assert not traffic.began(1.0 + BEGINNING_S)


def test_what_was_going_on_when_we_fell_asleep_begins_nothing_until_the_bus_was_quiet() -> None:
    traffic = Traffic()
    talk(traffic, 0.0, 10.0)
    traffic.grow_old(10.0)
    talk(traffic, 10.1, 60.0)
    assert not traffic.began(60.0)
    assert traffic.lasts(60.0, 49.0)

    talk(traffic, 60.0 + QUIET_S + 0.1, 65.0)
    assert traffic.began(65.0)
    assert not traffic.lasts(65.0, 49.0)


def test_what_begins_right_after_our_request_is_ours_and_no_sign_of_life() -> None:
    for late_s, ours in ((0.0, True), (OURS_S, True), (OURS_S + 0.1, False)):
        traffic = Traffic()
        traffic.asked(100.0)
        talk(traffic, 100.0 + late_s, 105.0)
        assert (traffic.is_ours, traffic.began(105.0)) == (ours, not ours)


def test_it_is_told_when_it_ends() -> None:
    traffic = Traffic()
    assert not traffic.ended(0.0)
    talk(traffic, 0.0, 1.0)
    assert not traffic.ended(1.0 + QUIET_S - 0.1)
    assert traffic.ended(1.0 + QUIET_S)


def test_the_end_of_traffic_of_long_ago_is_no_news() -> None:
    for ago_s, is_news in ((0.0, True), (QUIET_S, False)):
        traffic = Traffic()
        talk(traffic, 0.0, 1.0)
        traffic.drop_past(1.0 + ago_s)
        assert traffic.ended(60.0) == is_news


def test_after_a_lost_bus_whatever_comes_is_a_beginning() -> None:
    traffic = Traffic()
    talk(traffic, 0.0, 10.0)
    traffic.grow_old(10.0)
    traffic.forget()
    talk(traffic, 10.1, 11.0)

    assert traffic.began(11.0)
    assert traffic.last_s == pytest.approx(11.0)
    assert Traffic().last_s == -inf
