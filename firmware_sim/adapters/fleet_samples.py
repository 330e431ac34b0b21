"""Samples of a fleet's folder for its pictures, thinned so that a large fleet fits into memory."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from firmware_sim.adapters.fleet_files import FORMAT, MANIFEST
from firmware_sim.errors import WorldError
from firmware_sim.fleet.arrays import Floats
from firmware_sim.fleet.columns import COLUMNS

MOST_PARTS: Final = 8


def read(folder: Path) -> dict[str, Floats]:
    """Return samples by name; raise `WorldError` for a folder that is no whole fleet."""
    _manifest(folder)
    parts = sorted((folder / "telemetry").glob("part-*.parquet"))
    chosen = parts[:: max(1, len(parts) // MOST_PARTS)]
    try:
        vehicles = pl.read_parquet(folder / "vehicles.parquet").select("vehicle", "model", "powertrain")
        rows = pl.scan_parquet(chosen).join(vehicles.lazy(), on="vehicle")
        truth = pl.read_parquet(folder / "truth.parquet")
        return _samples(rows) | _true(truth)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise WorldError(f"{folder}: {error}; make the fleet again with `outrider-sim fleet`") from error


def _manifest(folder: Path) -> None:
    try:
        told: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"{folder / MANIFEST}: {error.strerror}; give a folder that `outrider-sim fleet` has finished"
        raise WorldError(problem) from error
    except ValueError as error:
        raise WorldError(f"{folder / MANIFEST} is no JSON ({error}); make the fleet again") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise WorldError(f"{folder / MANIFEST}: its format is not {FORMAT}; make the fleet again")


def _samples(rows: pl.LazyFrame) -> dict[str, Floats]:
    engine = pl.col("powertrain") == "petrol"
    captured = pl.col(COLUMNS["crank_captured"]) == 1.0
    awake = pl.col(COLUMNS["awake"]) == 1.0
    running = pl.col(COLUMNS["rpm"]) > 500.0
    moving = pl.col(COLUMNS["speed"]).is_not_null() & pl.col(COLUMNS["awake"]).is_null()
    plans = {
        "wake_v": rows.filter(engine & awake).select(COLUMNS["module_v"]),
        "run_v": rows.filter(engine & running).select(COLUMNS["module_v"]),
        "crank_v": rows.filter(engine & ~captured).select(COLUMNS["crank_v"]),
        "crank_true_v": rows.filter(engine & captured).select(COLUMNS["crank_v"]),
        "rest_v": rows.select(COLUMNS["supply_v"]),
        "tyre_kpa": rows.filter(pl.col("model") == "bev-family").select(COLUMNS["tyre_0"]),
        "speed_kmh": rows.filter(engine & moving).select(COLUMNS["speed"]),
        "coolant_degc": rows.filter(engine & moving).select(COLUMNS["coolant"]),
        "late_min": rows.select((pl.col("arrival_ms") - pl.col("wall_ms")) / 60_000.0),
        "soc_pct": rows.filter(pl.col("powertrain") == "bev").select(COLUMNS["soc"]),
    }
    found = pl.collect_all(list(plans.values()))
    return {name: _finite(table.to_series()) for name, table in zip(plans, found, strict=True)}


def _true(truth: pl.DataFrame) -> dict[str, Floats]:
    leaks = truth.filter(pl.col("cause") == "tyre")["numbers"].str.json_path_match("$.kpa_d").cast(pl.Float64)
    broken = truth.drop_nulls("breakdown_ms")
    days = (broken["breakdown_ms"] - broken["onset_ms"]) / 86_400_000.0
    return {"leak_kpa_d": _finite(leaks), "days_to_breakdown": _finite(days)}


def _finite(values: pl.Series) -> Floats:
    told = values.drop_nulls().cast(pl.Float64).to_numpy()
    return np.asarray(told[np.isfinite(told)])
