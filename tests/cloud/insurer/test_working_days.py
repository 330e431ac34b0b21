"""Deadlines by the official calendar: weeks with holidays, Saturdays that are worked, and years nobody knows yet."""

from datetime import date, datetime

import pytest

from cloud.insurer.working_days import CHINA, after, lacks, last_year


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2025-03-03 10:00", 10, "2025-03-18 00:00"),
        # National Day and Mid-Autumn 2025: off from 1 to 8 October, Sunday 28 September and Saturday 11 October worked.
        ("2025-09-26 10:00", 10, "2025-10-17 00:00"),
        # Spring Festival 2026: off from 15 to 23 February, Saturdays 14 and 28 February worked.
        ("2026-02-11 23:59", 10, "2026-03-04 00:00"),
        ("2026-02-12 00:00", 15, "2026-03-12 00:00"),
    ],
)
def test_a_deadline_counts_the_days_that_are_worked_in_china(start: str, days: int, due: str) -> None:
    assert after(ms(start), days) == (ms(due), True)


def test_of_a_year_without_a_calendar_every_day_counts_so_that_no_deadline_is_late() -> None:
    year = last_year()

    due_ms, is_assured = after(ms(f"{year}-12-31 12:00"), 10)

    assert due_ms == ms(f"{year + 1}-01-11 00:00")
    assert not is_assured


def test_from_december_on_the_calendar_of_the_next_year_is_missed() -> None:
    year = last_year()

    assert lacks(date(year, 11, 30)) is None
    assert lacks(date(year, 12, 1)) == year + 1
    assert lacks(date(year + 1, 1, 1)) == year + 1
