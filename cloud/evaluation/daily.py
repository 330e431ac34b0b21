"""What the baselines see: a row for each vehicle and day, out of the same telemetry."""

from typing import Final

import polars as pl

from contract import signals

DAY_MS: Final = 86_400_000
STILL_RPM: Final = 50.0


def features(part: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each vehicle and day (by arrival): lows, highs, means and counts of what was read."""
    there = set(part.columns)
    wanted: list[pl.Expr] = []
    for name, path, how in _TABLE:
        if path in there:
            column = pl.col(path).fill_nan(None)
            wanted.append({"min": column.min(), "max": column.max(), "mean": column.mean()}[how].alias(name))
    tyres = [signal.path for signal in signals.TYRES if signal.path in there]
    if tyres:
        read = [pl.col(path).fill_nan(None) for path in tyres]
        lowest, highest = pl.min_horizontal(read), pl.max_horizontal(read)
        wanted += [lowest.min().alias("tyre_low"), (lowest - highest).mean().alias("tyre_apart")]
    volts = [path for path in _VOLTS if path in there]
    if volts:
        wanted += _of_volts(volts, there)
    day = (pl.col("arrival_ms") // DAY_MS).alias("day")
    found = part.group_by("vehicle", day).agg(wanted)
    told = codes.filter(pl.col("status").is_in(["confirmed", "permanent"])).group_by("vehicle", day)
    counted = told.agg(pl.len().cast(pl.Float64).alias("codes"))
    return found.join(counted, on=["vehicle", "day"], how="left").with_columns(pl.col("codes").fill_null(0.0))


def _of_volts(volts: list[str], there: set[str]) -> list[pl.Expr]:
    supply = pl.coalesce([pl.col(path).fill_nan(None) for path in volts])
    made = [supply.min().alias("volts_low"), supply.median().alias("volts_mid"), supply.max().alias("volts_high")]
    rpm = signals.ENGINE_SPEED.path
    if rpm in there:
        turning = pl.col(rpm).fill_nan(None).fill_null(0.0) > STILL_RPM
        made.append(supply.filter(turning).mean().alias("volts_running"))
        made.append(supply.filter(~turning).median().alias("volts_still"))
    return made


_VOLTS: Final = (signals.SUPPLY_VOLTAGE.path, signals.CONTROL_MODULE_VOLTAGE.path, signals.LOW_VOLTAGE.path)
_TABLE: Final = (
    ("coolant_high", signals.COOLANT_TEMPERATURE.path, "max"),
    ("fuel_low", signals.FUEL_LEVEL.path, "min"),
    ("soc_low", signals.SOC.path, "min"),
    ("soc_shown_low", signals.SOC_DISPLAYED.path, "min"),
    ("crank_low", signals.CRANKING_VOLTAGE.path, "min"),
    ("pack_high", signals.PACK_TEMPERATURE_MAX.path, "max"),
    ("cell_high", signals.CELL_VOLTAGE_MAX.path, "mean"),
    ("cell_low", signals.CELL_VOLTAGE_MIN.path, "mean"),
    ("alarm_level", signals.PACK_ALARM_LEVEL.path, "max"),
    ("ambient", signals.AMBIENT_TEMPERATURE.path, "mean"),
    ("oil_low", "Vehicle.Powertrain.CombustionEngine.EngineOil.Pressure", "min"),
    ("oil_level", "Vehicle.Powertrain.CombustionEngine.EngineOil.Level", "min"),
)
