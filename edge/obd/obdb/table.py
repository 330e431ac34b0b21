"""One JSON object of an OBDb file: like a table of our own sets, with what their schema allows."""

import math

from edge.obd import signalset_table
from edge.obd.signalset import Years

_HEX = frozenset("0123456789abcdefABCDEF")
_YEARS_KEYS = {"from", "to", "years"}
_LAST_YEAR = 9999


class Table(signalset_table.Table):
    """Hex in either case, any finite number, texts that may be empty."""

    def check_hex(self, key: str, digits: tuple[int, ...]) -> int:
        value = self.text(key)
        if len(value) not in digits or not _HEX.issuperset(value):
            raise self.fault(key, f"must be {' or '.join(map(str, digits))} hex digits")
        return int(value, 16)

    def number(self, key: str, default: float | None = None) -> float:
        value = self.raw(key) if self.has(key) else default
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        raise self.fault(key, "must be a finite number")

    def optional_number(self, key: str) -> float | None:
        return self.number(key) if self.has(key) else None

    def check_said(self, key: str) -> None:
        """Take words of any length, or none."""
        if self.has(key) and not isinstance(self.raw(key), str):
            raise self.fault(key, "must be a text")


def read_hex(table: Table, key: str) -> int | None:
    """Return the byte at `key`, None where there is none."""
    return table.check_hex(key, (2,)) if table.has(key) else None


def read_years(table: Table, key: str) -> Years | None:
    """Return the model years at `key`; None where nothing limits them. `years` adds to `from` and `to`."""
    if not table.raw(key):
        return None
    inner = Table(table.raw(key), f"{table.where}: {key}", _YEARS_KEYS)
    ends = [inner.whole(end, 0, _LAST_YEAR) if inner.raw(end) is not None else None for end in ("from", "to")]
    also = inner.rows("years") if inner.raw("years") is not None else []
    years = [year for year in also if isinstance(year, int) and not isinstance(year, bool)]
    if len(years) != len(also):
        raise inner.fault("years", "must be whole numbers")
    return Years(ends[0], ends[1], frozenset(years))
