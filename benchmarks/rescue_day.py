"""A day of a cold snap in simulated time: who breaks down when and where, which trucks there are, how long work takes.

The shape is that of recorded days where the data folder is at hand (breakdowns by hour and their delays, county seats
of one province) and a made-up one of the same form where it is not; every day follows from its seed.
"""

import csv
import os
import random
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from cloud.store.views import Point

MINUTE_MS: Final = 60_000
DAY_MIN: Final = 1_440
# A morning rush and an evening one, as breakdowns have them everywhere.
_HOURS: Final = (2, 1, 1, 1, 2, 5, 9, 10, 8, 6, 5, 5, 5, 5, 5, 6, 7, 7, 5, 4, 3, 3, 2, 2)
_SERVICES: Final = ("jump_start", "mobile_mechanic", "tow", "tyre_change")
# The club's breakdown shares of 2023: battery, engine and electrics, what must be towed, tyres.
_SHARES: Final = (0.52, 0.22, 0.16, 0.10)
_ON_SITE_MIN: Final = {"jump_start": 12.0, "mobile_mechanic": 35.0, "tow": 65.0, "tyre_change": 25.0}
_PROVINCE: Final = "32"
_SPREAD_DEG: Final = 0.08


class Call(NamedTuple):
    """One request: when (minutes of the day), where, what, how urgent, how long the work takes."""

    id: str
    at_min: float
    place: Point
    service: str
    priority: int
    work_min: float


class Day(NamedTuple):
    """The calls in order, and where the trucks stand in the morning with what they can do."""

    calls: tuple[Call, ...]
    trucks: tuple[Point, ...]
    skills: tuple[frozenset[str], ...]


def make_day(seed: int, calls: int = 1_000, trucks: int = 300) -> Day:
    """Return a day; a truck does two to four of the services, and stands near a county seat."""
    draw = random.Random(seed)
    towns = _towns()
    hours, delays = _recorded()
    median = sorted(delays)[len(delays) // 2]
    services = [draw.choices(_SERVICES, _SHARES)[0] for _ in range(calls)]
    made = sorted((_minute(draw, service, hours), service) for service in services)
    found = []
    for number, (at_min, service) in enumerate(made):
        work = _ON_SITE_MIN[service] * min(4.0, max(0.3, draw.choice(delays) / median))
        priority = draw.choices((0, 1, 2, 3), (0.03, 0.72, 0.05, 0.20))[0]
        found.append(Call(f"call-{number:04}", at_min, _near(draw, towns), service, priority, work))
    stand = tuple(_near(draw, towns) for _ in range(trucks))
    skills = tuple(frozenset(draw.sample(_SERVICES, draw.randint(2, 4))) for _ in range(trucks))
    return Day(tuple(found), stand, skills)


def _minute(draw: random.Random, service: str, hours: list[int]) -> float:
    """Return when the call comes; after a night of frost, cars that do not start are found when people leave."""
    if service == "jump_start":
        return draw.triangular(6.0 * 60.0, 9.5 * 60.0, 7.25 * 60.0)
    return draw.choices(range(24), hours)[0] * 60.0 + draw.uniform(0.0, 60.0)


def _near(draw: random.Random, towns: list[tuple[float, float]]) -> Point:
    latitude, longitude = draw.choice(towns)
    return Point(
        latitude_deg=latitude + draw.gauss(0.0, _SPREAD_DEG),
        longitude_deg=longitude + draw.gauss(0.0, _SPREAD_DEG),
        crs="WGS84",
        precision="pin",
    )


def data_folder() -> Path | None:
    """Return the folder of recorded data, None where there is none."""
    folder = Path(os.environ.get("OUTRIDER_DATA", "../shared/data"))
    return folder if folder.is_dir() else None


def _towns() -> list[tuple[float, float]]:
    folder = data_folder()
    file = None if folder is None else folder / "geo" / "cn_adcodes_latlon.csv"
    if file is None or not file.is_file():
        draw = random.Random(32)
        return [(draw.uniform(31.0, 34.8), draw.uniform(116.8, 121.6)) for _ in range(95)]
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["adcode"].startswith(_PROVINCE)]
    return [
        (float(row["latitude"]), float(row["longitude"]))
        for row in rows
        if row["latitude"] and row["adcode"][4:6] != "00"
    ]


def _recorded() -> tuple[list[int], list[float]]:
    """Return how many breakdowns each hour has, and the minutes of delay that they made."""
    folder = data_folder()
    files = [] if folder is None else sorted((folder / "ops").glob("rtd_*.csv"))
    if not files:
        draw = random.Random(44)
        return list(_HOURS), [draw.lognormvariate(2.7, 0.7) for _ in range(1_000)]
    hours: Counter[int] = Counter()
    delays = []
    with files[0].open(encoding="latin-1", newline="") as lines:
        for row in csv.DictReader(lines):
            try:
                _, clock, half = row["DATETIME_OCCURRED"].split()
                hour = int(clock.split(":")[0]) % 12 + (12 if half == "PM" else 0)
                delay = float(row["DELAY_MINUTES"])
            except (AttributeError, TypeError, ValueError):
                continue
            hours[hour] += 1
            if delay > 0.0:
                delays.append(delay)
    return [hours[hour] for hour in range(24)], delays
