"""The whole of `outrider insurer fit`, top to bottom: read, split, fit, tune, judge, cross-validate, examine."""

import math
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from cloud.insurer.models import boosted, crossval, evaluation, fairness, linear, metrics, reading, severity, split
from cloud.insurer.models.book import Book, Floats, Numeric
from cloud.insurer.models.boosted import Boosted, Progress
from cloud.insurer.models.errors import BookError
from cloud.insurer.models.linear import Linear
from cloud.insurer.models.mapping import Map

# Nothing here may set a price; who wants to has to say so in a filing of his own.
PRICING_USE: Final = "none"
# Fewer say nothing about covariates that chance would not.
LEAST_CLAIMS: Final = 50.0


class Fitted(NamedTuple):
    """What came of it: `report` is what `--json` prints, `map` has every choice made that the given one left open."""

    report: dict[str, Any]
    map: Map
    linear: Linear
    boosted: Boosted


class Sides(NamedTuple):
    """The rows to fit and to test, and how they were told apart."""

    fitted: Book
    tested: Book
    told: dict[str, Any]


def fit(
    files: list[Path], tests: list[Path], chosen: Map, progress: Progress, *, cross_validate: bool = True
) -> Fitted:
    """Return the models of the book in `files`, judged on `tests` or on a part held out; `ModelsError` otherwise."""
    seed = chosen.split.seed
    book = reading.read(files, chosen)
    progress(f"{book.name}: {book.rows} rows, {book.exposure.sum():.1f} years, {book.claims.sum():g} claims")
    settled = settle(chosen, book)
    sides = _sides(book, tests, settled)
    _require_claims(sides)
    reference = linear.fit(sides.fitted, settled, seed)
    progress(f"glm: {len(reference.columns)} coefficients, of {', '.join(reference.used()) or 'the intercept alone'}")
    shape = boosted.tune(sides.fitted, settled, seed, progress)
    challenger = boosted.fit(sides.fitted, settled, reference, shape, seed)
    rates = _rates(sides, reference, challenger)
    models = evaluation.judge(sides.tested, rates, seed)
    models["glm"] |= {"coefficients": reference.table(), "relativities": reference.relativities()}
    models["glm"] |= {"covariates": reference.used(), "dispersion": reference.dispersion, "price": reference.price}
    models["boosted"] |= {"shape": shape._asdict(), "rate": boosted.RATE}
    progress("severity and pure premium")
    costs = severity.judge(sides.fitted, sides.tested, settled, reference, seed)
    crossed = crossval.five_by_two(sides.fitted, settled, shape, seed, progress) if cross_validate else None
    unseen = reference.unseen(sides.tested.columns)
    report = {
        "book": book.name,
        "rows": book.rows,
        "exposure": float(book.exposure.sum()),
        "claims": float(book.claims.sum()),
        "split": sides.told,
        "deviance_is": "mean Poisson deviance per year of exposure: claims/exposure weighted by exposure",
        "models": models,
        "boosted_against_glm": evaluation.difference(sides.tested, rates["glm"], rates["boosted"], seed),
        "double_lift": metrics.double_lift(sides.tested.claims, sides.tested.exposure, rates["glm"], rates["boosted"]),
        "cv_5x2": crossed,
        "severity": costs,
        "fairness": fairness.examine(sides.tested, rates, reference.used(), seed),
        "rejected": book.rejected,
        "rejected_of_test": sides.tested.rejected if tests else {},
        "unseen": unseen,
        "warnings": [*book.warnings, *_warnings(sides, models, unseen)],
        "pricing_use": PRICING_USE,
    }
    return Fitted(finite(report), settled, reference, challenger)


def settle(chosen: Map, book: Book) -> Map:
    """Return the map with the covariates and their kinds that were chosen for `book`, so that others are read alike."""
    known = {**book.columns, **book.protected}
    numeric = [name for name, column in known.items() if isinstance(column, Numeric)]
    return msgspec.structs.replace(
        chosen,
        covariates=list(book.columns),
        numeric=numeric,
        categorical=[name for name in known if name not in numeric],
        protected=list(book.protected),
    )


def finite(told: Any) -> Any:
    """Return `told` with None for every number that is none: JSON has no NaN."""
    match told:
        case dict():
            return {key: finite(value) for key, value in told.items()}
        case list() | tuple():
            return [finite(value) for value in told]
        case float() if not math.isfinite(told):
            return None
        case _:
            return told


def _sides(book: Book, tests: list[Path], chosen: Map) -> Sides:
    seed = chosen.split.seed
    if tests:
        tested = reading.read(tests, chosen, only=list(book.columns))
        shared = len({*book.group_names} & {*tested.group_names})
        told: dict[str, Any] = {"by": "file", "groups_on_both_sides": shared}
        return _told(Sides(book, tested, told))
    if chosen.split.by == "year":
        assert book.year is not None
        if np.unique(book.year).size < 2:
            raise BookError(f'[split] by = "year": {book.name} has one year only; use by = "group", or --test')
        fitted, test = split.by_year(book.group, book.year, seed)
        told = {"by": "year", "seed": seed, "rows_in_neither": book.rows - fitted.size - test.size}
        return _told(Sides(book.take(fitted), book.take(test), told))
    test_rows = split.by_group(book.group, chosen.split.test_share, seed)
    told = {"by": "group", "seed": seed, "test_share": chosen.split.test_share}
    return _told(Sides(book.take(np.flatnonzero(~test_rows)), book.take(np.flatnonzero(test_rows)), told))


def _told(sides: Sides) -> Sides:
    for name, book in (("fit", sides.fitted), ("test", sides.tested)):
        sides.told[name] = {
            "rows": book.rows,
            "exposure": float(book.exposure.sum()),
            "claims": float(book.claims.sum()),
        }
    return sides


def _require_claims(sides: Sides) -> None:
    for what, book, least in (("fit", sides.fitted, LEAST_CLAIMS), ("test", sides.tested, 1.0)):
        if book.claims.sum() < least:
            raise BookError(
                f"{book.name}: {book.claims.sum():g} claims among the {book.rows} rows to {what}; {least:g} are needed"
            )
    if not sides.fitted.columns:
        raise BookError(f"{sides.fitted.name}: no column is left to explain claims; name some in `covariates`")


def _rates(sides: Sides, reference: Linear, challenger: Boosted) -> dict[str, Floats]:
    tested = sides.tested
    return {
        "constant": evaluation.constant(sides.fitted, tested.rows),
        "glm": reference.predict(tested.columns, tested.rows),
        "boosted": challenger.predict(tested.columns, tested.rows),
    }


def _warnings(sides: Sides, models: dict[str, Any], unseen: dict[str, int]) -> list[str]:
    found = [
        f"{count} rows to test hold a value of {name!r} that was seen never or too rarely"
        for name, count in unseen.items()
    ]
    both = sides.told.get("groups_on_both_sides", 0)
    if both:
        found.append(f"{both} policyholders are both in the book and in the test: the figures flatter a little")
    if models["glm"]["dispersion"] > 1.5:
        found.append(
            f"claims scatter {models['glm']['dispersion']:.2f} times as far as Poisson: intervals are too narrow"
        )
    for name in ("glm", "boosted"):
        low, _ = models[name]["deviance_gain_ci"]
        if low <= 0.0:
            found.append(f"{name}: no better than a constant beyond chance")
    return found
