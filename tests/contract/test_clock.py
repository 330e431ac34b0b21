"""A scaled clock agrees with real time at its epoch, and a specification that cannot be one is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.clock import REAL, parse_scale
from contract.errors import ContractError


def test_real_time_is_itself() -> None:
    assert parse_scale("real") is REAL
    assert REAL.domain_s(1_768_464_000.25) == 1_768_464_000.25


def test_a_scaled_clock_agrees_with_real_time_at_its_epoch_and_runs_on_from_there() -> None:
    scale = parse_scale("scaled:240@2026-01-15T08:00:00Z")

    assert scale.factor == 240.0
    assert scale.domain_s(scale.epoch_s) == scale.epoch_s == 1_768_464_000.0
    assert scale.domain_s(scale.epoch_s + 180.0) == scale.epoch_s + 12 * 3600.0


def test_an_epoch_may_be_written_with_any_offset() -> None:
    assert parse_scale("scaled:2@2026-01-15T16:00:00+08:00") == parse_scale("scaled:2@2026-01-15T08:00:00Z")


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "Real",
        "scaled",
        "scaled:240",
        "scaled:240@",
        "scaled:240@yesterday",
        "scaled:240@2026-01-15T08:00:00",
        "scaled:0@2026-01-15T08:00:00Z",
        "scaled:-1@2026-01-15T08:00:00Z",
        "scaled:nan@2026-01-15T08:00:00Z",
        "scaled:1e9@2026-01-15T08:00:00Z",
        "scaled:" + "9" * 400 + "@2026-01-15T08:00:00Z",
        "scaled:2@0001-01-01T00:00:00+14:00",
        "scaled:2@9999-12-31T23:59:59-14:00",
        "real\n",
    ],
)
def test_what_is_no_clock_is_refused(spec: str) -> None:
    with pytest.raises(ContractError, match="clock"):
        parse_scale(spec)


@given(st.text(max_size=60) | st.text("scaled:@0123456789.-T:Z+", max_size=60))
def test_any_text_is_a_clock_or_refused(text: str) -> None:
    try:
        scale = parse_scale(text)
    except ContractError:
        return
    assert 0.0 < scale.factor <= 1e6
