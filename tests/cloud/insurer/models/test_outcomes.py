"""What is known only after a claim is found, by how it is filled in and by how it is named."""

import numpy as np
import polars as pl

from cloud.insurer.models import outcomes
from cloud.insurer.models.book import Floats


def book(rows: int = 5000) -> tuple[pl.DataFrame, Floats]:
    source = np.random.default_rng(3)
    claims = source.poisson(0.15, rows).astype(np.float64)
    injuries = source.poisson(0.05, rows)
    table = pl.DataFrame(
        {
            "Numtppd": claims,
            "Numtpbi": injuries,
            "Indtppd": np.where(claims > 0, source.gamma(2.0, 500.0, rows), 0.0),
            "Indtpbi": np.where(injuries > 0, source.gamma(2.0, 5000.0, rows), 0.0),
            "Status": np.where(claims > 0, "settled", ""),
            "Age": source.integers(18, 80, rows),
            "Adind": source.integers(0, 2, rows),
            "Tracker": (source.random(rows) < 0.05).astype(int),
            "Bonus": np.where(source.random(rows) < 0.7, -50, 20),
        }
    )
    return table, claims


def test_amounts_flags_and_texts_that_a_claim_fills_in_are_found() -> None:
    table, claims = book()

    found = outcomes.found(table.select("Indtppd", "Status", "Age", "Adind"), claims, ["Numtppd"])

    assert found == ["Indtppd", "Status"]


def test_other_claims_are_found_by_their_names_and_those_named_like_them_too() -> None:
    table, claims = book()

    assert outcomes.found(table.drop("Numtppd"), claims, ["Numtppd"]) == ["Indtppd", "Status", "Numtpbi", "Indtpbi"]


def test_rare_equipment_and_strong_covariates_are_none() -> None:
    table, claims = book()

    assert outcomes.found(table.select("Age", "Adind", "Tracker", "Bonus"), claims, ["Numtppd"]) == []


def test_a_column_filled_by_some_and_empty_for_most_is_found_with_its_gaps() -> None:
    _, claims = book()
    table = pl.DataFrame({"paid_on": [day if claim else None for claim, day in zip(claims, range(5000), strict=True)]})

    assert outcomes.found(table, claims, ["claims"]) == ["paid_on"]


def test_without_claims_nothing_is_found() -> None:
    table, claims = book()

    assert outcomes.found(table.select("Age", "Indtppd"), np.zeros(claims.size), []) == []
