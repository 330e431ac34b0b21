"""From the stored inputs of a period to the rows that one recipient may have: part by part, the same bytes every time.

Nothing here knows the time. What may leave is handed in as permits, one part's vehicles at a time; the vehicle's own id
and every value that no permit names is left behind here.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from cloud.insurer.driving_score import FIELDS, Scorer, score
from cloud.insurer.fields import COLUMNS, CONDITION, DRIVING, SCHEMA_ID, SCORE, SCORED, SPEED_BINS, Kind, bit
from cloud.insurer.inputs import FOLLOWS
from cloud.insurer.pseudonym import KeyRing

TYPES: Final[dict[Kind, pl.DataType]] = {
    "text": pl.String(),
    "whole": pl.Int64(),
    "number": pl.Float64(),
    "flag": pl.Boolean(),
}
PERMITS: Final = {
    "vehicle": pl.String(),
    "consent_id": pl.String(),
    "pricing_consent_id": pl.String(),
    "mask": pl.Int64(),
    "several_drivers": pl.Boolean(),
}
# As rough as an insurer needs: a value to its last bit would be a name that two recipients share.
_KM: Final = 1
_SHARE: Final = 3
_RATE: Final = 1
Permits = Callable[[str, str], pl.DataFrame]


class Recipe(NamedTuple):
    """What a build depends on besides the inputs and the permits."""

    recipient: str
    period: str
    ring: KeyRing
    scorers: Sequence[Scorer]


def build(inputs: pl.DataFrame, revision: int, permits: Permits, recipe: Recipe) -> pl.DataFrame:
    """Return the rows of one part of one revision, by pseudonym and score version; empty where nothing may leave.

    Args:
        inputs: one part of the stored inputs, sorted by vehicle.
        revision: the part's revision; rows of a later one than the first are late, and name the row that they correct.
        permits: from the first and the last vehicle of a part to a frame of `PERMITS`.
        recipe: for whom, and how.
    """
    if not inputs.height:
        return pl.DataFrame(schema=_schema())
    allowed = permits(inputs["vehicle"][0], inputs["vehicle"][-1])
    found = inputs.join(allowed, on="vehicle", how="inner")
    name = recipe.ring.name
    named = [name(recipe.recipient, vehicle) for vehicle in found["vehicle"]]
    found = found.with_columns(pl.Series("pseudonym", named, pl.String()))
    versions = [_version(found, revision, recipe, scorer) for scorer in recipe.scorers]
    return pl.concat(versions).sort("pseudonym", "score_version")


def _version(found: pl.DataFrame, revision: int, recipe: Recipe, scorer: Scorer) -> pl.DataFrame:
    table = scorer.table
    values = {field: found[field].to_numpy().astype(np.float64) for field in FIELDS}
    scored = score(table, values, found["source"].to_list())
    counts = ~pl.col("insufficient_data") & _permitted(SCORE)
    fitted = pl.lit(recipe.recipient in table.fitted_on) & pl.col("pricing_consent_id").is_not_null()
    said = _reasons(scorer, scored.reasons)
    frame = found.with_columns(
        pl.Series("score", scored.score), pl.Series("band", scored.band, pl.String()), *said
    ).with_columns(
        **{column: pl.when(counts).then(pl.col(column)) for column in SCORED},
        score_version=pl.lit(table.version),
        model_sha256=pl.lit(scorer.sha256),
        pricing_use=pl.when(fitted & counts & ~pl.col("several_drivers"))
        .then(pl.lit("commercial"))
        .otherwise(pl.lit("none")),
    )
    return (
        frame.select(*_about(recipe, revision), *_driving(), *SCORED, *_condition())
        .select(list(COLUMNS))
        .cast(_schema())
    )


def _about(recipe: Recipe, revision: int) -> list[pl.Expr]:
    def row_id(number: pl.Expr) -> pl.Expr:
        parts = [pl.lit(recipe.period), pl.col("pseudonym"), pl.col("score_version"), number.cast(pl.String())]
        return pl.concat_str(parts, separator="/")

    driving = pl.col("pricing_consent_id").is_not_null()
    made = {
        "row_id": row_id(pl.lit(revision)),
        "supersedes": pl.when(pl.col(FOLLOWS).is_not_null()).then(row_id(pl.col(FOLLOWS))),
        "schema_id": pl.lit(SCHEMA_ID),
        "key_id": pl.lit(recipe.ring.key_id),
        "period": pl.lit(recipe.period),
        "revision": pl.lit(revision),
        "withheld": _withheld(),
        "sensor_class": pl.when(driving).then(pl.col("source")),
        "unscored_trips": pl.when(driving).then(pl.col("unscored_trips")),
        "excluded_samples": pl.when(driving).then(pl.col("excluded_samples")),
        "data_completeness": pl.col("data_completeness").round(_SHARE),
        "is_late": pl.lit(revision > 1),
    }
    plain = ("pseudonym", "consent_id", "pricing_consent_id", "score_version", "model_sha256", "pricing_use")
    more = ("several_drivers", "insufficient_data", "features_version")
    return [expression.alias(name) for name, expression in made.items()] + [pl.col(name) for name in (*plain, *more)]


def _driving() -> list[pl.Expr]:
    km = pl.col("km")
    values = {
        "exposure_km": km.round(_KM),
        "exposure_h": pl.col("hours").round(_KM),
        "night_km": (km * pl.col("night_share")).round(_KM),
        "peak_km": (km * pl.col("peak_share")).round(_KM),
        "trips": pl.col("trips"),
        "long_trip_share": pl.col("long_trip_share").round(_SHARE),
        **{name: (km * pl.col(f"share_{name}")).round(_KM) for name in SPEED_BINS},
        "harsh_acceleration_per_100km": pl.col("harsh_acceleration").round(_RATE),
        "harsh_braking_per_100km": pl.col("harsh_braking").round(_RATE),
        "harsh_cornering_per_100km": pl.col("harsh_cornering").round(_RATE),
        "speeding_share": pl.col("speeding_share").round(_SHARE),
    }
    return [pl.when(_permitted(name)).then(values[name]).alias(name) for name in DRIVING]


def _condition() -> list[pl.Expr]:
    return [pl.when(_permitted(name)).then(pl.col(name)).alias(name) for name in CONDITION]


def _permitted(field: str) -> pl.Expr:
    return (pl.col("mask") & bit(field)) != 0


def _withheld() -> pl.Expr:
    """Return the names of the fields that no consent lets out, so that no reader takes them for unmeasured."""
    lacking = [pl.when(~_permitted(name)).then(pl.lit(name)) for name in (*DRIVING, SCORE, *CONDITION)]
    return pl.concat_str(lacking, separator=" ", ignore_nulls=True)


def _reasons(scorer: Scorer, places: "np.ndarray[Any, np.dtype[np.int64]]") -> list[pl.Series]:
    terms = scorer.table.terms
    words: dict[str, list[str | None]] = {
        "": [term.code for term in terms] + [None],
        "_zh": [term.zh for term in terms] + [None],
        "_en": [term.en for term in terms] + [None],
    }
    series = []
    for n in range(3):
        place = places[:, n] if n < places.shape[1] else np.full(len(places), -1)
        for part, known in words.items():
            lookup = np.array(known, dtype=object)
            series.append(pl.Series(f"reason_{n + 1}{part}", list(lookup[place]), pl.String()))
    return series


def _schema() -> pl.Schema:
    return pl.Schema({name: TYPES[kind] for name, kind in COLUMNS.items()})
