"""Data sets of strangers through the whole way: any form of the same drives gives the same alerts."""

import gzip
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest

from cloud.decision.policy import Policy
from cloud.errors import ReplayError, SettingsError
from cloud.replay import mapping
from cloud.replay.adapters.files import tables
from cloud.replay.run import Replay, order_of
from tests.support.cell_packs import Fault, Frames, Pack

FAULTY: Final = 4
CELLS: Final = 16
SHORT: Final = Fault(FAULTY, 2.0, leak_pct_day=60.0, over_days=2.0)


def replayed(map_text: str, *paths: Path, tell: Callable[[dict[str, Any]], None] = lambda _: None) -> dict[str, Any]:
    whole = mapping.parse(map_text, "m.toml")
    names = [str(path) for path in paths]
    order = order_of(whole, tables(names, whole.file))
    return Replay(whole, Policy(), tell, lambda *_: None).run(tables(names, whole.file, order))


@cache
def days(faults: Sequence[Fault] = (SHORT,), count: int = 5) -> tuple[Frames, ...]:
    return tuple(Pack(5, cells=CELLS, faults=tuple(faults), every_s=15.0).days(count))


def wide(seen: Sequence[Frames]) -> pl.DataFrame:
    """Return days as one table: a row a frame, a column a cell, in mV as a T-box has them."""
    rows = [
        {
            "time": int(day.times_s[k]),
            "total_voltage": day.pack_v[k],
            "total_current": -day.current_a[k],
            "max_temp": day.hot_degc[k],
            "min_temp": day.cold_degc[k],
            "alarm": 0,
        }
        | {f"cell_{n + 1}": None if np.isnan(volts) else round(1000.0 * volts) for n, volts in enumerate(day.volts[k])}
        for day in seen
        for k in range(len(day.times_s))
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


WIDE_MAP: Final = """
[time]
column = "time"
[vehicle]
name = "wagon"
powertrain = "bev"
pack_ah = 150
[signals]
pack_voltage = { column = "total_voltage" }
pack_current = { column = "total_current", positive = "discharging" }
pack_temperature_max = { column = "max_temp" }
pack_temperature_min = { column = "min_temp" }
alarm_level = { column = "alarm" }
cell_voltage = { match = 'cell_(\\d+)', unit = "mV" }
"""


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("wide") / "wagon.csv"
    wide(days()).write_csv(path)
    return path, replayed(WIDE_MAP, path)


def alerts(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(a["time"], a["cause"], a["grade"], a["cell"]["ranked"][0]["cell"]) for a in found["alerts"]]


def test_a_cell_that_shorts_is_told_with_its_number_and_how_urgent_it_is(
    failing: tuple[Path, dict[str, Any]],
) -> None:
    found = failing[1]

    assert found["vehicles"] == 1
    assert found["alerts_total"] >= 1
    first = found["alerts"][0]
    assert first["vehicle"] == "wagon"
    assert first["cause"] == "traction_cells"
    assert first["cell"]["ranked"][0]["cell"] == str(FAULTY + 1)
    assert first["reasons"]["zh"]
    assert first["reasons"]["en"]
    assert json.dumps(found, allow_nan=False)


def test_glitches_are_counted_and_raise_nothing(tmp_path: Path) -> None:
    wide(days((), 4)).write_csv(tmp_path / "sound.csv")

    found = replayed(WIDE_MAP, tmp_path / "sound.csv")

    assert found["alerts"] == []
    assert found["rejected"]["out_of_range"] > 10
    assert found["rescue_grade_per_hour"]["upper_95"] == pytest.approx(3.0 / found["hours"], rel=0.01)


def test_the_same_drives_in_any_form_give_the_same_alerts(failing: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    table = wide(days())
    cells = [name for name in table.columns if name.startswith("cell_")]
    table.write_parquet(tmp_path / "wagon.parquet")
    (tmp_path / "wagon.csv.gz").write_bytes(gzip.compress(failing[0].read_bytes()))
    listed = table.with_columns(
        cells=pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in cells], separator=",")
    )
    listed.drop(cells).write_csv(tmp_path / "listed.csv")
    half = table.height // 2
    table[half:].write_csv(tmp_path / "a_second.csv")
    table[:half].write_csv(tmp_path / "b_first.csv")
    list_map = WIDE_MAP.replace("match = 'cell_(\\d+)'", "column = 'cells', list = ','")

    expected = alerts(failing[1])

    assert alerts(replayed(WIDE_MAP, tmp_path / "wagon.parquet")) == expected
    assert alerts(replayed(WIDE_MAP, tmp_path / "wagon.csv.gz")) == expected
    assert alerts(replayed(list_map, tmp_path / "listed.csv")) == expected
    assert alerts(replayed(WIDE_MAP, tmp_path / "a_second.csv", tmp_path / "b_first.csv")) == expected


