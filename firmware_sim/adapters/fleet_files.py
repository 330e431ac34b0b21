"""A fleet's folder: Parquet written part by part, the manifest last, so that a folder without one is not whole."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from firmware_sim.errors import WorldError
from firmware_sim.fleet.columns import COLUMNS
from firmware_sim.fleet.life import Fleet, Life
from firmware_sim.fleet.truth import Event
from firmware_sim.fleet.weather import CITIES, Weather

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_WHAT: Final = ("vehicle", "arrival_ms", "wall_ms", "boot", "stream", "seq", "clock")
_TRUTH: Final = {
    "vehicle": pl.String,
    "cause": pl.String,
    "onset_ms": pl.Int64,
    "breakdown_ms": pl.Int64,
    "treated_ms": pl.Int64,
    "service": pl.String,
    "numbers": pl.String,
}
_DTC: Final = {
    "vehicle": pl.String,
    "arrival_ms": pl.Int64,
    "wall_ms": pl.Int64,
    "ecu": pl.String,
    "code": pl.String,
    "status": pl.String,
}


class FleetFolder:
    """One folder of one fleet: `add` takes vehicles, `end_part` writes them, `finish` writes the rest."""

    def __init__(self, folder: Path, fleet: Fleet) -> None:
        """Make the folder, or take an empty one; raise `WorldError` where something is in it already."""
        self._folder, self._fleet = folder, fleet
        try:
            (folder / "telemetry").mkdir(parents=True, exist_ok=True)
            taken = [path for path in folder.iterdir() if path.name != "telemetry"]
            taken += list((folder / "telemetry").iterdir())
        except OSError as error:
            raise WorldError(f"{folder}: {error.strerror}; give --out a folder that can be written") from error
        if taken:
            raise WorldError(f"{folder} is not empty ({taken[0].name}); give --out a new folder")
        self._open: list[pl.DataFrame] = []
        self._parts = 0
        self._files: dict[str, int] = {}
        self._vehicles: list[dict[str, Any]] = []
        self._truth: list[tuple[Any, ...]] = []
        self._dtc: list[pl.DataFrame] = []

    def add(self, life: Life) -> int:
        """Keep one vehicle for the open part; return how many rows it has."""
        table = _telemetry(life)
        self._open.append(table)
        self._vehicles.append(_facts(life))
        self._truth += [_truth_row(life, event, self._fleet.start_ms) for event in life.events]
        self._dtc.append(_codes(life))
        return table.height

    def end_part(self) -> None:
        """Write the open part, whole vehicles one after the other, and begin the next."""
        self._write(f"telemetry/part-{self._parts:05d}.parquet", pl.concat(self._open, rechunk=False))
        self._open, self._parts = [], self._parts + 1

    def finish(self, sky: list[Weather]) -> dict[str, int]:
        """Write vehicles, truth, codes, weather and the manifest; return the rows of each file."""
        self._write("vehicles.parquet", pl.DataFrame(self._vehicles, infer_schema_length=None))
        self._write("truth.parquet", pl.DataFrame(self._truth, schema=_TRUTH, orient="row"))
        self._write("dtc.parquet", pl.concat(self._dtc))
        self._write("weather.parquet", pl.concat([self._weather(number, air) for number, air in enumerate(sky)]))
        fleet = self._fleet
        manifest = {
            "format": FORMAT,
            "seed": fleet.seed,
            "vehicles": fleet.vehicles,
            "days": fleet.days,
            "start_ms": fleet.start_ms,
            "generator": "outrider-sim fleet",
            "fault_rate": fleet.rate,
            "cadence_s": fleet.cadence_s,
            "files": self._files,
        }
        self._save(MANIFEST, json.dumps(manifest, indent=2) + "\n")
        return self._files

    def _weather(self, number: int, air: Weather) -> pl.DataFrame:
        low, high = air.low_high()
        return pl.DataFrame(
            {
                "city": [CITIES[number].name] * len(low),
                "day": [self._fleet.first + timedelta(days=day) for day in range(len(low))],
                "t_min_degc": low.round(1),
                "t_max_degc": high.round(1),
                "forecast_t_min_degc": air.forecast_min_degc.round(1),
            }
        )

    def _write(self, name: str, table: pl.DataFrame) -> None:
        try:
            table.write_parquet(self._folder / name, compression="zstd", compression_level=3)
        except OSError as error:
            raise WorldError(f"{self._folder / name}: {error}; is the disk full?") from error
        self._files[name] = table.height

    def _save(self, name: str, text: str) -> None:
        try:
            (self._folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise WorldError(f"{self._folder / name}: {error.strerror}; is the disk full?") from error


def _telemetry(life: Life) -> pl.DataFrame:
    sent, readings, count = life.sent, life.readings, len(life.sent.row)
    columns: dict[str, pl.Series] = {
        "vehicle": pl.repeat(life.car.name, count, dtype=pl.String, eager=True),
        "arrival_ms": pl.Series(sent.arrival_ms, dtype=pl.Int64),
        "wall_ms": pl.Series(sent.wall_ms, dtype=pl.Int64),
        "boot": pl.Series(sent.boot, dtype=pl.UInt32),
        "stream": pl.repeat(f"{life.stream}-t", count, dtype=pl.String, eager=True),
        "seq": pl.Series(sent.seq, dtype=pl.Int64),
        "clock": pl.Series(sent.clock, dtype=pl.String),
    }
    masked: list[pl.Expr] = []
    for name, path in COLUMNS.items():
        if name not in readings.values:
            columns[path] = pl.repeat(None, count, dtype=pl.Float32, eager=True)
            continue
        columns[path] = pl.Series(readings.values[name].astype(np.float32)[sent.row])
        columns[f"has {path}"] = pl.Series(readings.present[name][sent.row])
        masked.append(pl.when(f"has {path}").then(path).alias(path))
    return pl.DataFrame(columns).with_columns(masked).select(*_WHAT, *COLUMNS.values())


def _facts(life: Life) -> dict[str, Any]:
    car = life.car
    is_electric = car.pack_kwh > 0.0
    return {
        "vehicle": car.name,
        "powertrain": car.kind.powertrain,
        "model": car.kind.model,
        "age_years": car.age_years,
        "city": CITIES[car.city].name,
        "usage": car.usage,
        "placard_kpa": car.kind.placard_kpa,
        "pack_kwh": car.pack_kwh if is_electric else None,
        "pack_ah": car.pack_ah if is_electric else None,
        "cell_chemistry": car.kind.chemistry or None,
        "tank_l": car.kind.tank_l or None,
        "nominal_v": 12.0,
        "air_kpa": car.air_kpa,
        "charger_km": car.charger_km,
        "station_km": car.station_km,
        "battery_type": car.kind.battery_type,
        "has_supply_sensor": car.has_supply_sensor,
        "has_tyre_temperature": car.has_tyre_temperature,
        "has_tyre_pressure": car.has_tyre_pressure,
    }


def _truth_row(life: Life, event: Event, start_ms: int) -> tuple[Any, ...]:
    times = (_instant(t_s, start_ms) for t_s in (event.onset_s, event.breakdown_s, event.treated_s))
    return (life.car.name, event.cause, *times, event.service, json.dumps(event.numbers, sort_keys=True))


def _instant(t_s: float, start_ms: int) -> int | None:
    return None if np.isnan(t_s) else start_ms + round(t_s * 1_000.0)


def _codes(life: Life) -> pl.DataFrame:
    return pl.DataFrame(
        [(life.car.name, *row) for row in life.codes],
        schema=_DTC,
        orient="row",
    )
