"""Tables of policies and claims from Parquet and CSV files, and the two joined."""

from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from cloud.insurer.models.errors import BookError, MapError
from cloud.insurer.models.mapping import ClaimsTable, Map, names

# What stands for "not there" in tables that people keep.
NOTHING: Final = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "."]
COUNT: Final = "claims of the claims table"
AMOUNT: Final = "amount of the claims table"


class Joined(NamedTuple):
    """Policies, with the sums of their claims in `COUNT` and `AMOUNT` if the map has a claims table."""

    policies: pl.DataFrame
    claims_without_policy: int
    file: str


def load(files: list[Path], chosen: Map) -> Joined:
    """Return the table of all `files`, or raise `BookError` or `MapError` naming the file or key."""
    tables = [(file, _read(file)) for file in files]
    if chosen.claims_table is None:
        return Joined(_stacked(tables), 0, files[0].name)
    needed = [*names(chosen.claims_table.key), chosen.claims_table.amount, chosen.claims_table.count]
    needed = [name for name in needed if name]
    if chosen.claims_table.file:
        claims = [(file, _read(file)) for file in (files[0].parent / chosen.claims_table.file,)]
    else:
        exposure = [chosen.exposure] if isinstance(chosen.exposure, str) else []
        claims = [it for it in tables if set(needed) <= set(it[1].columns) and not set(exposure) & set(it[1].columns)]
        claims = claims if len(claims) < len(tables) else sorted(claims, key=lambda it: it[1].width)[:1]
        chosen_files = {file for file, _ in claims}
        tables = [it for it in tables if it[0] not in chosen_files]
    if not claims or not tables:
        seen = "; ".join(f"{file.name} has {', '.join(table.columns)}" for file, table in tables)
        raise BookError(f"[claims_table]: give the policies and a table with the columns {', '.join(needed)}; {seen}")
    return _join(tables, claims, chosen.claims_table)


def _join(tables: list[tuple[Path, pl.DataFrame]], claims: list[tuple[Path, pl.DataFrame]], by: ClaimsTable) -> Joined:
    policies, losses, key = _stacked(tables), _stacked(claims), names(by.key)
    for where, table in ((tables[0][0].name, policies), (claims[0][0].name, losses)):
        missing = [name for name in [*key, *(by.amount, by.count) * (table is losses)] if name]
        require(table, missing, f"[claims_table] of {where}")
    if policies.select(key).is_duplicated().any():
        raise MapError(f"[claims_table]: key {', '.join(key)} is not one policy each: a claim would be counted twice")
    policies_key, claims_key = ([_as_text(table[name]) for name in key] for table in (policies, losses))
    count = pl.col(by.count).cast(pl.Float64, strict=False).sum() if by.count else pl.len().cast(pl.Float64)
    amount = pl.col(by.amount).cast(pl.Float64, strict=False).sum() if by.amount else pl.lit(None, pl.Float64)
    losses = losses.with_columns(claims_key)
    summed = losses.group_by(key).agg(count.alias(COUNT), amount.alias(AMOUNT))
    keyed = pl.DataFrame(policies_key)
    strangers = losses.join(keyed, on=key, how="anti").height
    if strangers == losses.height:
        raise MapError(f"[claims_table]: no claim meets a policy by {', '.join(key)}; is it the same key in both?")
    sums = keyed.join(summed, on=key, how="left", maintain_order="left").select(pl.col(COUNT).fill_null(0.0), AMOUNT)
    return Joined(policies.hstack(sums), strangers, tables[0][0].name)


def _as_text(column: pl.Series) -> pl.Series:
    """Return a key as text; a whole number kept as a float is the same key as one kept as an integer."""
    if column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().round()).all():
        column = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String)


def require(table: pl.DataFrame, wanted: list[str], key: str) -> None:
    """Raise `MapError` naming `key`, the first of `wanted` that is no column, and the columns there are."""
    for name in wanted:
        if name not in table.columns:
            raise MapError(f"{key}: there is no column {name!r}; the columns are {', '.join(table.columns)}")


def _stacked(tables: list[tuple[Path, pl.DataFrame]]) -> pl.DataFrame:
    first = tables[0][1]
    for file, table in tables[1:]:
        if set(table.columns) != set(first.columns):
            odd = sorted(set(table.columns) ^ set(first.columns))
            raise BookError(f"{file}: its columns are not those of {tables[0][0].name}: {', '.join(odd)}")
    return pl.concat([table.select(first.columns) for _, table in tables], how="vertical_relaxed")


def _read(file: Path) -> pl.DataFrame:
    try:
        if file.suffix.lower() in (".parquet", ".pq"):
            return pl.read_parquet(file)
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            head = lines.readline()
        mark = max(",;\t|", key=head.count)
        return pl.read_csv(file, separator=mark, null_values=NOTHING, infer_schema_length=None, encoding="utf8-lossy")
    except FileNotFoundError as error:
        raise BookError(f"{file}: there is no such file") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BookError(f"{file}: neither Parquet nor CSV that can be read: {str(error).splitlines()[0]}") from error
