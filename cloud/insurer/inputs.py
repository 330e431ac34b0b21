"""What a closed period is built from: one row for each vehicle, in Parquet files that nobody writes to again.

A revision is a folder of parts, each of whole vehicles in order, so that a period of any size is built part by part.
What arrives after the cut-off makes the next revision, which holds only the vehicles that it changed.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from cloud.insurer.errors import FeedError
from cloud.insurer.rows import FLAGS, NUMBERS, TEXTS, WHOLES

PART_ROWS: Final = 50_000
# What is stored beside the vehicle's own row: the revision that this one corrects, None when it is the first.
FOLLOWS: Final = "follows"
SCHEMA: Final[dict[str, pl.DataType]] = {
    **{name: pl.String() for name in TEXTS},
    **{name: pl.Int64() for name in WHOLES},
    **{name: pl.Float64() for name in NUMBERS},
    **{name: pl.Boolean() for name in FLAGS},
    FOLLOWS: pl.Int64(),
}


class Part(NamedTuple):
    """One file of a revision, by its name in the folder of inputs."""

    name: str
    sha256: str
    rows: int


class Revision(NamedTuple):
    """All that arrived by one moment."""

    number: int
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many vehicles it has."""
        return sum(part.rows for part in self.parts)


def write(
    folder: Path, period: str, rows: Iterable[dict[str, Any]], former: Sequence[Revision], *, part_rows: int = PART_ROWS
) -> Revision:
    """Store `rows` (sorted by vehicle, each once) as the next revision and return it; without parts if nothing is new.

    Raises `FeedError`, and then leaves nothing.
    """
    number = len(former) + 1
    home = folder / period / f"revision-{number}"
    fresh = home.with_name(f"{home.name}.tmp")
    if home.exists():
        shutil.rmtree(home)  # a crash came between this folder and its row in the store
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        parts: list[Part] = []
        for frame in _frames(rows, part_rows):
            new = _changed(folder, frame, former)
            if new.height:
                name = f"part-{len(parts):05}.parquet"
                new.write_parquet(fresh / name)
                parts.append(Part(f"{period}/{home.name}/{name}", sync(fresh / name), new.height))
    except BaseException:
        shutil.rmtree(fresh)
        raise
    if parts:
        fresh.replace(home)
        sync_folder(home.parent)
    else:
        shutil.rmtree(fresh)
    return Revision(number, tuple(parts))


def read(folder: Path, part: Part) -> pl.DataFrame:
    """Return a part; raise `FeedError` when a byte of it is not as it was."""
    path = folder / part.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FeedError(f"the period's input {path} cannot be read: {error}") from error
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise FeedError(f"the period's input {path} is not what was closed; restore it from the backup")
    return pl.read_parquet(data)


def sync(path: Path) -> str:
    """See that the file is on the disk, and return its SHA-256."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(path: Path) -> None:
    """See that what the folder lists is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _frames(rows: Iterable[dict[str, Any]], part_rows: int) -> Iterator[pl.DataFrame]:
    source, last = iter(rows), ""
    while chunk := list(islice(source, part_rows)):
        for row in chunk:
            if row["vehicle"] <= last:
                raise FeedError("the vehicles of a period must come in order, each once")
            last = row["vehicle"]
        yield pl.DataFrame(chunk, schema=SCHEMA, orient="row")


def _changed(folder: Path, frame: pl.DataFrame, former: Sequence[Revision]) -> pl.DataFrame:
    """Return the rows that no former revision has as its latest, with the revision that each of them corrects."""
    low, high = frame["vehicle"][0], frame["vehicle"][-1]
    known: pl.DataFrame | None = None
    for revision in former:
        for part in revision.parts:
            older = read(folder, part).filter(pl.col("vehicle").is_between(pl.lit(low), pl.lit(high)))
            older = older.with_columns(pl.lit(revision.number, pl.Int64()).alias(FOLLOWS))
            known = older if known is None else pl.concat([known, older])
    if known is None or not known.height:
        return frame
    known = known.unique("vehicle", keep="last", maintain_order=True)
    same = frame.join(known, on=[name for name in SCHEMA if name != FOLLOWS], how="semi", nulls_equal=True)
    corrected = known.select("vehicle", FOLLOWS)
    return (
        frame.join(same, on="vehicle", how="anti", maintain_order="left")
        .drop(FOLLOWS)
        .join(corrected, on="vehicle", how="left", maintain_order="left")
        .select(list(SCHEMA))
    )
