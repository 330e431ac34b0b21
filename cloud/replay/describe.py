"""What a file holds, column by column, and a map to start from: guesses by name, for a person to check."""

import re
from typing import Any, Final

import numpy as np
import polars as pl

from cloud.replay.source import Table

SAMPLE_ROWS: Final = 2_000
EXAMPLES: Final = 3
# In this order: the first pattern that a column's name answers to is the guess.
_GUESSES: Final = (
    ("time", r"time|date|stamp|时间|日期"),
    ("vehicle", r"\bvin\b|vehicle.?id|car.?id|车辆|车架"),
    ("cell_voltage", r"cell.*volt|volt.*cell|^(?:cell|v|u)_?\d+|单体.*电压"),
    ("cell_temperature", r"(?:cell|probe).*temp|^(?:temp|t)_?\d+$|探针.*温度"),
    ("alarm_level", r"alarm.*level|max.*alarm|报警等级|最高报警"),
    ("insulation_resistance", r"insulat|绝缘"),
    ("is_charging", r"charg.*(?:stat|flag)|充电状态"),
    ("soc", r"\bsoc\b|state.of.charge|荷电"),
    ("soh", r"\bsoh\b|state.of.health"),
    ("pack_temperature_max", r"max.*temp|temp.*max|最高温度"),
    ("pack_temperature_min", r"min.*temp|temp.*min|最低温度"),
    ("pack_current", r"(?:pack|total|hv|battery|sum).*(?:current|curr)|^current|总电流"),
    ("low_voltage", r"12.?v|aux.*volt|low.?volt"),
    ("control_module_voltage", r"control.?module.?volt"),
    ("pack_voltage", r"(?:pack|total|hv|battery|sum).*volt|总电压"),
    ("engine_speed", r"rpm|engine.?speed"),
    ("speed", r"speed|速度|车速"),
    ("odometer", r"odo|mileage|里程"),
    ("coolant_temperature", r"coolant"),
    ("ambient_temperature", r"ambient|outside.*temp"),
    ("intake_temperature", r"intake.*temp"),
    ("engine_load", r"engine.?load"),
    ("fuel_level", r"fuel.*(?:level|tank)"),
    ("latitude", r"^lat"),
    ("longitude", r"^lon|^lng"),
)


def describe(table: Table) -> dict[str, Any]:
    """Return a file's columns with their kind, range and examples, and what each may be."""
    sample = next(table.blocks, pl.DataFrame({name: [] for name in table.columns})).head(SAMPLE_ROWS)
    columns = [_column(name, sample[name]) for name in table.columns]
    return {"file": table.name, "columns": columns, "sampled_rows": sample.height, "map": _map(columns)}


def _column(name: str, column: pl.Series) -> dict[str, Any]:
    if column.dtype == pl.List:
        column = column.cast(pl.List(pl.String)).list.join(",")
    text = column.cast(pl.String, strict=False).str.strip_chars()
    filled = text.filter(text.is_not_null() & (text != ""))
    numbers = filled.cast(pl.Float64, strict=False).drop_nulls().to_numpy()
    numeric = len(filled) > 0 and len(numbers) == len(filled)
    return {
        "name": name,
        "kind": "number" if numeric else ("empty" if not len(filled) else "text"),
        "filled": len(filled),
        "low": float(np.min(numbers)) if numeric else None,
        "high": float(np.max(numbers)) if numeric else None,
        "examples": filled.unique(maintain_order=True).head(EXAMPLES).to_list(),
        "guess": guess(name),
    }


def guess(name: str) -> str:
    """Return what a column of this name may be, "" for nothing that comes to mind."""
    plain = name.lower().replace("_", " ").strip()
    for signal, pattern in _GUESSES:
        if re.search(pattern, name.lower()) or re.search(pattern, plain):
            return signal
    return ""


def _map(columns: list[dict[str, Any]]) -> str:
    """Return a map in TOML with the first column that may be each signal."""
    first: dict[str, str] = {}
    for column in columns:
        if column["guess"]:
            first.setdefault(column["guess"], column["name"])
    lines = []
    if "time" in first:
        lines += ["[time]", f"column = {_quoted(first.pop('time'))}", ""]
    if "vehicle" in first:
        lines += ["[vehicle]", f"column = {_quoted(first.pop('vehicle'))}", ""]
    lines += [f"[signals.{name}]\n{_place(name, column)}\n" for name, column in first.items()]
    return "\n".join(lines)


def _place(name: str, column: str) -> str:
    if name in ("cell_voltage", "cell_temperature"):
        number = re.search(r"\d+", column)
        if number is None:
            return f'column = {_quoted(column)}\nlist = ","'
        before, after = (re.escape(part) for part in (column[: number.start()], column[number.end() :]))
        return f"match = '{before}(\\d+){after}'"
    return f"column = {_quoted(column)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_text(found: dict[str, Any]) -> str:
    """Return the description as people read it; the map is the last part and can be cut off as it is."""
    lines = [f"# {found['file']}: {len(found['columns'])} columns, {found['sampled_rows']} rows looked at"]
    for column in found["columns"]:
        span = "" if column["low"] is None else f" {column['low']:g}..{column['high']:g}"
        guessed = f" -> {column['guess']}?" if column["guess"] else ""
        examples = ", ".join(str(one)[:40] for one in column["examples"])
        lines.append(f"# {column['name']!r}: {column['kind']}{span} ({examples}){guessed}")
    return "\n".join([*lines, "", found["map"]])
