"""A saved model applied to a book: expected claims a year for each row, with the three strongest reasons."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from cloud.insurer.models import artefact, metrics, reading
from cloud.insurer.models.book import Book, Floats
from cloud.insurer.models.errors import MapError, SavedError

REASONS: Final = 3


def score(files: list[Path], folder: Path) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return a table of expected claims and reasons by row of the book, and what is to be said of it.

    `SavedError` where the model was changed, or the book lacks a column that it needs.
    """
    saved = artefact.load(folder)
    names = list(saved.map.covariates) if isinstance(saved.map.covariates, list) else []
    try:
        book = reading.read(files, saved.map, only=names, outcomes=False)
    except MapError as error:
        raise SavedError(f"{folder} needs what the book has not: {error}") from error
    glm = saved.linear.predict(book.columns, book.rows)
    boosted = saved.boosted.predict(book.columns, book.rows)
    table = pl.DataFrame(
        {
            "policyholder": _policyholders(book),
            "exposure": book.exposure,
            "glm_claims_per_year": glm,
            "boosted_claims_per_year": boosted,
            "reasons": _reasons(saved.linear.contributions(book.columns, book.rows), book.exposure),
        }
    )
    told: dict[str, Any] = {
        "book": book.name,
        "rows": book.rows,
        "model": saved.version,
        "expected_claims": {"glm": float(book.exposure @ glm), "boosted": float(book.exposure @ boosted)},
        "bands_of_glm": np.bincount(metrics.bands(glm, book.exposure), minlength=metrics.BANDS).tolist(),
        "rejected": book.rejected,
        "unseen": saved.linear.unseen(book.columns),
        "pricing_use": "none",
    }
    return table, told


def _policyholders(book: Book) -> list[str]:
    if not book.group_names:
        return [str(row) for row in book.group]
    return [book.group_names[place] for place in book.group]


def _reasons(parts: dict[str, Floats], exposure: Floats) -> list[str]:
    """Return for each row the covariates that move it furthest from the book's mean, as `Age +32 %`."""
    if not parts:
        return [""] * exposure.size
    names = np.array(list(parts))
    apart = np.stack([part - part @ exposure / exposure.sum() for part in parts.values()])
    order = np.argsort(-np.abs(apart), axis=0, kind="stable")[:REASONS]
    return [
        "; ".join(f"{names[at]} {100.0 * np.expm1(apart[at, row]):+.0f} %" for at in order[:, row])
        for row in range(exposure.size)
    ]
