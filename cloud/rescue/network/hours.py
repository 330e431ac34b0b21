"""When a partner works: pure."""

from datetime import UTC, datetime, timedelta

import msgspec


class Hours(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}, forbid_unknown_fields=True):
    """When a partner works, as HH:MM of its own clock; over midnight when the end is before the start."""

    start: str
    end: str
    utc_offset_min: int = 0

    def open_at(self, now_ms: int) -> bool:
        """Return whether the partner works at the instant `now_ms`."""
        there = datetime.fromtimestamp(now_ms / 1000.0, UTC) + timedelta(minutes=self.utc_offset_min)
        clock = f"{there:%H:%M}"
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end
