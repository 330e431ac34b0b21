"""One form for every code: two bytes, three bytes with failure type and status, SPN and FMI."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.identity import check_fault
from edge.errors import ServiceError
from edge.obd import dtc


def test_a_uds_code_has_a_failure_type_and_a_status() -> None:
    code = dtc.uds_code(bytes.fromhex("C1001189"))

    assert code.text == "U0100-11"
    assert (code.test_failed, code.pending, code.confirmed, code.warning_indicator) == (True, False, True, True)
    assert code.states == ("confirmed",)
    assert dtc.uds_code(bytes.fromhex("C100110C")).states == ("confirmed", "pending")
    assert dtc.uds_code(bytes.fromhex("C1001150")).states == ()


@given(record=st.binary(min_size=4, max_size=4))
def test_a_uds_code_can_be_asked_about_again(record: bytes) -> None:
    code = dtc.uds_code(record)

    assert dtc.packed(code.base, code.failure_type or 0) == record[:3]
    assert check_fault(code.text) == code.text


def test_a_code_without_a_failure_type_is_only_its_base() -> None:
    code = dtc.Dtc("P0143")

    assert (code.text, code.states, code.test_failed) == ("P0143", (), False)


@pytest.mark.parametrize("record", [b"", b"\x01\x43\x1a", b"\x01\x43\x1a\x2f\x00"])
def test_a_record_of_another_size_is_refused(record: bytes) -> None:
    with pytest.raises(ServiceError, match="4 bytes"):
        dtc.uds_code(record)


def test_a_code_of_j1939_is_its_spn_its_fmi_and_a_count_unless_nobody_counted() -> None:
    assert dtc.j1939_code(4364, 18, 3) == dtc.Dtc("SPN4364-18", occurrences=3)
    assert dtc.j1939_code(100, 1, 127).occurrences is None
    with pytest.raises(ServiceError, match="three-byte form"):
        dtc.packed("SPN100-1", 0)


@pytest.mark.parametrize(("spn", "fmi", "count"), [(1 << 19, 0, 0), (-1, 0, 0), (0, 32, 0), (0, 0, 128)])
def test_numbers_that_j1939_has_no_bits_for_are_refused(spn: int, fmi: int, count: int) -> None:
    with pytest.raises(ServiceError, match="19, 5 and 7 bits"):
        dtc.j1939_code(spn, fmi, count)


@given(spn=st.integers(0, (1 << 19) - 1), fmi=st.integers(0, 31), count=st.integers(0, 127))
def test_every_code_of_j1939_may_travel(spn: int, fmi: int, count: int) -> None:
    text = dtc.j1939_code(spn, fmi, count).text

    assert check_fault(text) == text
