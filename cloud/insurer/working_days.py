"""Deadlines in working days by the calendar that the State Council publishes each November for the year that follows.

Holidays and the weekends worked in their stead are those of the library `chinesecalendar`, which needs a release each
year. Of a year that it does not know, every day counts as worked: a deadline so found is never later than the official.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, NamedTuple

import chinese_calendar

CHINA: Final = timezone(timedelta(hours=8))
DELETION_DAYS: Final = 10
APPEAL_DAYS: Final = 15
NOTICE_MONTH: Final = 12  # the calendar of the next year is out by then


class Deadline(NamedTuple):
    """The end of the last working day, in ms; `is_assured` when every day up to it is in the published calendar."""

    due_ms: int
    is_assured: bool


def last_year() -> int:
    """Return the last year whose calendar is known."""
    return max(int(day.year) for day in chinese_calendar.holidays)


def after(start_ms: int, working_days: int) -> Deadline:
    """Return when `working_days` have passed, the day of `start_ms` in China not counted."""
    known = last_year()
    day = datetime.fromtimestamp(start_ms / 1000.0, UTC).astimezone(CHINA).date()
    left, assured = working_days, True
    while left > 0:
        day += timedelta(days=1)
        covered = day.year <= known
        assured = assured and covered
        left -= bool(chinese_calendar.is_workday(day)) if covered else 1
    end = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
    return Deadline(round(end.timestamp() * 1000.0), assured)


def lacks(today: date) -> int | None:
    """Return the year whose calendar is wanted and not known: this one, or from December on the next; else None."""
    wanted = today.year + (today.month >= NOTICE_MONTH)
    return wanted if last_year() < wanted else None
