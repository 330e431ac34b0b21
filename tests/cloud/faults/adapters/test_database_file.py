"""Descriptions from files as people have them: CSV and SQLite, plain and compressed, whole and damaged."""

import gzip
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.errors import StartError
from cloud.faults.adapters.database_file import read
from cloud.faults.texts import Entry

OURS = "code,make,language,text\nP1106,Acura,en,pressure off\nP2A00,,zh,氧传感器\n"
ENTRIES = [Entry("P1106", "ACURA", "en", "pressure off"), Entry("P2A00", "", "zh", "氧传感器")]


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def sqlite_file(folder: Path, create: str, *rows: tuple[object, ...]) -> Path:
    path = folder / "codes.db"
    with sqlite3.connect(path) as database:
        database.execute(create)
        table = create.split()[2]
        database.executemany(f"insert into {table} values ({','.join('?' * len(rows[0]))})", rows)
    database.close()
    return path


def test_a_csv_file_is_read_plain_compressed_and_with_a_mark_at_its_beginning(tmp_path: Path) -> None:
    assert list(read(write(tmp_path, "a.csv", OURS.encode()))) == ENTRIES
    assert list(read(write(tmp_path, "a.csv.gz", gzip.compress(OURS.encode())))) == ENTRIES
    assert list(read(write(tmp_path, "b.csv", OURS.encode("utf-8-sig")))) == ENTRIES


def test_columns_may_be_named_otherwise_and_stand_anywhere(tmp_path: Path) -> None:
    text = "description,id,Manufacturer,CODE\npressure off,7,ACURA,P1106\n"

    assert list(read(write(tmp_path, "a.csv", text.encode()))) == [ENTRIES[0]]


def test_a_sqlite_file_is_read_from_the_first_table_that_fits(tmp_path: Path) -> None:
    create = "create table dtc_definitions (code, manufacturer, description, type, locale)"
    path = sqlite_file(
        tmp_path, create, ("P1106", "ACURA", "pressure off", "P", "en"), ("P2A00", "GENERIC", None, "P", "en")
    )

    assert list(read(path)) == [
        ENTRIES[0],
        "dtc_definitions row 2: the text of P2A00 must be 1 to 400 printable characters",
    ]
    assert next(read(write(tmp_path, "packed", gzip.compress(path.read_bytes())))) == ENTRIES[0]


def test_a_row_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"code,text\nP1106,good\nX,bad\nP1107\n")

    _, bad, short = read(path)

    assert isinstance(bad, str)
    assert bad.startswith("line 3: fault code 'X'")
    assert isinstance(short, str)
    assert short.startswith("line 4: ")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "line 1 must name the columns"),
        (b"code;text\nP1106;x\n", "line 1 must name the columns"),
        (b"\xff\xfe\x00", "neither SQLite nor CSV"),
        (gzip.compress(OURS.encode(), mtime=0)[:-9], "cut short"),
        (gzip.compress(OURS.encode(), mtime=0)[:-8] + bytes(8), "cannot read"),
        (b"SQLite format 3\x00" + b"rubbish" * 20, "cannot be read"),
    ],
)
def test_a_file_of_another_kind_says_what_is_wrong_and_which_it_is(tmp_path: Path, data: bytes, why: str) -> None:
    path = write(tmp_path, "codes", data)

    with pytest.raises(StartError, match=why) as caught:
        list(read(path))
    assert str(path) in str(caught.value)


def test_a_sqlite_file_without_such_a_table_says_which_tables_it_has(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="none of the tables other has"):
        list(read(sqlite_file(tmp_path, "create table other (a, b)", (1, 2))))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"nothing\.csv"):
        list(read(tmp_path / "nothing.csv"))


@given(
    data=st.binary(max_size=200), head=st.sampled_from([b"", b"code,text\n", b"SQLite format 3\x00", b"\x1f\x8b\x08"])
)
def test_any_bytes_at_all_raise_nothing_but_our_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("file"), "codes", head + data)
    try:
        list(read(path))
    except StartError:
        return


def test_a_real_database_of_others_is_read(data_folder: Path) -> None:
    """18,805 rows of 33 makes; seven of them have no text that could be shown."""
    packed = data_folder / "dtc" / "dtc_codes.db.gz"
    if not packed.exists():
        pytest.skip(f"no fault code database in {data_folder}: reading a large one was not tried")

    rows = list(read(packed))

    assert sum(isinstance(row, Entry) for row in rows) == 18_798
    assert len({row.make for row in rows if isinstance(row, Entry)}) == 34
