"""Bytes of physical values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.models import fields

pytestmark = pytest.mark.wheel


@settings(deadline=None)
@given(value=st.floats(-1e9, 1e9))
def test_a_value_that_does_not_fit_takes_the_nearest_end(value: float) -> None:
    assert fields.u8(value)[0] == min(255, max(0, round(value)))
    assert int.from_bytes(fields.s16le(value), "little", signed=True) == min(32_767, max(-32_768, round(value)))


def test_both_byte_orders_are_what_their_names_say() -> None:
    assert (fields.u16(0x1234), fields.u16le(0x1234)) == (b"\x12\x34", b"\x34\x12")


def test_a_field_outside_its_record_is_an_error_of_the_model() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        fields.Record(3).put(2, b"ab")
