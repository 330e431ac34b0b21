"""One table of a signal set's file, so that every complaint names the file, the command and the key."""

from collections.abc import Mapping
from typing import Any

from edge.errors import SignalSetError


class Table:
    """One TOML table with the words that lead to it, so that every complaint says where."""

    def __init__(self, data: object, where: str, known: set[str]) -> None:
        self.where = where
        if not isinstance(data, Mapping):
            raise SignalSetError(f"{where}: must be a table")
        self._data: Mapping[str, Any] = data
        for key in data:
            if key not in known:
                raise self.fault(key, f"is not known here; known are {', '.join(sorted(known))}")

    def fault(self, key: str, why: str) -> SignalSetError:
        return SignalSetError(f"{self.where}: {key} {why}")

    def has(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str) -> str:
        value = self._data.get(key)
        if not isinstance(value, str) or not value:
            raise self.fault(key, "must be a text")
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self._data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.fault(key, f"must be a whole number from {low} to {high}")
        return value

    def number(self, key: str, default: float) -> float:
        value = self._data.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e15:
            raise self.fault(key, "must be a finite number")
        return float(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            raise self.fault(key, "must be true or false")
        return value

    def hexadecimal(self, key: str, digits: tuple[int, ...]) -> int:
        value = self.text(key)
        if len(value) not in digits or not all(c in "0123456789ABCDEF" for c in value):
            raise self.fault(key, f"must be {' or '.join(map(str, digits))} upper-case hex digits")
        return int(value, 16)

    def rows(self, key: str) -> list[object]:
        value = self._data.get(key, [])
        if not isinstance(value, list):
            raise self.fault(key, "must be a list")
        return value

    def raw(self, key: str) -> object:
        return self._data.get(key)
