"""Recorded data are read wherever they lie, a block at a time, and what is wrong with a file is told with its name."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.errors import ReplayError
from cloud.replay.adapters.files import BLOCK_BYTES, tables
from cloud.replay.mapping import FilePart

CSV = b"t,v\n1,50\n2,51\n"
ROWS = [("1", "50"), ("2", "51")]
PRESS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "tar": bytes,
    "gz": gzip.compress,
    "tgz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
}


Found = dict[str, list[tuple[Any, ...]]]


def read(*paths: Path | str, part: FilePart | None = None, order: dict[str, float] | None = None) -> Found:
    """Return the rows of every table by its name."""
    found: Found = {}
    for table in tables([str(path) for path in paths], part or FilePart(), order):
        found[table.name] = [row for block in table.blocks for row in block.rows()]
    return found


def tarred(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in names.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", CSV),
        ("a.csv", CSV.replace(b"\n", b"\r\n")),
        ("a.csv", b"\xef\xbb\xbf" + CSV),
        ("a.csv", CSV.rstrip()),
        ("a.csv", b"t,v\n1,50,\n2,51,\n"),
        ("a.csv", b"t,v\n\n1,50\n\n2,51\n"),
        ("a.csv.gz", gzip.compress(CSV, mtime=0)),
        ("a.csv.bz2", bz2.compress(CSV)),
        ("a.csv.xz", lzma.compress(CSV)),
    ],
)
def test_a_file_is_read_packed_or_not(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)

    assert read(tmp_path / name) == {name: ROWS}


@pytest.mark.parametrize("packed", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.xz", "a.tar.bz2", "a.zip"])
def test_the_members_of_an_archive_come_in_the_order_of_their_numbers(tmp_path: Path, packed: str) -> None:
    names = {"x/drive10.csv": CSV, "x/drive2.csv": CSV, "README.md": b"hello"}
    path = tmp_path / packed
    if packed.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in names.items():
                archive.writestr(name, data)
    else:
        path.write_bytes(PRESS[packed.rsplit(".", 1)[-1]](tarred(names)))

    assert list(read(path)) == ["x/drive2.csv", "x/drive10.csv"]
    assert list(read(path, part=FilePart(members="*10*"))) == ["x/drive10.csv"]


def test_folders_patterns_and_another_order(tmp_path: Path) -> None:
    for name in ("b2.csv", "b10.csv", "sub/c.csv", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(CSV)

    assert list(read(tmp_path)) == ["b2.csv", "b10.csv", "c.csv"]
    assert list(read(tmp_path / "b*.csv")) == ["b2.csv", "b10.csv"]
    order = {str(tmp_path / "b2.csv"): 5.0, str(tmp_path / "b10.csv"): 1.0}
    assert list(read(tmp_path / "b*.csv", order=order)) == ["b10.csv", "b2.csv"]


def test_a_parquet_file_is_read_alone_and_in_an_archive(tmp_path: Path) -> None:
    pl.DataFrame({"t": [1, 2], "v": [50.0, 51.0]}).write_parquet(tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.parquet", "a.parquet")

    assert read(tmp_path / "a.parquet") == read(tmp_path / "a.zip") == {"a.parquet": [(1, 50.0), (2, 51.0)]}


def test_a_long_file_comes_in_blocks_that_end_with_a_row(tmp_path: Path) -> None:
    text = "a, quoted\nline " * 2_000
    count = 3 * BLOCK_BYTES // len(text)
    (tmp_path / "a.csv").write_text("n,text\n" + "".join(f'{n},"{text}"\n' for n in range(count)))

    every = tables([str(tmp_path / "a.csv")], FilePart())
    table = next(every)
    blocks = list(table.blocks)

    assert table.columns == ("n", "text")
    assert len(blocks) > 2
    assert [row for block in blocks for row in block.rows()] == [(str(n), text) for n in range(count)]


def test_headers_may_be_absent_doubled_late_or_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_bytes(b"1,50\n2,51\n")
    (tmp_path / "twice.csv").write_bytes(b"# made by a box\nv,v,\n1,50,x\n")
    (tmp_path / "gb.csv").write_bytes("时间;车速\n1;50\n".encode("gb18030"))
    (tmp_path / "wide.csv").write_bytes("t,v\n1,50\n2,51\n".encode("utf-16"))

    assert read(tmp_path / "none.csv", part=FilePart(columns=("t", "v"))) == {"none.csv": ROWS}
    (twice,) = tables([str(tmp_path / "twice.csv")], FilePart(comment="#"))
    assert twice.columns == ("v", "v_2", "column_3")
    (chinese,) = tables([str(tmp_path / "gb.csv")], FilePart(encoding="gb18030", separator=";"))
    assert chinese.columns == ("时间", "车速")
    assert read(tmp_path / "wide.csv", part=FilePart(encoding="utf-16")) == {"wide.csv": ROWS}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "a.csv: empty"),
        ("a.csv.gz", b"not packed", "a.csv.gz: cannot be read"),
        ("a.csv.xz", lzma.compress(CSV)[:-8], "a.csv.xz: cannot be read"),
        ("a.zip", b"PK nonsense", "a.zip: cannot be read"),
        ("a.tar", b"nonsense", "a.tar: cannot be read"),
        ("a.tar", tarred({"README.md": b"x"}), "no data file of the archive matches '\\*'; it holds 'README.md'"),
        ("a.parquet", b"nonsense", "a.parquet: not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(ReplayError, match=said):
        read(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReplayError, match="there is no such file"):
        read(tmp_path / "a.csv")
    with pytest.raises(ReplayError, match="no file matches this pattern"):
        read(tmp_path / "*.csv")
    with pytest.raises(ReplayError, match="no data file in this folder"):
        read(tmp_path / "empty")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.csv.gz", "a.csv.xz", "a.zip", "a.tar", "a.parquet"]))
def test_only_our_error_comes_out_of_any_bytes(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    try:
        rows = sum(len(found) for found in read(tmp_path / name).values())
    except ReplayError as error:
        rows = 0 if name in str(error) else -1

    assert rows >= 0
