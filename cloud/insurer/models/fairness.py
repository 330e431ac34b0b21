"""Whether a model treats groups alike, and whether what it uses stands in for what it may not use.

For each protected column, and each that often stands in for one (age, place, time of day): actual over expected by
group, how far expected claims lie apart, and how well the used covariates tell groups apart (AUC, 0.5 is not at all).
"""

import re
from itertools import pairwise
from typing import Any, Final

import numpy as np

from cloud.insurer.models import learning, metrics, split, terms
from cloud.insurer.models.book import Book, Categorical, Column, Columns, Floats, Ints

# Names of what often stands in for a protected attribute, in words with blanks between.
STANDS_IN: Final = re.compile(
    r"(?:^| )(?:age|young|birth|licen[cs]e|lic|region|geo|area|zip|post(?:al)?code|insee|density|city|province|"
    r"subgroup|night|occupation)(?:$| )|年龄|地区|城市|夜"
)
# An AUC from which a proxy is called strong: the used covariates put seven of ten random pairs in the right order.
STRONG_AUC: Final = 0.7
MOST_GROUPS: Final = 12
SEEN_ROWS: Final = 30_000


def examine(book: Book, rates: dict[str, Floats], used: list[str], seed: int) -> list[dict[str, Any]]:
    """Return a finding for each sensitive column of `book`; `rates` by model, `used` the covariates of the GLM."""
    sensitive: dict[str, Column] = dict(book.protected)
    sensitive |= {name: column for name, column in book.columns.items() if STANDS_IN.search(words(name))}
    return [
        {
            "attribute": name,
            "protected": name in book.protected,
            "used_by_model": name in used,
            "groups": _groups(book, rates, column),
            "proxy": _proxy(book, column, [other for other in used if other != name], seed),
        }
        for name, column in sensitive.items()
    ]


def words(name: str) -> str:
    """Return `drv_age1` and `DrivAge` as small words with blanks between."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\d_.:\[\]\-\s]+", " ", name).lower().strip()


def _groups(book: Book, rates: dict[str, Floats], column: Column) -> list[dict[str, Any]]:
    labels, members = grouped(column, book.exposure)
    found: list[dict[str, Any]] = []
    for at, label in enumerate(labels):
        rows = members == at
        years = float(book.exposure[rows].sum())
        if not years > 0.0:
            continue
        actual = float(book.claims[rows].sum())
        told: dict[str, Any] = {"group": label, "exposure": years, "actual": actual}
        for name, rate in rates.items():
            if name == "constant":
                continue
            expected = float((book.exposure * rate)[rows].sum())
            ends = [bound / expected for bound in metrics.poisson_interval(actual)]
            told[name] = {
                "expected_per_year": expected / years,
                "actual_over_expected": actual / expected,
                "ci": ends,
                "within_chance": ends[0] <= 1.0 <= ends[1],
            }
        found.append(told)
    return found


def grouped(column: Column, exposure: Floats) -> tuple[list[str], Ints]:
    """Return the names of groups and (n_rows,) each row's: levels, the rare ones pooled, or quarters of a number."""
    if isinstance(column, Categorical):
        size = np.bincount(column.codes + 1, weights=exposure, minlength=len(column.levels) + 1)[1:]
        largest = np.argsort(-size, kind="stable")[:MOST_GROUPS]
        place = np.full(len(column.levels) + 1, largest.size, dtype=np.int64)
        place[largest] = np.arange(largest.size)
        return [*(column.levels[at] for at in largest), "(other or missing)"], place[column.codes]
    there = column.values[~np.isnan(column.values)]
    values = np.unique(there)
    if values.size <= 4:
        place = np.searchsorted(values, np.where(np.isnan(column.values), np.inf, column.values))
        return [*(f"{value:g}" for value in values), "(missing)"], place.astype(np.int64)
    edges = np.unique(np.quantile(there, [0.25, 0.5, 0.75]))
    place = np.where(np.isnan(column.values), edges.size + 1, np.searchsorted(edges, column.values, side="left"))
    names = [f"<= {edges[0]:g}", *(f"{low:g} to {high:g}" for low, high in pairwise(edges))]
    return [*names, f"> {edges[-1]:g}", "(missing)"], place.astype(np.int64)


def _proxy(book: Book, column: Column, used: list[str], seed: int) -> dict[str, Any]:
    """Return how well the other covariates tell the column's largest group from the rest, on rows held out."""
    labels, members = grouped(column, book.exposure)
    largest = int(np.bincount(members, weights=book.exposure).argmax())
    rows = split.some(book.group, SEEN_ROWS, seed)
    some, inside = book.take(rows), (members == largest)[rows].astype(np.float64)
    tested = split.by_group(some.group, 0.5, seed)
    columns: Columns = {name: some.columns[name] for name in used if name in some.columns}
    found = [learning.learn(it, some) for it in columns.values()]
    made: list[terms.Term] = [term for term in found if term is not None]
    design = terms.design(made, columns, some.rows)[:, 1:]
    told = auc(inside[tested], _telling(design[~tested], inside[~tested], design[tested]))
    return {"group": labels[largest], "auc": told, "strong": told >= STRONG_AUC}


def _telling(design: Floats, truth: Floats, shown: Floats) -> Floats:
    """Return (n_shown,) how much each row of `shown` looks like one of `truth` 1, by logistic regression."""
    from sklearn.linear_model import LogisticRegression

    if design.shape[1] == 0 or not 0.0 < truth.mean() < 1.0:
        return np.zeros(shown.shape[0])
    middle, spread = design.mean(axis=0), np.maximum(design.std(axis=0), 1e-12)
    model = LogisticRegression(max_iter=1000).fit((design - middle) / spread, truth)
    return np.asarray(model.decision_function((shown - middle) / spread), dtype=np.float64)


def auc(truth: Floats, score: Floats) -> float:
    """Return the chance that a row of `truth` 1 scores above one of 0, ties counting half; NaN for one kind only."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2.0)[place]
    ones = float(truth.sum())
    zeros = truth.size - ones
    if ones == 0.0 or zeros == 0.0:
        return float("nan")
    return float((ranks[truth > 0.0].sum() - ones * (ones + 1.0) / 2.0) / (ones * zeros))
