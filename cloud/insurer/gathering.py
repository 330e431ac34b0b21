"""From days of trips and the operational store to the rows that close a period, one vehicle after the other."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from cloud.insurer.condition import conditions
from cloud.insurer.errors import FeedError
from cloud.insurer.periods import Period
from cloud.insurer.rows import row
from cloud.trips.features import features
from cloud.trips.types import DayTotals


def gather(connection: Connection, period: Period, days: Iterable[DayTotals], now_ms: int) -> Iterator[dict[str, Any]]:
    """Yield the row of every vehicle of the fleet; `days` come sorted by vehicle, those of others are left out."""
    driven = groupby(days, key=lambda day: day.vehicle)
    ahead = next(driven, None)
    for vehicle, condition in conditions(connection, period, now_ms):
        while ahead is not None and ahead[0] < vehicle:
            ahead = next(driven, None)
        found = None
        if ahead is not None and ahead[0] == vehicle:
            found = features(vehicle, period.first_day, period.last_day, ahead[1])
        yield row(vehicle, found, condition)


def read_days(path: Path) -> Iterator[DayTotals]:
    """Yield the days in a file of JSON lines, sorted by vehicle; raise `FeedError` naming the line that is wrong."""
    decoder = msgspec.json.Decoder(DayTotals)
    last = ""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                day = decoder.decode(line)
                if day.vehicle < last:
                    raise FeedError(f"{path}:{number}: the days must come sorted by vehicle")
                last = day.vehicle
                yield day
    except OSError as error:
        raise FeedError(f"cannot read the days of trips: {error}") from error
    except msgspec.MsgspecError as error:
        raise FeedError(f"{path}:{number}: not a day of trips: {error}") from error
