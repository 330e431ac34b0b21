"""From a table and its map to a book: rows that cannot be right are left out and counted, by reason."""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import polars as pl

from cloud.insurer.models import covariates, tables
from cloud.insurer.models.book import Book, Bools, Floats, Ints
from cloud.insurer.models.errors import BookError, MapError
from cloud.insurer.models.mapping import Map, names

# Above this share of rows left out for one reason it is the map that is wrong, not the rows.
MOST_REJECTED: Final = 0.2
# One policy period is rarely longer.
LONG_YEARS: Final = 2.0
DEFAULT: Final = Map()


def read(files: list[Path], chosen: Map, *, only: list[str] | None = None, outcomes: bool = True) -> Book:
    """Return the book in `files`, or raise `BookError` or `MapError`.

    `only` names the covariates to read instead of what the map says; without `outcomes` claims may be absent, and
    are 0 then.
    """
    found = tables.load(files, chosen if outcomes else _without_claims(chosen))
    warnings: list[str] = []
    table, chosen = covariates.right_case(found.policies, chosen, warnings)
    if table.height == 0:
        raise BookError(f"{found.file}: the table has no rows")
    exposure, claims = _exposure(table, chosen), _claims(table, chosen, outcomes)
    weight = _number(table, chosen.weight, "weight") if chosen.weight else np.ones(table.height)
    kept, rejected = _sort_out(exposure, claims, weight, chosen, found.file)
    _warn_of_odd_rows(table, exposure[kept], chosen, warnings)
    if found.claims_without_policy:
        rejected["claims_without_policy"] = found.claims_without_policy
    explaining, protected = covariates.choose(table, np.where(kept, claims, np.nan), chosen, warnings, only)
    amount = _amount(table, claims, chosen) if outcomes else None
    group, group_names = _group(table, chosen, warnings)
    return Book(
        name=chosen.name or Path(found.file).stem,
        exposure=exposure * weight,
        claims=claims * weight,
        amount=None if amount is None else amount * weight,
        group=group,
        group_names=group_names,
        year=_years(table, chosen),
        columns=explaining,
        protected=protected,
        rejected=rejected,
        warnings=tuple(warnings),
    ).take(np.flatnonzero(kept))


def _exposure(table: pl.DataFrame, chosen: Map) -> Floats:
    if isinstance(chosen.exposure, str):
        return _number(table, chosen.exposure, "exposure") * chosen.unit_years
    return np.full(table.height, float(chosen.exposure) * chosen.unit_years)


def _claims(table: pl.DataFrame, chosen: Map, outcomes: bool) -> Floats:
    if not outcomes:
        return np.zeros(table.height)
    if chosen.claims_table is not None:
        return _number(table, tables.COUNT, "claims_table")
    counts = np.sum([_number(table, name, "claims") for name in names(chosen.claims)], axis=0)
    return np.asarray(counts, dtype=np.float64)


def _amount(table: pl.DataFrame, claims: Floats, chosen: Map) -> Floats | None:
    if chosen.claims_table is not None:
        named = [tables.AMOUNT] if chosen.claims_table.amount else []
    else:
        named = names(chosen.amount)
    if not named:
        return None
    whole = np.sum([_number(table, name, "amount") for name in named], axis=0)
    whole = whole * claims if chosen.amount_is == "average" else whole
    return np.asarray(np.where(claims > 0.0, whole, np.nan), dtype=np.float64)


def _sort_out(exposure: Floats, claims: Floats, weight: Floats, chosen: Map, file: str) -> tuple[Bools, dict[str, int]]:
    """Return (n_rows,) true for rows to keep, and how many were left out for which reason; the first reason counts."""
    reasons = {
        "exposure_missing": ~np.isfinite(exposure),
        "exposure_not_above_zero": exposure <= 0.0,
        "exposure_too_long": exposure > chosen.max_exposure,
        "claims_missing": ~np.isfinite(claims),
        "claims_negative": claims < 0.0,
        "weight_not_above_zero": ~(weight > 0.0),
    }
    kept, rejected = np.ones(exposure.size, dtype=np.bool_), {}
    for reason, wrong in reasons.items():
        count = int((kept & wrong).sum())
        if count:
            rejected[reason] = count
        kept &= ~wrong
        if count > MOST_REJECTED * exposure.size:
            raise MapError(f"{file}: {count} of {exposure.size} rows: {_advice(reason, exposure, chosen)}")
    if chosen.max_exposure == DEFAULT.max_exposure and float(np.median(exposure[kept])) > LONG_YEARS:
        raise MapError(f"{file}: {_advice('exposure_too_long', exposure, chosen)}")
    return kept, rejected


