"""Scoring: what a saved model says of a new book, however its columns are typed."""

from pathlib import Path

import polars as pl
import pytest

from cloud.insurer.models import artefact, boosted, fitting, linear, mapping, reading, scoring
from cloud.insurer.models.boosted import Shape
from tests.cloud.insurer.models.made import MAP, frame, parquet


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    chosen = mapping.parse(MAP, "book.toml")
    book = reading.read([parquet(folder)], chosen)
    begin = linear.fit(book, chosen, 0)
    challenger = boosted.fit(book, chosen, begin, Shape(3, 20, False), 0)
    artefact.save(folder / "model", fitting.settle(chosen, book), begin, challenger, {})
    return folder / "model"


def test_a_risky_driver_is_told_apart_and_why(tmp_path: Path, model: Path) -> None:
    two = frame(2).with_columns(
        age=pl.Series([19, 75]), town=pl.Series(["city", "village"]), days=pl.Series([365, 365])
    )
    two.write_parquet(tmp_path / "two.parquet")

    table, told = scoring.score([tmp_path / "two.parquet"], model)

    young, old = table["glm_claims_per_year"]
    assert young > 3.0 * old
    assert table["reasons"][0].startswith("age +")
    assert told["rows"] == 2
    assert table["policyholder"].to_list() == ["C000000", "C000000"]


def test_a_book_without_what_no_model_used_is_scored_the_same(tmp_path: Path, model: Path) -> None:
    whole = frame(50)
    whole.write_parquet(tmp_path / "whole.parquet")
    whole.drop("sex", "claim_nb", "claim_cost").write_parquet(tmp_path / "bare.parquet")

    one, other = (scoring.score([tmp_path / f"{name}.parquet"], model)[0] for name in ("whole", "bare"))

    assert one.equals(other)


def test_numbers_kept_as_text_score_as_numbers(tmp_path: Path, model: Path) -> None:
    plain = frame(100, seed=6)
    plain.write_parquet(tmp_path / "plain.parquet")
    plain.with_columns(pl.col("age").cast(pl.String)).write_parquet(tmp_path / "text.parquet")

    one, other = (scoring.score([tmp_path / f"{name}.parquet"], model)[0] for name in ("plain", "text"))

    assert one.equals(other)


def test_rows_that_cannot_be_scored_and_values_never_seen_are_counted(tmp_path: Path, model: Path) -> None:
    odd = frame(100).with_columns(
        days=pl.Series([0] + [365] * 99), age=pl.Series([30, 140] + [40] * 98), town=pl.Series(["city"] * 99 + ["moon"])
    )
    odd.write_parquet(tmp_path / "odd.parquet")

    _, told = scoring.score([tmp_path / "odd.parquet"], model)

    assert told["rejected"] == {"exposure_not_above_zero": 1}
    assert told["unseen"] == {"age": 1, "town": 1}


def test_a_row_does_not_change_with_the_rows_beside_it(tmp_path: Path, model: Path) -> None:
    whole = frame(200, seed=7)
    whole.write_parquet(tmp_path / "whole.parquet")
    whole[:50].write_parquet(tmp_path / "part.parquet")

    one, other = (scoring.score([tmp_path / f"{name}.parquet"], model)[0] for name in ("whole", "part"))

    rates = ["glm_claims_per_year", "boosted_claims_per_year"]
    assert one[:50].select(rates).equals(other.select(rates))
