"""Charging points in a file of the data folder, written whole and read once."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from cloud.chargers import points
from cloud.chargers.points import ChargePoint

FILE_NAME: Final = "chargers.json"
_decoder: Final = msgspec.json.Decoder(list[ChargePoint])


def write(folder: Path, found: Sequence[ChargePoint]) -> None:
    """Put `found` in the place of what was imported before."""
    fresh = folder / f"{FILE_NAME}.new"
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode(found))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / FILE_NAME)


class PointFile:
    """The points that were imported; none where nothing was."""

    def __init__(self, folder: Path) -> None:
        file = folder / FILE_NAME
        self._points = _decoder.decode(file.read_bytes()) if file.exists() else []

    def nearest_km(self, latitude_deg: float, longitude_deg: float, connector: str | None, now_ms: int) -> float | None:
        """Return the road distance to the nearest open charger that suits, None where none is known."""
        return points.nearest_km(self._points, latitude_deg, longitude_deg, connector, now_ms)
