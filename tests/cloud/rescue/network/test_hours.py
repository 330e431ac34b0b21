"""When a partner works."""

import pytest

from cloud.rescue.network.hours import Hours

NOON_MS = 1_768_478_400_000  # 2026-01-15T12:00:00Z


@pytest.mark.parametrize(
    ("start", "end", "offset_min", "is_open"),
    [
        ("00:00", "24:00", 0, True),
        ("12:00", "12:01", 0, True),
        ("11:00", "12:00", 0, False),
        ("20:00", "06:00", 0, False),
        ("20:00", "06:00", 480, True),
        ("20:01", "06:00", 480, False),
    ],
)
def test_hours_are_the_partners_own(start: str, end: str, offset_min: int, is_open: bool) -> None:
    assert Hours(start, end, offset_min).open_at(NOON_MS) is is_open
