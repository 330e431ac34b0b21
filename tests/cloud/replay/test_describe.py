"""A description names every column, guesses what it may be, and ends in a map that can be used."""

import polars as pl
import pytest

from cloud.replay import mapping
from cloud.replay.describe import as_text, describe, guess
from cloud.replay.source import Table


def table(columns: dict[str, list[object]]) -> Table:
    frame = pl.DataFrame(columns, strict=False)
    return Table("a.csv", "a.csv", tuple(frame.columns), iter([frame]))


def test_every_column_is_told_with_its_range_and_some_of_its_cells() -> None:
    found = describe(table({"v": ["1", "50", ""], "note": ["a", "b", "a"], "none": [None, "", None]}))

    speed, note, nothing = found["columns"]
    assert (speed["kind"], speed["low"], speed["high"], speed["filled"]) == ("number", 1.0, 50.0, 2)
    assert (note["kind"], note["examples"]) == ("text", ["a", "b"])
    assert (nothing["kind"], nothing["filled"]) == ("empty", 0)


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Timestamp", "time"), ("vin", "vehicle"), ("cell_volt_12", "cell_voltage"), ("单体电压1", "cell_voltage"),
        ("max_alarm_level", "alarm_level"), ("总电压", "pack_voltage"), ("total_current", "pack_current"),
        ("ENGINE_RPM ()", "engine_speed"), ("Vehicle Speed Sensor [km/h]", "speed"), ("SOC", "soc"), ("zzz", ""),
        ("max_temperature", "pack_temperature_max"), ("绝缘电阻", "insulation_resistance"), ("mileage", "odometer"),
    ],
)  # fmt: skip
def test_names_that_data_sets_use_are_guessed(name: str, signal: str) -> None:
    assert guess(name) == signal


def test_the_map_that_is_printed_can_be_read() -> None:
    found = describe(
        table({"time": ["1"], "vin": ["a"], "SOC": ["5"], "cell_1": ["3.3"], "cell_2": ["3.3"], 'a "b" speed': ["1"]})
    )

    whole = mapping.parse(found["map"], "made.toml")

    assert whole.time.column == "time"
    assert whole.vehicle.column == "vin"
    assert set(whole.signals) == {"soc", "cell_voltage", "speed"}
    assert whole.signals["speed"].column == 'a "b" speed'
    assert found["map"] in as_text(found)
