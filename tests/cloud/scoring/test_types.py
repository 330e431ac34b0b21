"""What travels between scoring and the rest comes back as it went."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.scoring.types import VehicleFacts, decode, decode_facts, encode, encode_facts
from tests.cloud.scoring.stories import ALL_STORIES, told

kpa = st.none() | st.floats(100.0, 500.0)


def test_an_assessment_comes_back_as_it_went() -> None:
    for story in ALL_STORIES:
        for assessment in told(story)[:50]:
            assert decode(encode(assessment)) == assessment


@given(st.builds(VehicleFacts, powertrain=st.sampled_from(["petrol", "bev"]), placard_kpa=kpa, pack_kwh=kpa))
def test_facts_come_back_as_they_went(facts: VehicleFacts) -> None:
    assert decode_facts(encode_facts(facts)) == facts


@given(st.binary(max_size=60))
def test_only_one_error_comes_out_of_other_bytes(payload: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        raise_if_it_decodes(payload)


def raise_if_it_decodes(payload: bytes) -> None:
    decode_facts(payload)
    raise msgspec.MsgspecError
