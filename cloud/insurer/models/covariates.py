"""Which columns may explain claims, and whether each is a number or a level: inferred, unless the map says so."""

import re
from typing import Final

import numpy as np
import polars as pl

from cloud.insurer.models import outcomes, tables
from cloud.insurer.models.book import Categorical, Column, Floats, Numeric
from cloud.insurer.models.errors import MapError
from cloud.insurer.models.mapping import Map, names

# EU law (C-236/09) forbids pricing by gender; such a column is set apart unless the map lists it in `use_protected`.
GENDER: Final = re.compile(r"(?:^|[^a-z])(?:gender|sex|male|female)(?:$|[^a-z])|性别")
# More levels than this share of the rows name the row, not a kind of row.
MOST_LEVELS: Final = 0.5
TO_USE_IT: Final = "name it in `numeric` or `categorical` to use it"


def right_case(table: pl.DataFrame, chosen: Map, warnings: list[str]) -> tuple[pl.DataFrame, Map]:
    """Return the table with its columns named as the map does where they differ in case or blanks only."""
    wanted = _named(chosen) - set(table.columns)
    renamed = {}
    for name in sorted(wanted):
        alike = [column for column in table.columns if _folded(column) == _folded(name)]
        if len(alike) == 1 and alike[0] not in renamed:
            renamed[alike[0]] = name
            warnings.append(f"the map's {name!r} is taken for the column {alike[0]!r}")
    return table.rename(renamed), chosen


def choose(
    table: pl.DataFrame, claims: Floats, chosen: Map, warnings: list[str], only: list[str] | None
) -> tuple[dict[str, Column], dict[str, Column]]:
    """Return what may explain claims and what is protected, each by name; `MapError` for a column that is not there.

    `claims` (n_rows,) are NaN in rows that are left out: they decide nothing.
    """
    if only is None:
        _require_all(table, chosen)
    wide = _with_prefixes(_without_missing(table, chosen), chosen)
    protected = [name for name in table.columns if name in chosen.protected or GENDER.search(_split_words(name))]
    if only is not None:
        wanted = only
        tables.require(wide, wanted, "the saved model")
    elif chosen.covariates == "auto":
        wanted = _explaining(wide, claims, chosen, warnings)
    else:
        wanted = [*chosen.covariates, *(name for name in _prefix_names(chosen) if name not in chosen.covariates)]
    barred = [name for name in protected if name not in chosen.use_protected] if only is None else []
    left_out = [name for name in barred if name in wanted]
    warnings += [f"{name!r} is protected and left out; list it in `use_protected` to use it" for name in left_out]
    explaining = {name: _column(wide, name, chosen) for name in wanted if name not in barred}
    return explaining, {name: _column(wide, name, chosen) for name in protected}


def _explaining(wide: pl.DataFrame, claims: Floats, chosen: Map, warnings: list[str]) -> list[str]:
    """Return every column that is not named for something else, and is no constant, name of a row or outcome."""
    known = [*names(chosen.claims), *names(chosen.amount)]
    known += [chosen.claims_table.count, chosen.claims_table.amount, "claims"] if chosen.claims_table else []
    given = [
        *known,
        tables.COUNT,
        tables.AMOUNT,
        *names(chosen.id),
        *names(chosen.group),
        *chosen.ignore,
        chosen.weight,
        chosen.year,
    ]
    given += [chosen.exposure] if isinstance(chosen.exposure, str) else []
    given += names(chosen.claims_table.key) if chosen.claims_table else []
    kept = np.isfinite(claims)
    shown = wide.filter(pl.Series(kept)).drop([name for name in given if name in wide.columns])
    meant = [*chosen.numeric, *chosen.categorical, *chosen.monotone]
    late = outcomes.found(shown.drop([name for name in meant if name in shown.columns]), claims[kept], known)
    warnings += [f"{name!r} looks like an outcome and is left out; {TO_USE_IT}" for name in late]
    return [name for name in shown.columns if name not in late and _may_explain(shown[name], chosen, warnings)]


def _may_explain(column: pl.Series, chosen: Map, warnings: list[str]) -> bool:
    """Say whether a column is neither a constant nor, with a warning, the name of a row."""
    name, column = column.name, column.drop_nulls()
    if column.n_unique() < 2:
        return False
    countable = column.dtype.is_integer() or not column.dtype.is_numeric()
    if (
        countable
        and name not in (*chosen.numeric, *chosen.categorical, *chosen.monotone)
        and column.n_unique() > MOST_LEVELS * column.len()
        and column.len() > 50
    ):
        warnings.append(f"{name!r} names rows rather than kinds of rows and is left out; {TO_USE_IT}")
        return False
    return True


