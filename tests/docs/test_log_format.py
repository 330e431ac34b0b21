"""docs/log-format.md says what the file and the payload are, down to each column and key."""

import re
import sqlite3
from pathlib import Path
from typing import Final

import pytest

from cloud.base import LOG_FILE
from cloud.log.adapters.sqlite import LAYOUT, SqliteLog
from contract import codec
from contract.messages import Column, DtcReport, Recorded, UrgentEvent
from contract.validity import Validity
from tests.docs.pages import ROOT, prose, quoted, rows

pytestmark = pytest.mark.source

PAGE: Final = ROOT / "docs" / "log-format.md"


def told_tables() -> dict[str, list[tuple[str, str]]]:
    """Return the columns and types that the page gives each table."""
    text = prose(PAGE).partition("## Tables\n")[2].partition("\n## ")[0]
    names = re.findall(r"^`(\w+)`: ", text, re.MULTILINE)
    parts = re.split(r"^`\w+`: ", text, flags=re.MULTILINE)[1:]
    columns = [re.findall(r"^\| `(\w+)` \| (\w+) \|", part, re.MULTILINE) for part in parts]
    return dict(zip(names, columns, strict=True))


def test_the_tables_are_those_of_a_new_log(tmp_path: Path) -> None:
    SqliteLog(tmp_path / LOG_FILE).close()
    with sqlite3.connect(tmp_path / LOG_FILE) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        made = {
            name: [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info({name})")]
            for name in names
            if not name.startswith("sqlite_")
        }
    db.close()

    assert told_tables() == made


def test_file_and_layout_are_named() -> None:
    assert LOG_FILE in quoted(PAGE)
    assert f"now {LAYOUT}" in prose(PAGE)
    assert f"version ({codec.VERSION})" in prose(PAGE)


def test_every_key_of_a_record_and_of_a_column_is_named() -> None:
    named = set(quoted(PAGE))
    fields = {"kind"}.union(*(message.__struct_fields__ for message in (Recorded, UrgentEvent, DtcReport)))

    assert fields - named == set()
    assert set(Column.__struct_fields__) == {
        key for row in rows(PAGE, "Payload") for key in re.findall(r"`(\w+)`", row[0])
    }


def test_every_validity_is_named_with_its_number() -> None:
    (told,) = [row[1] for row in rows(PAGE, "Payload") if row[0] == "`validity`"]

    for validity in Validity:
        assert f"{int(validity)} {validity.name.lower().replace('_', ' ')}" in told