def test_a_long_table_gives_the_same_alerts(failing: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    table = wide(days())
    named = [name for name in table.columns if name != "time"]
    long = (
        table.cast(dict.fromkeys(named, pl.Float64)).unpivot(index="time", on=named).sort("time", maintain_order=True)
    )
    long.filter(pl.col("value").is_not_null()).write_csv(tmp_path / "long.csv")

    found = replayed(WIDE_MAP + '[long]\nname = "variable"\nvalue = "value"\n', tmp_path / "long.csv")

    assert alerts(found) == alerts(failing[1])


def test_a_signal_that_no_row_of_a_long_table_names_is_told(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("t,n,v\n1768464000,VSS,50\n1768464001,SOC,80\n")
    text = "[time]\ncolumn = 't'\n[long]\nname = 'n'\nvalue = 'v'\n[signals]\nspeed = { column = 'VSS' }\n"

    assert replayed(text + "soc = { column = 'SOC' }", tmp_path / "long.csv")["rows"] == 2
    with pytest.raises(SettingsError, match=r"signals\.soh\.column: no row is of a signal 'SOH'"):
        replayed(text + "soh = { column = 'SOH' }", tmp_path / "long.csv")


def test_several_cars_in_one_table_are_each_judged_alone(failing: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    both = pl.concat(
        [
            wide(days()).with_columns(vin=pl.lit("沪A 1")),
            wide(days((), 5)).with_columns(vin=pl.lit("car-2")),
        ]
    ).sort("time", maintain_order=True)
    both.write_csv(tmp_path / "both.csv")

    found = replayed(WIDE_MAP.replace('name = "wagon"', 'column = "vin"'), tmp_path / "both.csv")

    assert sorted(found["hours_by_vehicle"]) == ["car-2", "沪A 1"]
    assert {alert["vehicle"] for alert in found["alerts"]} == {"沪A 1"}
    assert alerts(found) == alerts(failing[1])


def test_rows_out_of_order_are_late_unless_the_map_sorts_them(tmp_path: Path) -> None:
    wide(days((), 2)).sort("time", descending=True).write_csv(tmp_path / "back.csv")

    found = replayed(WIDE_MAP, tmp_path / "back.csv")
    sorted_ = replayed(WIDE_MAP + "[file]\nsort = true\n", tmp_path / "back.csv")

    assert found["rejected"]["late_frames"] > 100
    assert "late_frames" not in sorted_["rejected"]


def test_impossible_speeds_and_temperatures_are_bad_data_and_nothing_else(tmp_path: Path) -> None:
    rows = [f"{1_768_464_000 + k},{900 if k % 7 == 0 else 50},{-60 if k % 5 == 0 else 90},14.1" for k in range(4_000)]
    (tmp_path / "a.csv").write_text("\n".join(["t,v,c,u", *rows]))
    text = """
[time]
column = "t"
[signals]
speed = { column = "v" }
coolant_temperature = { column = "c" }
control_module_voltage = { column = "u" }
"""

    found = replayed(text, tmp_path / "a.csv")

    assert found["alerts"] == []
    assert found["rejected_by_signal"]["out_of_range"] == {
        "Vehicle.Speed": 572,
        "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature": 800,
    }


def test_every_alert_is_told_as_it_comes(failing: tuple[Path, dict[str, Any]]) -> None:
    told: list[dict[str, Any]] = []

    found = replayed(WIDE_MAP, failing[0], tell=told.append)

    assert told == found["alerts"]


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        (
            "[time]\ncolumn = 'when'\n",
            SettingsError,
            "m.toml: time.column: a.csv has no column 'when'; it has 't', 'v'",
        ),
        ("[vehicle]\ncolumn = 'vin'\n", SettingsError, "m.toml: vehicle.column: a.csv has no column 'vin'"),
        ("[vehicle]\nfrom_file = '^(\\d+)_'\n", SettingsError, "vehicle.from_file: .* finds no name in 'a.csv'"),
        ("[long]\nname = 'n'\nvalue = 'v'\n", SettingsError, "m.toml: long.name: a.csv has no column 'n'"),
        ("[time]\ncolumn = 'v'\nformat = 'iso'\n", ReplayError, "not one row had a time and a vehicle"),
    ],
)
def test_a_map_that_does_not_fit_the_file_is_told(tmp_path: Path, more: str, error: type[Exception], said: str) -> None:
    (tmp_path / "a.csv").write_text("t,v\n1768464000,50\n")

    with pytest.raises(error, match=said):
        replayed(more + "[signals]\nspeed = { column = 'v' }", tmp_path / "a.csv")
