"""Books whose truth is known: claims are drawn from a Poisson law with coefficients that the test can name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from cloud.insurer.models.book import Book, Categorical, Columns, Numeric

INTERCEPT: Final = -1.6
AGE_SLOPE: Final = -0.03
TOWN: Final = {"city": 0.0, "suburb": -0.3, "village": -0.6}
MEAN_CLAIM: Final = 1200.0


def frame(rows: int = 6000, seed: int = 1) -> pl.DataFrame:
    """Return policies of two per client: exposure in days, age and town matter, colour does not."""
    source = np.random.default_rng(seed)
    age = source.integers(18, 80, rows)
    town = source.choice(list(TOWN), rows, p=[0.5, 0.3, 0.2])
    days = source.integers(60, 366, rows)
    rate = np.exp(INTERCEPT + AGE_SLOPE * (age - 40) + np.array([TOWN[name] for name in town]))
    claims = source.poisson(rate * days / 365)
    paid = [float(source.gamma(2.0, MEAN_CLAIM / 2.0, count).sum()) for count in claims]
    return pl.DataFrame(
        {
            "policy": [f"P{row:06d}" for row in range(rows)],
            "client": [f"C{row // 2:06d}" for row in range(rows)],
            "year": [2020 + row % 3 for row in range(rows)],
            "days": days,
            "age": age,
            "town": town,
            "colour": source.choice(["red", "blue", "green"], rows),
            "sex": source.choice(["F", "M"], rows),
            "claim_nb": claims,
            "claim_cost": paid,
        }
    )


MAP: Final = """
claims = "claim_nb"
amount = "claim_cost"
exposure = "days"
exposure_unit = "days"
id = "policy"
group = "client"
year = "year"
"""


def parquet(folder: Path, rows: int = 6000, seed: int = 1, name: str = "book") -> Path:
    """Write a book to `folder` and return its file."""
    file = folder / f"{name}.parquet"
    frame(rows, seed).write_parquet(file)
    return file


def book(columns: Columns, claims: list[float] | None = None, exposure: float = 1.0) -> Book:
    """Return a book of these columns; no claims where none are given."""
    first = next(iter(columns.values()))
    rows = first.values.size if isinstance(first, Numeric) else first.codes.size
    return Book(
        name="made",
        exposure=np.full(rows, exposure),
        claims=np.zeros(rows) if claims is None else np.array(claims, dtype=np.float64),
        amount=None,
        group=np.arange(rows, dtype=np.int64),
        group_names=(),
        year=None,
        columns=dict(columns),
        protected={},
        rejected={},
        warnings=(),
    )


def known(rows: int = 6000, seed: int = 1) -> Book:
    """Return the book of `frame` without going through a file: age and town matter, colour does not."""
    table = frame(rows, seed)
    return Book(
        name="made",
        exposure=table["days"].to_numpy() / 365.0,
        claims=table["claim_nb"].to_numpy().astype(np.float64),
        amount=np.where(table["claim_nb"].to_numpy() > 0, table["claim_cost"].to_numpy(), np.nan),
        group=np.arange(rows, dtype=np.int64) // 2,
        group_names=(),
        year=table["year"].to_numpy().astype(np.int64),
        columns={
            "age": number("age", table["age"].to_list()),
            "town": levels("town", table["town"].to_list()),
            "colour": levels("colour", table["colour"].to_list()),
        },
        protected={"sex": levels("sex", table["sex"].to_list())},
        rejected={},
        warnings=(),
    )


def number(name: str, values: Sequence[float]) -> Numeric:
    """Return a covariate that is a number."""
    return Numeric(name, np.array(values, dtype=np.float64))


def levels(name: str, values: Sequence[str | None]) -> Categorical:
    """Return a covariate that is a level, missing where it is None."""
    found = sorted({value for value in values if value is not None})
    return Categorical(
        name, np.array([-1 if it is None else found.index(it) for it in values], dtype=np.int64), tuple(found)
    )
