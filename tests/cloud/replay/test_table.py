"""Cells of a file into values with their validity: nothing is clamped, nothing that is missing becomes a number."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.replay.batches import Rows
from cloud.replay.channels import channels
from cloud.replay.mapping import parse
from cloud.replay.packing import ABSENT
from cloud.replay.rejected import NOT_A_NUMBER, OUT_OF_RANGE, SENTINEL, Rejected
from cloud.replay.table import read
from contract.validity import Validity


def taken(
    text: str, table: dict[str, list[object]], *, most: dict[str, int] | None = None, every_ms: int = 1000
) -> tuple[Rows, Rejected]:
    whole = parse(text, "m.toml")
    frame = pl.DataFrame(table, strict=False)
    names = list(table) if whole.long is None else frame[whole.long.name].unique(maintain_order=True).to_list()
    rejected: Rejected = Counter()
    times = np.arange(frame.height, dtype=np.int64) * every_ms
    return read(whole, frame, times, channels(whole, names, "f.csv", most=most), rejected), rejected


def speeds(*cells: object, more: str = "") -> tuple[list[float | str], Rejected]:
    """Return what becomes of a column of speeds: the value, or what it is instead."""
    rows, rejected = taken(f"[signals]\nspeed = {{ column = 'v'{more} }}", {"v": list(cells)})
    kinds = {ABSENT: "absent", Validity.INVALID: "invalid", Validity.OUT_OF_RANGE: "out of range"}
    return [
        kinds.get(int(kind), float(value)) for kind, value in zip(rows.kinds[:, 0], rows.values[:, 0], strict=True)
    ], rejected


def test_a_cell_is_a_value_or_says_why_it_is_none() -> None:
    found, rejected = speeds("50", " 60.5 ", "", "NA", None, "fast", "-1", "9999", "inf")

    assert found == [50.0, 60.5, "absent", "absent", "absent", "invalid", "out of range", "out of range", "invalid"]
    assert rejected == {(NOT_A_NUMBER, "Vehicle.Speed"): 2, (OUT_OF_RANGE, "Vehicle.Speed"): 2}


@pytest.mark.parametrize("column", [[50, 255, None], [50.0, 255.0, None]])
def test_sentinels_are_no_values_in_typed_columns_too(column: list[object]) -> None:
    found, rejected = speeds(*column, more=", invalid = [255]")

    assert found == [50.0, "invalid", "absent"]
    assert rejected == {(SENTINEL, "Vehicle.Speed"): 1}


def test_words_may_be_sentinels_and_values() -> None:
    rows, rejected = taken(
        "[signals]\nalarm_level = { column = 'a', invalid = ['abnormal'], values = { none = 0, bad = 3, '2' = 2 } }",
        {"a": ["none", "bad", "abnormal", "2", "2.0", "what"]},
    )

    assert rows.kinds[:, 0].tolist() == [0, 0, Validity.INVALID, 0, 0, Validity.INVALID]
    assert rows.values[[0, 1, 3, 4], 0].tolist() == [0.0, 3.0, 2.0, 2.0]
    assert {reason for reason, _ in rejected} == {SENTINEL, NOT_A_NUMBER}


def test_a_categorical_column_is_read_by_its_words() -> None:
    whole = parse("[signals]\nspeed = { column = 'v' }", "m.toml")
    frame = pl.DataFrame({"v": ["70", "50", "fast"]}, schema={"v": pl.Categorical})

    rows = read(whole, frame, np.arange(3), channels(whole, ["v"], "f.csv"), Counter())

    assert rows.values[:2, 0].tolist() == [70.0, 50.0]
    assert rows.kinds[:, 0].tolist() == [0, 0, Validity.INVALID]


def test_a_list_in_a_cell_is_read_with_or_without_brackets() -> None:
    signals = "[signals]\ncell_voltage = { column = 'c', list = ',' }"
    rows, _ = taken(signals, {"c": ["3.31,3.32,3.33", "[3.41, 3.42]", None]}, most={"c": 3})

    np.testing.assert_allclose(rows.values[0], [3.31, 3.32, 3.33])
    assert rows.kinds.tolist() == [[0, 0, 0], [0, 0, ABSENT], [ABSENT] * 3]


def test_a_column_of_lists_is_read_as_it_is() -> None:
    signals = "[signals]\ncell_voltage = { column = 'c', list = ',', unit = 'mV' }"
    rows, _ = taken(signals, {"c": [[3310, 3320], [3410, 66000]]}, most={"c": 2})

    np.testing.assert_allclose(rows.values[0], [3.31, 3.32])
    assert rows.kinds.tolist() == [[0, 0], [0, Validity.OUT_OF_RANGE]]


def test_a_long_table_gives_each_signal_its_own_rows() -> None:
    text = "[long]\nname = 'n'\nvalue = 'v'\n[signals]\nspeed = { column = 'VSS' }\nsoc = { column = 'SOC' }"
    rows, _ = taken(text, {"n": ["VSS", "SOC", "other", "VSS"], "v": ["50", "80", "7", "51"]})

    assert rows.kinds.tolist() == [[0, ABSENT], [ABSENT, 0], [ABSENT, ABSENT], [0, ABSENT]]
    assert rows.values[[0, 3], 0].tolist() == [50.0, 51.0]


def test_a_held_column_gives_its_changes_and_one_value_a_second() -> None:
    text = "[file]\nheld = true\n[signals]\nspeed = { column = 'v' }"
    rows, _ = taken(text, {"v": ["50", "50", "50", "51", "51", "51"]}, every_ms=250)

    assert (rows.kinds[:, 0] == ABSENT).tolist() == [False, True, True, False, False, True]


def test_a_comma_may_be_the_decimal_point() -> None:
    rows, _ = taken("[file]\ndecimal = ','\n[signals]\nspeed = { column = 'v' }", {"v": ["50,5", "1.000,5", "60"]})

    assert rows.values[[0, 2], 0].tolist() == [50.5, 60.0]
    assert rows.kinds[1, 0] == Validity.OUT_OF_RANGE


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.floats().map(str)), min_size=1, max_size=20))
def test_whatever_stands_in_a_cell_a_value_is_within_its_range(cells: list[str | None]) -> None:
    found, rejected = speeds(*cells)

    values = [one for one in found if not isinstance(one, str)]
    assert all(0.0 <= value <= 300.0 for value in values)
    assert sum(rejected.values()) == sum(one in ("invalid", "out of range") for one in found)
