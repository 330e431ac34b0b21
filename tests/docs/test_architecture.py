"""The walk of one frame names functions that there are, and the data folder's files are those that are made."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from cloud import base
from cloud.broker import passwords
from cloud.insurer import closing, signing
from cloud.provisioning.adapters.files import CERTIFICATE_FILE, KEY_FILE
from cloud.runner.adapters.sqlite import SNAPSHOTS
from cloud.store import engine, keys
from tests.docs.pages import ROOT, rows

pytestmark = pytest.mark.source

PAGE: Final = ROOT / "docs" / "architecture.md"


def functions(path: Path) -> set[str]:
    """Return the functions in the file, methods with their class."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{method.name}" for method in node.body if isinstance(method, ast.FunctionDef)}
    return names


def test_every_function_on_the_walk_is_where_the_page_says() -> None:
    walk = rows(PAGE, "The walk of one frame")

    missing = []
    for files, named, _ in walk:
        there = set().union(*(functions(ROOT / path) for path in re.findall(r"`([\w/]+\.py)`", files)))
        missing += [name for name in re.findall(r"`([\w.]+)`", named) if name not in there]

    assert len(walk) >= 15
    assert missing == []


def test_every_file_of_the_data_folder_is_named() -> None:
    named = {name for row in rows(PAGE, "Files of the embedded cloud") for name in re.findall(r"`([\w.-]+)/?`", row[0])}

    assert named == {
        base.LOG_FILE,
        base.LINES_FILE,
        base.SCORES_FILE,
        f"{base.SCORES_FILE}{SNAPSHOTS}",
        base.HISTORY_FOLDER,
        base.TRIPS_FILE,
        engine.FILE_NAME,
        passwords.USERS_FILE,
        passwords.INGEST_FILE,
        keys.PSEUDONYM_KEY,
        signing.SIGNING_KEY,
        closing.INPUTS_FOLDER.partition("/")[0],
        base.CLAIMS_FILE,
        CERTIFICATE_FILE,
        KEY_FILE,
    }
