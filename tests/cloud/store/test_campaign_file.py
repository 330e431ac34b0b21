"""Campaigns as an operator writes them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.store.campaign_file import parse
from cloud.store.errors import WishError
from contract.messages import Bound, Campaign

ONE = b'[[campaigns]]\nname = "fast"\nsignals = ["Vehicle.Speed"]\nperiod_ms = 1000\n'


def test_a_campaign_is_written_as_in_the_settings_of_the_agent() -> None:
    until = b"until = 2026-01-15T08:00:00Z\n"
    bound = b'when = "bound"\nbefore_s = 30\nbound = {signal = "Vehicle.Speed", above = 3}\n'

    assert parse(ONE + until + bound) == (
        Campaign(
            name="fast",
            signals=("Vehicle.Speed",),
            period_ms=1000,
            when="bound",
            bound=Bound(signal="Vehicle.Speed", above=3.0),
            before_s=30.0,
            until_ms=1_768_464_000_000,
        ),
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file: .*campaigns"),
        (b"\xff", "byte 0"),
        (b"[[campaigns]", "line 1"),
        (ONE + b"perod_ms = 3\n", r"campaigns\[0\]: .*perod_ms"),
        (ONE.replace(b"1000", b'"often"'), r"campaigns\[0\].period_ms: Expected `int`"),
        (ONE + b'when = "always"\n', r"campaigns\[0\].when"),
        (ONE + b"until = 2026-01-15T08:00:00\n", r"campaigns\[0\].until"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line_or_key(data: bytes, reason: str) -> None:
    with pytest.raises(WishError, match=reason):
        parse(data)


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=40).map(lambda more: ONE + more)))
def test_only_our_error_comes_out(data: bytes) -> None:
    with suppress(WishError):
        parse(data)


@given(st.text("[]={}\"'.,\n campigns=0123456789-:TZinf", max_size=120))
def test_only_our_error_comes_out_of_what_is_nearly_toml(text: str) -> None:
    with suppress(WishError):
        parse(ONE + text.encode())
