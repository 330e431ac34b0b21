"""A fleet with consents, a month that is over, and the press that prints it."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from cloud.insurer import closing
from cloud.insurer.driving_score import Scorer, parse
from cloud.insurer.gathering import gather
from cloud.insurer.inputs import Revision
from cloud.insurer.periods import period
from cloud.insurer.pseudonym import KeyRing
from cloud.insurer.publishing import Press
from cloud.insurer.signing import SIGNING_KEY, load_signer
from cloud.trips.types import Counts, DayTotals
from tests.cloud.acting import World, fleet_file, vehicle

MONTH: Final = period("2026-01")
KEY: Final = bytes(range(32))
BEFORE: Final = "2025-12-31T00:00:00Z"
CARS: Final = ("car-a", "car-b", "car-c")


def consents(*recipients: str, **more: Any) -> list[dict[str, Any]]:
    """Return consents for condition and driving, for the whole month."""
    said = {"covers_from": BEFORE} | more
    return [{"purpose": purpose, "recipient": name} | said for name in recipients for purpose in ("insurer", "pricing")]


def world(folder: Path) -> World:
    """Return three cars: one shares all with both insurers, one its condition with the first, one nothing."""
    made = World(folder)
    only_condition = [{"purpose": "insurer", "recipient": "first", "covers_from": BEFORE}]
    cars = [
        vehicle("car-a", consents=consents("first", "second")),
        vehicle("car-b", consents=only_condition),
        vehicle("car-c"),
    ]
    made.import_fleet(fleet_file(cars))
    for car in CARS:
        made.apply(made.assessment(car, "tyre", 0.4), made.assessment(car, "low_voltage_battery", 0.01))
    made.now_ms = closing.cut_off_ms(MONTH)
    return made


def day(car: str, number: int = 5, **more: Any) -> DayTotals:
    """Return a day of 400 km, a quarter of them at night, seen once a second."""
    said: dict[str, Any] = {
        "vehicle": car,
        "day": f"2026-01-{number:02}",
        "trips": 4,
        "long_trips": 1,
        "km": 400.0,
        "hours": 8.0,
        "night_km": 100.0,
        "peak_km": 40.0,
        "km_by_speed": (50.0, 50.0, 100.0, 100.0, 50.0, 30.0, 20.0),
        "by_source": {"slow_speed": Counts(km=400.0, acceleration=4, braking=12)},
        "excluded": {"stuck": 3},
        "observed_s": 28_000.0,
        "missing_s": 800.0,
    }
    return DayTotals(**(said | more))


def close(world: World, days: Sequence[DayTotals] | None = None) -> Revision:
    """Close the month, every car having driven a day, or with `days`."""
    found = [day(car) for car in CARS] if days is None else days
    with world.write() as connection:
        rows = gather(connection, MONTH, iter(found), world.now_ms)
        return closing.close(connection, world.folder, MONTH, rows, world.now_ms)


def scorer(**changes: str) -> Scorer:
    """Return the shipped table, with words of it replaced."""
    data = (files("cloud.insurer") / "data/driving-1.json").read_text(encoding="utf-8")
    for old, new in changes.items():
        data = data.replace(old, new)
    return parse(data.encode(), "table")


def press(world: World, *scorers: Scorer, keys: tuple[bytes, ...] = (KEY,)) -> Press:
    """Return the press; with the shipped table when none is given."""
    return Press(world.folder, KeyRing(keys), load_signer(world.folder / SIGNING_KEY), scorers or (scorer(),))
