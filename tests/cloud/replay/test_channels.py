"""A map laid on a file's columns: cells in the order of their numbers, units turned, a missing column named."""

import pytest

from cloud.errors import SettingsError
from cloud.replay.channels import Channel, channels
from cloud.replay.mapping import parse
from contract.arrays import CELL_VOLTAGES


def laid(signals: str, *columns: str, most: dict[str, int] | None = None) -> list[Channel]:
    return channels(parse(f"[signals]\n{signals}", "m.toml"), columns, "f.csv", most=most)


def test_cells_are_found_by_number_whatever_the_order_of_columns() -> None:
    found = laid("cell_voltage = { match = 'cell_(\\d+)', unit = 'mV' }", "cell_10", "t", "cell_2", "cell_1", "cell_x")

    assert [(one.column, one.signal, one.label) for one in found] == [
        ("cell_1", CELL_VOLTAGES[0], "1"),
        ("cell_2", CELL_VOLTAGES[1], "2"),
        ("cell_10", CELL_VOLTAGES[9], "10"),
    ]
    assert found[0].factor == pytest.approx(0.001)


def test_numbers_that_begin_at_zero_are_kept_as_labels() -> None:
    found = laid("cell_voltage = { match = 'U(\\d+)' }", "U0", "U1")

    assert [(one.signal, one.label) for one in found] == [(CELL_VOLTAGES[0], "0"), (CELL_VOLTAGES[1], "1")]


def test_a_list_in_a_cell_becomes_as_many_cells_as_it_holds() -> None:
    found = laid("cell_voltage = { column = 'cells', list = ',' }", "cells", most={"cells": 3})

    assert [(one.element, one.label) for one in found] == [(0, "1"), (1, "2"), (2, "3")]


def test_a_number_beyond_the_most_cells_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match=r"number 900 of 'c900' is outside 1\.\.256; set first"):
        laid("cell_voltage = { match = 'c(\\d+)' }", "c1", "c900")


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("speed = { column = 'v', unit = 'mph' }", 10.0, 16.09344),
        ("coolant_temperature = { column = 'v', unit = 'degF' }", 212.0, 100.0),
        ("coolant_temperature = { column = 'v', unit = 'K' }", 273.15, 0.0),
        ("tyre_front_left = { column = 'v', unit = 'psi' }", 32.0, 220.632),
        ("tyre_front_left = { column = 'v', unit = 'bar' }", 2.3, 230.0),
        ("soc = { column = 'v', unit = 'fraction' }", 0.5, 50.0),
        ("odometer = { column = 'v', unit = 'm' }", 1500.0, 1.5),
        ("pack_current = { column = 'v', positive = 'discharging' }", 12.0, -12.0),
        ("pack_current = { column = 'v', positive = 'charging' }", 12.0, 12.0),
        ("pack_voltage = { column = 'v', scale = 0.1, offset = 5 }", 3000.0, 305.0),
        ("insulation_resistance = { column = 'v', unit = 'kOhm' }", 300.0, 300_000.0),
    ],
)
def test_numbers_are_turned_into_the_signals_unit(column: str, raw: float, value: float) -> None:
    (found,) = laid(column, "v")

    assert found.factor * raw + found.offset == pytest.approx(value, rel=1e-5, abs=1e-9)


def test_a_range_is_in_the_columns_unit_and_never_wider_than_the_signals() -> None:
    (narrow,) = laid("coolant_temperature = { column = 'v', unit = 'degF', low = 32, high = 212 }", "v")
    (wide,) = laid("speed = { column = 'v', low = -1000, high = 1e6 }", "v")
    (turned,) = laid("pack_current = { column = 'v', positive = 'discharging', low = -100, high = 300 }", "v")

    assert [narrow.low, narrow.high] == pytest.approx([0.0, 100.0], abs=1e-9)
    assert (wide.low, wide.high) == (0.0, 300.0)
    assert (turned.low, turned.high) == (-300.0, 100.0)


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(SettingsError, match=r"m.toml: signals.speed.column: f.csv has no column 'v'; it has 'a', 'b'"):
        laid("speed = { column = 'v' }", "a", "b")


def test_an_optional_column_may_be_missing() -> None:
    assert laid("speed = { column = 'v', optional = true }", "a") == []


def test_a_pattern_for_one_signal_must_not_match_two_columns() -> None:
    with pytest.raises(SettingsError, match=r"signals.speed.match: several columns of f.csv match: 'v1', 'v2'"):
        laid("speed = { match = 'v\\d' }", "v1", "v2")
