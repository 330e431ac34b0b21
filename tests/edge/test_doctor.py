"""What the doctor makes of what was seen."""

import datetime as dt
from collections import Counter

import pytest

from edge import doctor
from edge.doctor import Certificate, Finding, Heard

NOW = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
GOOD = Certificate(("car-1",), NOW - dt.timedelta(days=10), NOW + dt.timedelta(days=300), True, True)


@pytest.mark.parametrize(
    ("heard", "well"),
    [
        (Heard(Counter({11: 300}), 0, 3.0), True),
        (Heard(Counter({11: 300, 29: 4}), 1, 3.0), True),
        (Heard(Counter(), 0, 3.0), None),
        (Heard(Counter(), 40, 3.0), False),
        (Heard(Counter({11: 2}), 40, 3.0), False),
    ],
)
def test_errors_without_frames_are_a_wrong_bit_rate_and_silence_is_no_verdict(heard: Heard, well: bool | None) -> None:
    assert doctor.bus(heard).well is well


def test_ids_of_both_lengths_are_told() -> None:
    assert "300 with 11 bits, 4 with 29 bits" in doctor.bus(Heard(Counter({29: 4, 11: 300}), 0, 3.0)).seen


def test_who_answered_is_told_and_nobody_is_wrong() -> None:
    assert doctor.ecus([("7E8", False), ("18DAF110", True)]).seen.endswith("11 bits and 29 bits")
    assert doctor.ecus([]).well is False


def test_a_clock_that_was_never_set_is_wrong_and_one_that_runs_by_itself_may_be_right() -> None:
    assert doctor.clock("synchronised", NOW).well is True
    assert doctor.clock("free_running", NOW).well is None
    assert doctor.clock("unset", NOW).well is False


@pytest.mark.parametrize(
    ("certificate", "wrong"),
    [
        (GOOD, set()),
        (GOOD._replace(names=("car-2",)), {"certificate's name"}),
        (GOOD._replace(names=()), {"certificate's name"}),
        (GOOD._replace(fits_key=False), {"certificate's key"}),
        (GOOD._replace(ends=NOW), {"certificate's dates"}),
        (GOOD._replace(starts=NOW + dt.timedelta(seconds=1)), {"certificate's dates"}),
        (GOOD._replace(key_is_private=False), {"key file"}),
    ],
)
def test_a_certificate_must_be_ours_and_good_now(certificate: Certificate, wrong: set[str]) -> None:
    findings = doctor.certificate(certificate, "car-1", NOW)

    assert {finding.what for finding in findings if finding.well is False} == wrong
    assert all(finding.advice for finding in findings)


def test_a_certificate_that_soon_runs_out_is_mentioned() -> None:
    findings = doctor.certificate(GOOD._replace(ends=NOW + dt.timedelta(days=29)), "car-1", NOW)

    assert [finding.what for finding in findings if finding.well is None] == ["certificate's dates"]


@pytest.mark.parametrize(
    ("free", "wanted", "well"),
    [(1 << 40, 1 << 30, True), (1 << 29, 1 << 30, None), (1 << 20, 0, False), (None, 0, False)],
)
def test_the_disk_must_hold_what_the_spool_may_take(free: int | None, wanted: int, well: bool | None) -> None:
    assert doctor.disk(free, wanted).well is well


def test_what_cannot_be_said_is_not_wrong() -> None:
    assert doctor.exit_status([Finding("x", None, ""), Finding("y", True, "")]) == 0
    assert doctor.exit_status([Finding("x", None, ""), Finding("y", False, "")]) == 1