def _column(table: pl.DataFrame, name: str, chosen: Map) -> Column:
    column = table[name]
    if name in chosen.numeric or (name not in chosen.categorical and is_numeric(column)):
        if column.dtype.is_temporal():
            column = column.cast(pl.Date, strict=False).cast(pl.Int32)
        numbers = column.cast(pl.Float64, strict=False)
        if name in chosen.numeric and numbers.null_count() == column.len() and column.null_count() < column.len():
            raise MapError(f"numeric: no value of {name!r} is a number, such as {column.drop_nulls()[0]!r}")
        values = numbers.fill_null(float("nan")).to_numpy().astype(np.float64)
        return Numeric(name, np.where(np.isfinite(values), values, np.nan))
    text = column.cast(pl.String).str.strip_chars()
    text = text.set(text == "", None) if (text == "").any() else text
    levels = sorted(text.drop_nulls().unique().to_list())
    places = {level: place for place, level in enumerate(levels)}
    codes = text.replace_strict(places, default=-1, return_dtype=pl.Int64) if levels else pl.Series([-1] * text.len())
    return Categorical(name, codes.fill_null(-1).to_numpy().astype(np.int64), tuple(levels))


def is_numeric(column: pl.Series) -> bool:
    """Say whether a column is a number: its type is, or its texts all are and none begins like a code ("06")."""
    if column.dtype.is_numeric() or column.dtype.is_temporal():
        return True
    if column.dtype != pl.String:
        return False
    texts = column.drop_nulls().str.strip_chars()
    texts = texts.filter(texts != "")
    if texts.len() == 0 or texts.cast(pl.Float64, strict=False).null_count():
        return False
    return not texts.str.contains(r"^0\d").any()


def _without_missing(table: pl.DataFrame, chosen: Map) -> pl.DataFrame:
    """Return the table with null for the values that the map says mean "missing"."""
    for name, values in chosen.missing.items():
        if name not in table.columns:
            continue
        said = [str(value) for value in values]
        text = pl.col(name).cast(pl.String)
        hit = text.is_in(said)
        if table[name].dtype.is_numeric():
            hit = pl.col(name).cast(pl.Float64).is_in([float(value) for value in values])
        table = table.with_columns(pl.when(hit).then(None).otherwise(pl.col(name)).alias(name))
    return table


def _prefix_names(chosen: Map) -> list[str]:
    return [f"{name}[:{length}]" for name, length in chosen.prefix.items()]


def _with_prefixes(table: pl.DataFrame, chosen: Map) -> pl.DataFrame:
    return table.with_columns(
        pl.col(name).cast(pl.String).str.slice(0, length).alias(f"{name}[:{length}]")
        for name, length in chosen.prefix.items()
        if name in table.columns
    )


def _named(chosen: Map) -> set[str]:
    """Return every column that the map names."""
    said = [*names(chosen.claims), *names(chosen.amount), *names(chosen.id), *names(chosen.group), chosen.year]
    said += [chosen.weight, *chosen.ignore, *chosen.numeric, *chosen.categorical, *chosen.missing, *chosen.prefix]
    said += [*chosen.monotone, *chosen.protected, *chosen.use_protected]
    said += chosen.covariates if isinstance(chosen.covariates, list) else []
    said += [name for pair in chosen.interactions for name in pair]
    said += [chosen.exposure] if isinstance(chosen.exposure, str) else []
    return {name for name in said if name} - set(_prefix_names(chosen))


def _require_all(table: pl.DataFrame, chosen: Map) -> None:
    for key in ("ignore", "numeric", "categorical", "missing", "prefix", "monotone", "protected", "use_protected"):
        derived = [*table.columns, *_prefix_names(chosen)]
        absent = [name for name in getattr(chosen, key) if name not in derived]
        tables.require(table, absent[:1] if key != "ignore" else [], key)
    if isinstance(chosen.covariates, list):
        known = [name for name in chosen.covariates if name not in _prefix_names(chosen)]
        tables.require(table, known, "covariates")
        own = [*names(chosen.claims), *names(chosen.amount), *([chosen.exposure] * isinstance(chosen.exposure, str))]
        if itself := [name for name in known if name in own]:
            raise MapError(f"covariates: {itself[0]!r} is what is to be explained, or the exposure: leave it out")
    pairs = [name for pair in chosen.interactions for name in pair if name not in _prefix_names(chosen)]
    tables.require(table, pairs, "interactions")


def _split_words(name: str) -> str:
    """Return `drv_sex1` and `DriverSex` as words with blanks between, in small letters."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[\d_.\-\s]+", " ", name)
    return apart.lower()


def _folded(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).lower()
