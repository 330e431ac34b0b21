"""From a table to a book: units, rows that cannot be right, groups and years."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cloud.insurer.models import mapping, reading
from cloud.insurer.models.book import Book
from cloud.insurer.models.errors import BookError, MapError
from tests.cloud.insurer.models.made import MAP, parquet


def read(folder: Path, table: dict[str, list[object]], text: str) -> Book:
    """Return the book of `table`; enough good rows stand beside those given that some may be wrong."""
    good = {name: [*values, *([values[0]] * 40)] for name, values in table.items()}
    pl.DataFrame(good, strict=False).write_parquet(folder / "book.parquet")
    return reading.read([folder / "book.parquet"], mapping.parse(text, "book.toml"))


def test_exposure_comes_in_years_whatever_its_unit(tmp_path: Path) -> None:
    days = read(tmp_path, {"n": [1], "e": [73]}, 'claims = "n"\nexposure = "e"\nexposure_unit = "days"')
    months = read(tmp_path, {"n": [1], "e": [6]}, 'claims = "n"\nexposure = "e"\nexposure_unit = "months"')
    whole = read(tmp_path, {"n": [1]}, 'claims = "n"\nexposure = 1')

    assert (days.exposure[0], months.exposure[0], whole.exposure[0]) == pytest.approx((0.2, 0.5, 1.0))


def test_rows_that_cannot_be_right_are_left_out_and_counted_by_reason(tmp_path: Path) -> None:
    table: dict[str, list[object]] = {
        "n": [1, 1, 1, 1, None, -1, 2],
        "e": [0.5, None, 0.0, 99.0, 0.5, 0.5, -0.1],
    }

    book = read(tmp_path, table, 'claims = "n"\nexposure = "e"')

    assert book.rows == 41
    assert book.rejected == {
        "exposure_missing": 1,
        "exposure_not_above_zero": 2,
        "exposure_too_long": 1,
        "claims_missing": 1,
        "claims_negative": 1,
    }


@pytest.mark.parametrize("units", [365, 12])
def test_exposure_in_days_or_months_taken_for_years_is_refused_with_what_to_do(tmp_path: Path, units: int) -> None:
    with pytest.raises(MapError, match='exposure_unit = "days" or "months"'):
        read(tmp_path, {"n": [0], "e": [units]}, 'claims = "n"\nexposure = "e"')


def test_periods_of_many_years_are_taken_where_the_map_says_so(tmp_path: Path) -> None:
    book = read(tmp_path, {"n": [0], "e": [5]}, 'claims = "n"\nexposure = "e"\nmax_exposure = 6.0')

    assert book.exposure[0] == 5.0


def test_claims_that_are_amounts_below_zero_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="below zero"):
        read(tmp_path, {"n": [-3.5]}, 'claims = "n"')


@pytest.mark.parametrize(("key", "text"), [("claims", 'claims = "m"'), ("exposure", 'claims = "n"\nexposure = "m"')])
def test_a_column_that_is_not_there_is_said_with_the_key_and_the_columns(tmp_path: Path, key: str, text: str) -> None:
    with pytest.raises(MapError, match=rf"{key}.*'m'.*n, age"):
        read(tmp_path, {"n": [0], "age": [30]}, text)


def test_claims_of_several_columns_are_added(tmp_path: Path) -> None:
    book = read(tmp_path, {"a": [1], "b": [2]}, 'claims = ["a", "b"]')

    assert book.claims[0] == 3.0


def test_an_average_amount_becomes_a_total_and_no_claim_has_none(tmp_path: Path) -> None:
    table: dict[str, list[object]] = {"n": [2, 0], "a": [50.0, 0.0]}

    book = read(tmp_path, table, 'claims = "n"\namount = "a"\namount_is = "average"')

    assert book.amount is not None
    assert book.amount[0] == 100.0
    assert np.isnan(book.amount[1])


def test_a_weight_counts_a_row_as_often(tmp_path: Path) -> None:
    book = read(tmp_path, {"n": [1], "e": [0.5], "w": [3]}, 'claims = "n"\nexposure = "e"\nweight = "w"')

    assert (book.exposure[0], book.claims[0]) == (1.5, 3.0)
    assert "w" not in book.columns


def test_the_key_of_a_table_of_claims_names_the_policyholder_where_nothing_else_does(tmp_path: Path) -> None:
    pl.DataFrame({"k": ["b", "a"], "age": [30, 40]}).write_parquet(tmp_path / "p.parquet")
    pl.DataFrame({"k": ["a"], "paid": [5.0]}).write_parquet(tmp_path / "c.parquet")
    chosen = mapping.parse('[claims_table]\nkey = "k"\namount = "paid"', "book.toml")

    book = reading.read([tmp_path / "p.parquet", tmp_path / "c.parquet"], chosen)

    assert [book.group_names[place] for place in book.group] == ["b", "a"]
    assert book.claims.tolist() == [0.0, 1.0]
    assert list(book.columns) == ["age"]


def test_rows_of_one_client_share_a_group(tmp_path: Path) -> None:
    book = reading.read([parquet(tmp_path, rows=50)], mapping.parse(MAP, "book.toml"))

    assert len(set(book.group.tolist())) == 25
    assert book.group[0] == book.group[1] != book.group[2]
    assert book.year is not None
    assert set(book.year.tolist()) == {2020, 2021, 2022}


@pytest.mark.parametrize("years", [["Year 0", "Year 1"], [2009, 2010]])
def test_years_are_numbers_or_end_in_one(tmp_path: Path, years: list[object]) -> None:
    book = read(tmp_path, {"n": [0, 1], "y": years}, 'claims = "n"\nyear = "y"')

    assert book.year is not None
    assert book.year[1] - book.year[0] == 1


def test_strange_rows_that_are_kept_are_told(tmp_path: Path) -> None:
    table: dict[str, list[object]] = {"n": [0, 1], "e": [0.5, 7.5], "p": ["A", "B"]}

    book = read(tmp_path, table, 'claims = "n"\nexposure = "e"\nid = "p"')

    assert any("1 rows cover more than 2 years, up to 7.5" in warning for warning in book.warnings)
    assert any("40 rows repeat the `id`" in warning for warning in book.warnings)


def test_a_book_without_rows_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({"n": pl.Series([], dtype=pl.Int64)}).write_parquet(tmp_path / "book.parquet")

    with pytest.raises(BookError, match="no rows"):
        reading.read([tmp_path / "book.parquet"], mapping.parse('claims = "n"', "book.toml"))


def test_a_book_to_score_needs_no_claims(tmp_path: Path) -> None:
    pl.DataFrame({"age": [30, 40]}).write_parquet(tmp_path / "book.parquet")

    book = reading.read(
        [tmp_path / "book.parquet"], mapping.parse('claims = "n"', "book.toml"), only=["age"], outcomes=False
    )

    assert list(book.columns) == ["age"]
    assert book.claims.tolist() == [0.0, 0.0]
