"""A release of the exact position: whose word it is, and for what."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.errors import ContractError
from contract.release import is_genuine, sign
from tests.contract.made import names, times_ms, vehicles

KEY = bytes(range(32))
SIGNED = sign(KEY, "car-1", "job-7", 1_768_467_600_000)


@given(key=st.binary(min_size=32, max_size=32), vehicle=vehicles, job=names, until_ms=times_ms)
def test_what_was_signed_is_genuine_for_that_car_and_key(key: bytes, vehicle: str, job: str, until_ms: int) -> None:
    assert is_genuine(key, vehicle, sign(key, vehicle, job, until_ms))


@pytest.mark.parametrize(
    "changed",
    [{"job": "job-8"}, {"nonce": "00"}, {"until_ms": 1_768_467_600_001}, {"signature": b""}, {"signature": bytes(32)}],
)
def test_whatever_is_changed_it_is_genuine_no_more(changed: dict[str, object]) -> None:
    assert not is_genuine(KEY, "car-1", msgspec.structs.replace(SIGNED, **changed))


def test_it_is_good_for_no_other_car_and_under_no_other_key() -> None:
    assert not is_genuine(KEY, "car-2", SIGNED)
    assert not is_genuine(bytes(32), "car-1", SIGNED)


def test_saying_it_again_is_the_same_release_and_another_job_is_another_nonce() -> None:
    assert sign(KEY, "car-1", "job-7", 1_768_467_600_000) == SIGNED
    assert sign(KEY, "car-1", "job-8", 1_768_467_600_000).nonce != SIGNED.nonce


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ContractError, match="32 bytes"):
        sign(b"short", "car-1", "job-7", 0)
