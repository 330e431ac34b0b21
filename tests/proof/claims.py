"""The claim models on four public books (CASdatasets), held against figures that others reached on them.

    python -m tests.proof.claims               # all four, some minutes; prints JSON; needs the data folder
    python -m tests.proof.claims pg15 norauto  # some of them

`floor` is a mean Poisson deviance per year of exposure that somebody reached out of sample, GLM and boosted; how that
book was split is not known. So ours is given twice: on 30 % held out with its interval, and over the whole book, each
fifth predicted by a model of the other four. `verdict` compares the latter, and says how many standard errors of such a
held-out part lie between: the share that chance has in any such comparison is far larger than what models differ by.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from cloud.insurer.models import boosted, fitting, linear, mapping, metrics, reading, split
from cloud.insurer.models.book import Book
from cloud.insurer.models.boosted import Shape
from cloud.insurer.models.mapping import Map
from tests.proof.real_cars import data_folder

MAPS: Final = Path(__file__).resolve().parents[2] / "docs" / "maps" / "claims"
FOLDS: Final = 5


class Public(NamedTuple):
    """One public book: its files, and the deviances to beat (GLM, boosted)."""

    files: tuple[str, ...]
    floor: tuple[float, float]


BOOKS: Final = {
    "pg15": Public(("pg15training_2009.parquet",), (0.5677, 0.5671)),
    "pg17": Public(("pg17_pol_70pct.parquet", "pg17_claim_70pct.parquet"), (0.5677, 0.5671)),
    "norauto": Public(("norauto.parquet",), (0.4116, 0.4113)),
    "ausprivauto": Public(("ausprivauto0405.parquet",), (0.7956, 0.7972)),
}


def files(name: str, data: Path) -> list[Path]:
    """Return the files of the book."""
    return [data / "claims" / file for file in BOOKS[name].files]


def chosen(name: str) -> Map:
    """Return the map that ships for the book."""
    file = MAPS / f"{name}.toml"
    return mapping.parse(file.read_text(encoding="utf-8"), file.name)


def read(name: str, data: Path) -> Book:
    """Return the book."""
    return reading.read(files(name, data), chosen(name))


def whole(book: Book, by: Map, shape: Shape | None) -> dict[str, float]:
    """Return the deviance of the whole book by model, each fifth predicted by models of the other four."""
    fold = split.folds(book.group, FOLDS, 7)
    rates = {name: np.zeros(book.rows) for name in ("constant", "glm", *(("boosted",) if shape else ()))}
    for at in range(FOLDS):
        inside, outside = book.take(np.flatnonzero(fold != at)), book.take(np.flatnonzero(fold == at))
        begin = linear.fit(inside, by, 0)
        rates["constant"][fold == at] = inside.frequency
        rates["glm"][fold == at] = begin.predict(outside.columns, outside.rows)
        if shape:
            challenger = boosted.fit(inside, by, begin, shape, 0)
            rates["boosted"][fold == at] = challenger.predict(outside.columns, outside.rows)
    return {name: metrics.deviance(book.claims, book.exposure, rate) for name, rate in rates.items()}


def verdict(name: str, report: dict[str, Any], over_all: dict[str, float]) -> dict[str, Any]:
    """Return how each model compares with its floor."""
    found: dict[str, Any] = {}
    for model, floor in zip(("glm", "boosted"), BOOKS[name].floor, strict=True):
        held_out = report["models"][model]
        low, high = held_out["deviance_ci"]
        # Half the interval of 30 % held out, 1.96 standard errors; a floor is a figure of such a part.
        apart = (over_all[model] - floor) / ((high - low) / 3.92)
        told = "below" if over_all[model] <= floor else "above, within chance" if abs(apart) < 1.96 else "above"
        found[model] = {
            "held_out": round(held_out["deviance"], 4),
            "held_out_ci": [round(low, 4), round(high, 4)],
            "whole_book": round(over_all[model], 4),
            "floor": floor,
            "standard_errors_above_floor": round(apart, 2),
            "verdict": told,
        }
    return found


def proof(name: str, data: Path) -> dict[str, Any]:
    """Return the figures of one book."""
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{name} {time.monotonic() - started:6.1f} s  {what}", file=sys.stderr, flush=True)

    done = fitting.fit(files(name, data), [], chosen(name), say)
    took = time.monotonic() - started
    report = done.report
    over_all = whole(read(name, data), chosen(name), Shape(**report["models"]["boosted"]["shape"]))
    say("every fifth predicted by the other four")
    return {
        **{key: report[key] for key in ("rows", "exposure", "claims", "rejected", "warnings")},
        "fit_took_s": round(took, 1),
        "constant": {"held_out": report["models"]["constant"]["deviance"], "whole_book": over_all["constant"]},
        **verdict(name, report, over_all),
        "gini": {model: report["models"][model]["gini"] for model in ("glm", "boosted")},
        "boosted_against_glm": report["boosted_against_glm"],
        "cv_5x2": {model: report["cv_5x2"][model]["mean"] for model in ("constant", "glm", "boosted")},
        "shape": report["models"]["boosted"]["shape"],
        "covariates": report["models"]["glm"]["covariates"],
    }


def main(words: list[str]) -> int:
    """Print the figures of the named books, all of them without a name."""
    data = data_folder()
    if not data.is_dir():
        print(f"no recorded data in {data}; name the folder in OUTRIDER_DATA", file=sys.stderr)
        return 2
    unknown = [word for word in words if word not in BOOKS]
    if unknown:
        print(f"no book {unknown[0]!r}; the books are {', '.join(BOOKS)}", file=sys.stderr)
        return 2
    print(json.dumps({name: proof(name, data) for name in words or BOOKS}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
