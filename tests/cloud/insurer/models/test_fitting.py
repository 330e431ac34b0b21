"""The whole fit of a book in files: its report, its splits, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from cloud.insurer.models import fitting, mapping
from cloud.insurer.models.errors import BookError
from tests.cloud.insurer.models.made import MAP, frame, parquet


def silent(_: str) -> None:
    return None


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> fitting.Fitted:
    folder = tmp_path_factory.mktemp("book")
    return fitting.fit([parquet(folder)], [], mapping.parse(MAP, "book.toml"), silent)


def test_the_report_has_what_was_promised_and_is_json(fitted: fitting.Fitted) -> None:
    report = fitted.report

    assert json.loads(json.dumps(report, allow_nan=False)) == report
    promised = "book rows exposure claims split models double_lift cv_5x2 severity rejected warnings pricing_use"
    assert set(promised.split()) <= set(report)
    assert report["pricing_use"] == "none"
    assert set(report["models"]) == {"constant", "glm", "boosted"}
    wanted = "deviance deviance_ci gini gini_ci ae_by_decile coefficients relativities"
    assert set(wanted.split()) <= set(report["models"]["glm"])


def test_rows_exposure_and_claims_of_both_sides_are_those_of_the_book(fitted: fitting.Fitted) -> None:
    told = fitted.report["split"]

    for what in ("rows", "exposure", "claims"):
        assert told["fit"][what] + told["test"][what] == pytest.approx(fitted.report[what])


def test_the_glm_beats_the_constant_out_of_sample(fitted: fitting.Fitted) -> None:
    models = fitted.report["models"]

    assert models["glm"]["deviance"] < models["constant"]["deviance"]
    assert models["glm"]["deviance_gain_ci"][0] > 0.0
    assert "sex" not in models["glm"]["covariates"]
    assert any("'sex' is protected" in warning for warning in fitted.report["warnings"])


def test_the_settled_map_names_every_choice(fitted: fitting.Fitted) -> None:
    assert fitted.map.covariates == ["age", "town", "colour"]
    assert fitted.map.numeric == ["age"]
    assert fitted.map.categorical == ["town", "colour", "sex"]


def fit(folder: Path, text: str = MAP, **more: Any) -> dict[str, Any]:
    tests = more.get("tests", [])
    return fitting.fit([parquet(folder)], tests, mapping.parse(text, "m.toml"), silent, cross_validate=False).report


def test_another_book_is_tested_whole(tmp_path: Path) -> None:
    report = fit(tmp_path, tests=[parquet(tmp_path, rows=3000, seed=9, name="next")])

    assert report["split"]["by"] == "file"
    assert report["split"]["fit"]["rows"] == 6000
    assert report["split"]["test"]["rows"] == 3000
    assert report["split"]["groups_on_both_sides"] == 1500
    assert any("both in the book and in the test" in warning for warning in report["warnings"])
    assert report["cv_5x2"] is None


def test_the_last_year_is_tested_by_policyholders_of_its_own(tmp_path: Path) -> None:
    report = fit(tmp_path, MAP + '[split]\nby = "year"')

    told = report["split"]
    assert told["by"] == "year"
    assert told["fit"]["rows"] + told["test"]["rows"] + told["rows_in_neither"] == 6000
    assert 0 < told["test"]["rows"] < 2000


def test_a_book_of_one_year_cannot_be_split_by_year(tmp_path: Path) -> None:
    table = frame(500).with_columns(pl.lit(2009).alias("year"))
    table.write_parquet(tmp_path / "one.parquet")

    with pytest.raises(BookError, match="one year only"):
        fitting.fit([tmp_path / "one.parquet"], [], mapping.parse(MAP + '[split]\nby = "year"', "m"), silent)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"claim_nb": 0}, "0 claims among the"),
        ({"age": 30, "town": "city", "colour": "red"}, "no column is left"),
    ],
)
def test_a_book_with_nothing_to_fit_is_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    frame(1000).with_columns(**{name: pl.lit(value) for name, value in changed.items()}).write_parquet(
        tmp_path / "b.parquet"
    )

    with pytest.raises(BookError, match=said):
        fitting.fit([tmp_path / "b.parquet"], [], mapping.parse(MAP, "m.toml"), silent)


def test_awkward_columns_stop_no_fit(tmp_path: Path) -> None:
    rows, source = 2000, np.random.default_rng(1)
    awkward = frame(rows).with_columns(
        many=pl.Series([f"m{at}" for at in source.integers(0, rows // 4, rows)]),
        gaps=pl.Series(np.where(source.random(rows) < 0.6, np.nan, source.normal(size=rows))),
        rare=pl.Series(np.where(source.random(rows) < 0.01, "x", "y")),
        spike=pl.Series(np.where(source.random(rows) < 0.97, 0.0, source.lognormal(5.0, 3.0, rows))),
        nothing=pl.Series([None] * rows, dtype=pl.String),
    )
    awkward.write_parquet(tmp_path / "awkward.parquet")
    chosen = mapping.parse(MAP, "m.toml")

    report = fitting.fit([tmp_path / "awkward.parquet"], [], chosen, silent, cross_validate=False).report

    assert "age" in report["models"]["glm"]["covariates"]
    assert report["models"]["glm"]["deviance"] < report["models"]["constant"]["deviance"]


def test_a_test_book_without_a_covariate_is_refused_by_its_name(tmp_path: Path) -> None:
    frame(500).drop("town").write_parquet(tmp_path / "next.parquet")

    with pytest.raises(Exception, match="'town'"):
        fit(tmp_path, tests=[tmp_path / "next.parquet"])


def test_no_number_that_is_none_reaches_json() -> None:
    told = fitting.finite({"a": [float("nan"), 1.0], "b": {"c": float("inf")}, "d": "x"})

    assert told == {"a": [None, 1.0], "b": {"c": None}, "d": "x"}
