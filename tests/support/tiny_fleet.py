"""A fleet folder by hand: a few cars, two of whose tyres leak, and one whose 12 V battery runs down."""

import json
from pathlib import Path
from typing import Any, Final

import polars as pl

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
START_MS: Final = 1_767_225_600_000  # 2026-01-01
TYRE: Final = "Vehicle.Chassis.Axle.Row{}.Wheel.{}.Tire.{}"
WHEELS: Final = ((1, "Left"), (1, "Right"), (2, "Left"), (2, "Right"))
SUPPLY: Final = "Vehicle.Rescue.SupplyVoltage"
AWAKE: Final = "Vehicle.Rescue.IsAwake"
SPEED: Final = "Vehicle.Speed"
RPM: Final = "Vehicle.Powertrain.CombustionEngine.Speed"


def write(folder: Path, *, seed: int = 1, days: int = 30, sound: int = 3, leaking: int = 2, weak: int = 1) -> Path:
    """Write the fleet and return its folder; a leak begins on day 5, a drain on day 20."""
    (folder / "telemetry").mkdir(parents=True)
    cars = (
        [f"sound-{n}" for n in range(sound)]
        + [f"leak-{n}" for n in range(leaking)]
        + [f"weak-{n}" for n in range(weak)]
    )
    facts = {"powertrain": "petrol", "placard_kpa": 240.0, "air_kpa": 101.3, "nominal_v": 12.0}
    pl.DataFrame([{"vehicle": car, **facts} for car in cars]).write_parquet(folder / "vehicles.parquet")
    rows = [row for car in cars for row in telemetry(car, days)]
    paths = sorted({path for row in rows for path in row if path.startswith("Vehicle.")})
    schema: dict[str, Any] = {
        "vehicle": pl.String,
        "arrival_ms": pl.Int64,
        "wall_ms": pl.Int64,
        "boot": pl.UInt32,
        "stream": pl.String,
        "seq": pl.Int64,
        "clock": pl.String,
        **dict.fromkeys(paths, pl.Float32),
    }
    table = pl.DataFrame(rows, schema=schema)
    half = cars[: len(cars) // 2]
    table.filter(pl.col("vehicle").is_in(half)).write_parquet(folder / "telemetry" / "part-00000.parquet")
    table.filter(~pl.col("vehicle").is_in(half)).write_parquet(folder / "telemetry" / "part-00001.parquet")
    truth(cars, days).write_parquet(folder / "truth.parquet")
    code = {"vehicle": cars[0], "arrival_ms": START_MS + DAY_MS, "wall_ms": START_MS + DAY_MS, "ecu": "7E8"}
    pl.DataFrame([{**code, "code": "P0420", "status": "confirmed"}]).write_parquet(folder / "dtc.parquet")
    manifest = {
        "format": 1,
        "seed": seed,
        "vehicles": len(cars),
        "days": days,
        "start_ms": START_MS,
        "generator": "hand",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def truth(cars: list[str], days: int) -> pl.DataFrame:
    """Return what happened: a leak of 6 kPa/day is flat after ten days, a weak battery dead after five."""
    rows = []
    for car in cars:
        kind, number = car.split("-")
        if kind == "leak":
            treated = START_MS + 12 * DAY_MS if number == "1" else None
            breakdown = None if treated else START_MS + 15 * DAY_MS
            rows.append((car, "tyre", START_MS + 5 * DAY_MS, breakdown, treated, "tyre_change"))
        elif kind == "weak" and days > 25:
            rows.append(
                (car, "low_voltage_battery", START_MS + 20 * DAY_MS, START_MS + 25 * DAY_MS, None, "jump_start")
            )
    names = ["vehicle", "cause", "onset_ms", "breakdown_ms", "treated_ms", "service"]
    kinds: dict[str, Any] = dict(
        zip(names, (pl.String, pl.String, pl.Int64, pl.Int64, pl.Int64, pl.String), strict=True)
    )
    return pl.DataFrame(rows, schema=kinds, orient="row").with_columns(numbers=pl.lit("{}"))


def telemetry(car: str, days: int) -> list[dict[str, Any]]:
    """Return the rows of a car that is driven for an hour each morning and read every three hours besides."""
    kind, number = car.split("-")
    rows: list[dict[str, Any]] = []
    for day in range(days):
        for minute in (*range(480, 540, 5), *range(0, 480, 180), *range(720, 1440, 180)):
            ms = START_MS + day * DAY_MS + minute * 60_000
            at = day + minute / 1440.0
            driving = 480 <= minute < 540
            values = {AWAKE: 1.0 if driving else 0.0, SUPPLY: 14.2 if driving else 12.62}
            if kind == "weak" and at > 20.0 and not driving:
                values[SUPPLY] = max(10.5, 12.6 - 0.3 * (at - 20.0))
            if driving:
                values |= {SPEED: 50.0, RPM: 2_000.0}
                values |= tyres(at, leaks=kind == "leak", mended_day=12.0 if number == "1" else 15.0)
            rows.append(
                {
                    "vehicle": car,
                    "arrival_ms": ms + 2_000,
                    "wall_ms": ms,
                    "boot": 1,
                    "stream": "s",
                    "seq": len(rows) + 1,
                    "clock": "synchronised",
                    **values,
                }
            )
    rows = sorted(rows, key=lambda row: row["arrival_ms"])
    again = {**rows[10], "arrival_ms": rows[12]["arrival_ms"]}
    return [*rows[:13], again, *rows[13:]]


def tyres(at: float, *, leaks: bool, mended_day: float) -> dict[str, float]:
    """Return four pressures with their air at 20 degC; the front left one loses 6 kPa a day from day 5."""
    found = {}
    for number, (row, side) in enumerate(WHEELS):
        lost = 6.0 * (at - 5.0) if leaks and number == 0 and 5.0 < at < mended_day else 0.0
        found[TYRE.format(row, side, "Pressure")] = 240.0 - lost
        found[TYRE.format(row, side, "AirTemperature")] = 20.0
    return found
