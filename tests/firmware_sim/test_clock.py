"""Domain time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.clock import DomainClock, parse_clock
from firmware_sim.errors import UsageError

pytestmark = pytest.mark.wheel


def test_a_scaled_clock_agrees_with_the_real_one_at_its_epoch_and_runs_faster_from_there() -> None:
    parsed = parse_clock("scaled:240@2026-01-15T08:00:00Z")
    clock = DomainClock(parsed.factor, parsed.epoch_s, lambda: parsed.epoch_s + 10.0)

    assert clock.now_s() - parsed.epoch_s == pytest.approx(2_400.0)
    assert clock.real_s(120.0) == pytest.approx(0.5)


def test_offsets_other_than_z_are_understood() -> None:
    shanghai = parse_clock("scaled:2@2026-01-15T16:00:00+08:00")

    assert shanghai.epoch_s == parse_clock("scaled:2@2026-01-15T08:00:00Z").epoch_s


def test_the_real_clock_is_the_real_clock() -> None:
    assert (parse_clock("real").factor, parse_clock("real").real_s(5.0)) == (1.0, 5.0)


@pytest.mark.parametrize(
    "spec",
    ["", "fast", "scaled:0@2026-01-15T08:00:00Z", "scaled:2@soon", "scaled:2@2026-01-15T08:00:00", "scaled:-1@x"],
)
def test_a_clock_that_cannot_be_meant_is_refused_with_an_example(spec: str) -> None:
    with pytest.raises(UsageError, match="--clock"):
        parse_clock(spec)


@settings(deadline=None)
@given(spec=st.text(max_size=60))
def test_no_text_brings_another_error_than_ours(spec: str) -> None:
    try:
        parse_clock(spec)
    except UsageError:
        return
    assert spec == "real" or spec.startswith("scaled:")
