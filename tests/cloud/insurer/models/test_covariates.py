"""Which columns explain claims: inferred, but never an outcome, a name of a row, or a protected attribute."""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pytest

from cloud.insurer.models import covariates, mapping, reading
from cloud.insurer.models.book import Book, Categorical, Numeric
from cloud.insurer.models.errors import MapError

ROWS: Final = 400


def read(folder: Path, text: str = "", /, **columns: list[object]) -> Book:
    source = np.random.default_rng(2)
    table = {
        "n": (source.random(ROWS) < 0.1).astype(int),
        "age": source.integers(18, 80, ROWS),
        **columns,
    }
    pl.DataFrame(table, strict=False).write_parquet(folder / "book.parquet")
    return reading.read([folder / "book.parquet"], mapping.parse(f'claims = "n"\n{text}', "book.toml"))


def repeated(*values: object) -> list[object]:
    return [values[row % len(values)] for row in range(ROWS)]


def test_numbers_and_levels_are_told_apart(tmp_path: Path) -> None:
    book = read(tmp_path, text_number=repeated("1", "2", None), code=repeated("01", "75"), town=repeated("a", "b", ""))

    kinds = {name: type(column) for name, column in book.columns.items()}
    assert kinds == {"age": Numeric, "text_number": Numeric, "code": Categorical, "town": Categorical}
    town = book.columns["town"]
    assert isinstance(town, Categorical)
    assert town.levels == ("a", "b")
    assert (town.codes == -1).sum() == ROWS // 3


def test_the_map_has_the_last_word_on_what_is_a_number(tmp_path: Path) -> None:
    book = read(
        tmp_path, 'numeric = ["code"]\ncategorical = ["group"]', code=repeated("01", "75"), group=repeated(1, 2)
    )

    assert isinstance(book.columns["code"], Numeric)
    assert isinstance(book.columns["group"], Categorical)


@pytest.mark.parametrize("name", ["Gender", "drv_sex1", "Male", "DriverSex", "性别"])
def test_gender_is_set_apart_unless_the_map_lists_it(tmp_path: Path, name: str) -> None:
    without = read(tmp_path, "", **{name: repeated("x", "y")})
    allowed = read(tmp_path, f'use_protected = ["{name}"]', **{name: repeated("x", "y")})

    assert name not in without.columns
    assert name in without.protected
    assert any(name in warning for warning in without.warnings)
    assert name in allowed.columns


def test_gender_named_among_covariates_is_still_not_used_without_leave(tmp_path: Path) -> None:
    book = read(tmp_path, 'covariates = ["age", "Gender"]', Gender=repeated("F", "M"))

    assert list(book.columns) == ["age"]


def test_columns_named_for_other_things_are_no_gender(tmp_path: Path) -> None:
    book = read(tmp_path, Sussex=repeated("a", "b"), femalle=repeated("a", "b"))

    assert {"Sussex", "femalle"} <= set(book.columns)


def test_outcomes_are_left_out_with_a_word(tmp_path: Path) -> None:
    book = read(tmp_path, n_open=repeated(*[0] * 19, 1))

    assert list(book.columns) == ["age", "n_open"]
    pl.DataFrame(
        {"ClaimNb": repeated(*[0] * 9, 1), "ClaimOcc": repeated(*[0] * 9, 1), "a": repeated(1, 2)}
    ).write_parquet(tmp_path / "book.parquet")
    book = reading.read([tmp_path / "book.parquet"], mapping.parse('claims = "ClaimNb"', "book.toml"))
    assert list(book.columns) == ["a"]
    assert any("'ClaimOcc' looks like an outcome" in warning for warning in book.warnings)


def test_the_claims_themselves_are_no_covariate_even_if_named(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="'n' is what is to be explained"):
        read(tmp_path, 'covariates = ["age", "n"]')


def test_names_of_rows_and_constants_explain_nothing(tmp_path: Path) -> None:
    book = read(tmp_path, number=list(range(ROWS)), plate=[f"P{row}" for row in range(ROWS)], same=repeated("x"))

    assert list(book.columns) == ["age"]
    assert sum("names rows" in warning for warning in book.warnings) == 2


def test_what_the_map_names_a_number_or_level_is_used_however_it_looks(tmp_path: Path) -> None:
    plates: list[object] = [f"P{row}" for row in range(ROWS)]
    past = repeated(*[0] * 9, 1)

    left_out = read(tmp_path, claims_before=past, plate=plates)
    named = read(tmp_path, 'numeric = ["claims_before"]\ncategorical = ["plate"]', claims_before=past, plate=plates)

    assert list(left_out.columns) == ["age", "claims_before"]
    assert list(named.columns) == ["age", "claims_before", "plate"]


def test_values_that_mean_missing_become_missing(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        "[missing]\nweight = [0]\ntown = ['?']",
        weight=repeated(0, 900, 0, 1000),
        town=repeated("?", "a", "b"),
    )

    weight, town = book.columns["weight"], book.columns["town"]
    assert isinstance(weight, Numeric)
    assert isinstance(town, Categorical)
    assert np.isnan(weight.values).sum() == ROWS // 2
    assert town.levels == ("a", "b")


def test_a_prefix_is_a_covariate_of_its_own(tmp_path: Path) -> None:
    book = read(tmp_path, "[prefix]\nplace = 2", place=repeated("06001", "06002", "75001"))

    column = book.columns["place[:2]"]
    assert isinstance(column, Categorical)
    assert column.levels == ("06", "75")


def test_a_name_that_differs_in_case_only_is_taken_with_a_word(tmp_path: Path) -> None:
    book = read(tmp_path, 'covariates = ["AGE"]')

    assert list(book.columns) == ["AGE"]
    assert any("'AGE' is taken for the column 'age'" in warning for warning in book.warnings)


@pytest.mark.parametrize(
    "text",
    [
        'covariates = ["nope"]',
        'numeric = ["nope"]',
        'protected = ["nope"]',
        "[monotone]\nnope = 'increasing'",
        "[prefix]\nnope = 2",
        "interactions = [['age', 'nope']]",
    ],
)
def test_a_column_that_is_not_there_is_said_with_the_columns(tmp_path: Path, text: str) -> None:
    with pytest.raises(MapError, match=r"'nope'; the columns are n, age"):
        read(tmp_path, text)


def test_dates_are_numbers() -> None:
    assert covariates.is_numeric(pl.Series([date(2020, 1, 1)]))
