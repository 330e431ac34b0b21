"""What a broker's reason code asks of the agent."""

import pytest

from edge.refusals import CREDENTIALS, TAKEN_OVER, refusal


@pytest.mark.parametrize("code", sorted(CREDENTIALS))
def test_who_is_not_let_in_stays_away_for_long_and_is_told_where_to_look(code: int) -> None:
    asked = refusal(code)

    assert asked is not None
    assert asked.at_least_s >= 60.0
    assert "password or certificate" in asked.advice


def test_a_session_that_was_taken_over_names_the_second_dongle() -> None:
    asked = refusal(TAKEN_OVER)

    assert asked is not None
    assert asked.at_least_s >= 10.0
    assert "second dongle" in asked.advice


@pytest.mark.parametrize("code", [136, 137, 151, 156, 157, 159])
def test_a_broker_in_need_or_elsewhere_is_spared(code: int) -> None:
    asked = refusal(code)

    assert asked is not None
    assert asked.at_least_s >= 10.0


@pytest.mark.parametrize("code", [None, 0, 4096, 141, 139])
def test_other_ends_ask_for_nothing_but_the_usual_back_off(code: int | None) -> None:
    assert refusal(code) is None
