"""Periods of the feed: calendar months in China, written 2026-11."""

import re
from datetime import datetime, timedelta, timezone
from typing import Final, NamedTuple

from cloud.insurer.errors import FeedError

CHINA: Final = timezone(timedelta(hours=8))
_FORM: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class Period(NamedTuple):
    """One month: its name, and its beginning and end in ms since the Unix epoch (the end is not part of it)."""

    name: str
    start_ms: int
    end_ms: int

    @property
    def first_day(self) -> str:
        """The first day, ISO."""
        return f"{self.name}-01"

    @property
    def last_day(self) -> str:
        """The last day, ISO."""
        last = datetime.fromtimestamp(self.end_ms / 1000.0, CHINA) - timedelta(days=1)
        return last.date().isoformat()


def period(name: str) -> Period:
    """Return the month of that name, or raise `FeedError`."""
    found = _FORM.fullmatch(name)
    if found is None:
        raise FeedError(f"period {name[:20]!r} is not a month such as 2026-11")
    year, month = int(found[1]), int(found[2])
    start = datetime(year, month, 1, tzinfo=CHINA)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=CHINA)
    return Period(name, round(start.timestamp() * 1000.0), round(end.timestamp() * 1000.0))