def _advice(reason: str, exposure: Floats, chosen: Map) -> str:
    middle = float(np.nanmedian(exposure)) if np.isfinite(exposure).any() else float("nan")
    return {
        "exposure_too_long": f"exposure = {chosen.exposure!r} is {middle:.3g} years in the middle row: "
        'set exposure_unit = "days" or "months"; if it is years, set max_exposure (in years)',
        "exposure_missing": f"exposure = {chosen.exposure!r} holds no number there: name another column",
        "exposure_not_above_zero": f"exposure = {chosen.exposure!r} is not above zero: name another column",
        "claims_missing": f"claims = {chosen.claims!r} holds no number there: name another column",
        "claims_negative": f"claims = {chosen.claims!r} is below zero: is it an amount? Counts are >= 0",
        "weight_not_above_zero": f"weight = {chosen.weight!r} is not above zero: name another column",
    }[reason]


def _warn_of_odd_rows(table: pl.DataFrame, exposure: Floats, chosen: Map, warnings: list[str]) -> None:
    """Warn of rows that are kept and yet look strange: covers of many years, and policies that come twice."""
    long = int((exposure > LONG_YEARS).sum())
    if long:
        warnings.append(
            f"{long} rows cover more than {LONG_YEARS:g} years, up to {exposure.max():.1f}: kept; see `max_exposure`"
        )
    key = [*names(chosen.id), *([chosen.year] if chosen.year else [])]
    if names(chosen.id) and set(key) <= set(table.columns):
        again = table.height - table.select(key).n_unique()
        if again:
            warnings.append(f"{again} rows repeat the `id` of another row: kept, each with its own exposure and claims")


def _group(table: pl.DataFrame, chosen: Map, warnings: list[str]) -> tuple[Ints, tuple[str, ...]]:
    """Return (n_rows,) a number of each row's policyholder, and the names that the numbers are places of."""
    key = "group" if names(chosen.group) else "id"
    named = names(chosen.group) or names(chosen.id) or names(chosen.claims_table.key if chosen.claims_table else "")
    if not named:
        warnings.append("no `id` and no `group`: each row counts as a policyholder of its own")
        return np.arange(table.height, dtype=np.int64), ()
    tables.require(table, named, key)
    whole = table.select(
        pl.concat_str([pl.col(name).cast(pl.String) for name in named], separator="|", ignore_nulls=True)
    )
    found, members = np.unique(whole.to_series().fill_null("").to_numpy().astype(str), return_inverse=True)
    return np.asarray(members, dtype=np.int64), tuple(str(name) for name in found)


def _years(table: pl.DataFrame, chosen: Map) -> Ints | None:
    if not chosen.year:
        return None
    tables.require(table, [chosen.year], "year")
    column = table[chosen.year]
    if column.dtype.is_temporal():
        return column.dt.year().fill_null(0).to_numpy().astype(np.int64)
    digits = column.cast(pl.String).str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    if digits.null_count():
        raise MapError(f"year: {digits.null_count()} rows of {chosen.year!r} hold no year")
    return digits.to_numpy().astype(np.int64)


def _number(table: pl.DataFrame, name: str, key: str) -> Floats:
    """Return (n_rows,) the column as numbers, NaN for what is none; `MapError` for no such column."""
    tables.require(table, [name], key)
    column = table[name].cast(pl.Float64, strict=False)
    return column.fill_null(float("nan")).to_numpy().astype(np.float64)


def _without_claims(chosen: Map) -> Map:
    return msgspec.structs.replace(chosen, claims_table=None, claims="none")
