"""Recorded data wherever they lie: files, folders, patterns, packed or in archives; a block at a time."""

import bz2
import csv
import gzip
import io
import lzma
import math
import re
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from glob import glob, has_magic
from pathlib import Path
from typing import IO, Final, cast

import polars as pl

from cloud.errors import ReplayError
from cloud.replay.mapping import FilePart
from cloud.replay.source import Table

BLOCK_BYTES: Final = 8 << 20
LONGEST_LINE: Final = 8 << 20
INSIDE: Final = "::"  # between an archive and its member in a key
PARQUET_ROWS: Final = 50_000
DATA: Final = (".csv", ".txt", ".tsv", ".dat", ".parquet")
_PACKED: Final = (".gz", ".bz2", ".xz", ".lzma")
_TARS: Final = (".tar", ".tgz", ".txz", ".tbz2", ".tar.gz", ".tar.xz", ".tar.bz2")
_FAILURES: Final = (
    OSError,
    EOFError,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


def tables(paths: Sequence[str], part: FilePart, order: Mapping[str, float] | None = None) -> Iterator[Table]:
    """Yield every file's table, in the order of `paths` and within each by name; raise `ReplayError`.

    `order` is what to go by instead: a number for the `key` of each table.
    """
    by = _By(order or {})
    for path in sorted(_expanded(paths), key=by.path) if order else _expanded(paths):
        yield from _tables(path, part, by)


class _By:
    """What tables are ordered by."""

    def __init__(self, order: Mapping[str, float]) -> None:
        self._order = order

    def path(self, path: Path) -> float:
        """Return where the first of a path's tables stands."""
        return min((at for key, at in self._order.items() if key.split(INSIDE, 1)[0] == str(path)), default=math.inf)

    def members(self, path: Path, names: Sequence[str]) -> list[str]:
        """Return an archive's members in order."""
        return sorted(names, key=lambda name: (self._order.get(f"{path}{INSIDE}{name}", math.inf), _natural(name)))


def _expanded(paths: Sequence[str]) -> Iterator[Path]:
    for given in paths:
        found = sorted(glob(given, recursive=True), key=_natural) if has_magic(given) else [given]
        if not found:
            raise ReplayError(f"{given}: no file matches this pattern")
        for name in found:
            path = Path(name)
            if not path.exists():
                raise ReplayError(f"{name}: there is no such file or folder")
            if not path.is_dir():
                yield path
                continue
            inside = [file for file in path.rglob("*") if file.is_file() and _is_data(file.name)]
            if not inside:
                raise ReplayError(f"{name}: no data file in this folder (looked for {' '.join(DATA)}, packed or not)")
            yield from sorted(inside, key=lambda file: _natural(str(file)))


def _is_data(name: str) -> bool:
    lower = name.lower()
    unpacked = lower.removesuffix(Path(lower).suffix) if lower.endswith(_PACKED) else lower
    return lower.endswith((*_TARS, ".zip")) or unpacked.endswith(DATA)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts drive2 before drive10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _tables(path: Path, part: FilePart, by: _By) -> Iterator[Table]:
    lower = path.name.lower()
    try:
        if lower.endswith(_TARS):
            yield from _tar_members(path, part, by)
        elif lower.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                for name in by.members(path, _wanted(archive.namelist(), part)):
                    with archive.open(name) as file:
                        yield from _member(path, name, file, part)
        elif _is_parquet(lower, part):
            yield _parquet(str(path), path.name, path)
        else:
            with _opened(path) as file:
                yield _csv(str(path), path.name, file, part)
    except _FAILURES as error:
        raise ReplayError(f"{path}: cannot be read: {error or type(error).__name__}") from error


def _opened(path: Path) -> IO[bytes]:
    """Return a file's bytes, unpacked if it is packed."""
    lower = path.name.lower()
    if lower.endswith((".gz", ".tgz")):
        return cast(IO[bytes], gzip.open(path, "rb"))
    if lower.endswith((".bz2", ".tbz2")):
        return bz2.open(path, "rb")
    if lower.endswith((".xz", ".lzma", ".txz")):
        return lzma.open(path, "rb")
    return path.open("rb")


def _tar_members(path: Path, part: FilePart, by: _By) -> Iterator[Table]:
    """Unpack the archive's one stream to a temporary file, so that its members can be read in the order of names."""
    with tempfile.TemporaryFile() as plain:
        with _opened(path) as packed:
            shutil.copyfileobj(packed, plain, 1 << 20)
        plain.seek(0)
        with tarfile.open(fileobj=plain) as archive:
            members = {member.name: member for member in archive.getmembers() if member.isfile()}
            for name in by.members(path, _wanted(list(members), part)):
                file = archive.extractfile(members[name])
                if file is not None:
                    yield from _member(path, name, file, part)


def _member(path: Path, name: str, file: IO[bytes], part: FilePart) -> Iterator[Table]:
    if not _is_parquet(name.lower(), part):
        yield _csv(f"{path}{INSIDE}{name}", name, file, part)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as kept:  # Parquet is read from its end
        shutil.copyfileobj(file, kept, 1 << 20)
        kept.flush()
        yield _parquet(f"{path}{INSIDE}{name}", name, Path(kept.name))


def _wanted(names: Sequence[str], part: FilePart) -> list[str]:
    chosen = [name for name in names if fnmatchcase(name, part.members) and _is_data(name)]
    if not chosen:
        listed = ", ".join(repr(name) for name in list(names)[:20])
        raise ReplayError(f"file.members: no data file of the archive matches {part.members!r}; it holds {listed}")
    return chosen


def _is_parquet(lower: str, part: FilePart) -> bool:
    return part.format == "parquet" or (not part.format and lower.endswith(".parquet"))


def _csv(key: str, name: str, file: IO[bytes], part: FilePart) -> Table:
    if part.encoding == "utf-16":  # its line ends are no single bytes, so it is turned into UTF-8 as a whole
        file = io.BytesIO(file.read().decode("utf-16", "replace").encode())
    columns = _header(name, file, part)
    return Table(key, name, columns, _csv_blocks(name, file, columns, part))


def _header(name: str, file: IO[bytes], part: FilePart) -> tuple[str, ...]:
    """Return the columns' names; of two alike the second gets `_2`."""
    for _ in range(part.skip_rows):
        file.readline(LONGEST_LINE)
    if part.columns:
        return part.columns
    line = b""
    while not line.strip() or (part.comment and line.startswith(part.comment.encode())):
        line = file.readline(LONGEST_LINE)
        if not line:
            raise ReplayError(f"{name}: empty: there is no header, let alone a row")
    encoding = "utf-8-sig" if part.encoding in ("utf-8", "utf-16") else part.encoding
    try:
        named = next(csv.reader([line.decode(encoding, "replace").strip("\r\n")], delimiter=part.separator))
    except (csv.Error, StopIteration) as error:
        raise ReplayError(f"{name}: the first line is no CSV header: {error}") from error
    columns: list[str] = []
    for number, given in enumerate(named, start=1):
        plain = given.strip() or f"column_{number}"
        columns.append(plain if plain not in columns else f"{plain}_{columns.count(plain) + 1}")
    return tuple(columns)


def _csv_blocks(name: str, file: IO[bytes], columns: Sequence[str], part: FilePart) -> Iterator[pl.DataFrame]:
    for block in _whole_lines(name, file):
        text = block if part.encoding in ("utf-8", "utf-16") else block.decode(part.encoding, "replace").encode()
        if not text.strip():
            continue
        try:
            rows = pl.read_csv(
                text,
                has_header=False,
                schema=dict.fromkeys(columns, pl.String),
                separator=part.separator,
                comment_prefix=part.comment or None,
                truncate_ragged_lines=True,
                extra_columns="ignore",
                missing_columns="insert",
                encoding="utf8-lossy",
                quote_char='"',
            )
        except pl.exceptions.PolarsError as error:
            raise ReplayError(f"{name}: not the CSV that the map's [file] describes: {error}") from error
        yield rows.filter(~pl.all_horizontal(pl.all().is_null()))  # an empty line is no row


def _some(name: str, file: IO[bytes]) -> bytes:
    try:
        return file.read(BLOCK_BYTES)
    except _FAILURES as error:
        raise ReplayError(f"{name}: cannot be read to its end: {error or type(error).__name__}") from error


def _whole_lines(name: str, file: IO[bytes]) -> Iterator[bytes]:
    """Yield blocks that end where a row does: at a line's end outside quotes."""
    rest = b""
    while read := _some(name, file):
        block = rest + read
        end = block.rfind(b"\n") + 1
        while end > 0 and block.count(b'"', 0, end) % 2:
            end = block.rfind(b"\n", 0, end - 1) + 1
        if end == 0 and len(block) > LONGEST_LINE + BLOCK_BYTES:
            raise ReplayError(f"{name}: a row of more than {LONGEST_LINE >> 20} MiB: is this a text file?")
        rest = block[end:]
        if end:
            yield block[:end]
    if rest:
        yield rest


def _parquet(key: str, name: str, source: Path) -> Table:
    try:
        frame = pl.scan_parquet(source)
        columns = tuple(frame.collect_schema().names())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReplayError(f"{name}: not a Parquet file: {error}") from error
    return Table(key, name, columns, _parquet_blocks(name, frame))


def _parquet_blocks(name: str, frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    start = 0
    while True:
        try:
            block = frame.slice(start, PARQUET_ROWS).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise ReplayError(f"{name}: cannot be read: {error}") from error
        if not block.height:
            return
        yield block
        start += block.height
