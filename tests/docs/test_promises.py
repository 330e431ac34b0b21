"""docs/promises.md: every command names tests that there are, and every row says n, seed and its last result."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import ROOT, rows

pytestmark = pytest.mark.source

PAGE: Final = ROOT / "docs" / "promises.md"
TRIED: Final = ("The agent", "Link, cloud and dispatch", "Security and privacy", "Real input", "The whole")
ROWS: Final = [row for heading in TRIED for row in rows(PAGE, heading)]
COMMAND: Final = re.compile(r"^`([^`]+)`$")


def named_tests(path: Path) -> set[str]:
    """Return the tests in the file or folder, each with its file's name, and what unittest calls a state machine."""
    found = set()
    for file in sorted(path.rglob("test_*.py")) if path.is_dir() else [path]:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(f"{file.name}::{node.name}")
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found |= {f"{file.name}::{name}" for name in [node.targets[0].id] if name.startswith("Test")}
    return found


def fault(command: str) -> str:
    """Return what of `command` is not there, "" when all of it is."""
    if command.startswith("make "):
        return "" if re.search(rf"^{command.split()[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE) else "target"
    if module := re.match(r"\.venv/bin/python -m ([\w.]+)$", command):
        return "" if (ROOT / module[1].replace(".", "/")).with_suffix(".py").exists() else "module"
    found = re.match(r"\.venv/bin/pytest ([\w/. ]+?)(?: -k '([\w ]+)')?$", command)
    if found is None:
        return "no command that is known here"
    there: set[str] = set()
    for name in found[1].split():
        path = ROOT / name
        if not path.exists() or not (named := named_tests(path)):
            return f"no tests in {name}"
        there |= named
    words = found[2].split(" or ") if found[2] else []
    return ", ".join(word for word in words if not any(word in test for test in there))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_promise_has_a_command_that_is_there_and_a_result(row: list[str]) -> None:
    _, promise, command, n, seed, result = row

    typed = COMMAND.match(command)
    assert typed is not None
    assert fault(typed[1]) == ""
    assert promise
    assert n
    assert seed
    assert re.search(r"\d", result)


def test_the_promises_are_many_and_what_is_not_tried_is_listed() -> None:
    assert len(ROWS) > 20
    assert len(rows(PAGE, "Not tried here")) > 5


def test_a_row_about_a_test_that_is_gone_is_found() -> None:
    assert fault(".venv/bin/pytest tests/docs/test_promises.py -k 'is_gone_is_found'") == ""
    assert fault(".venv/bin/pytest tests/docs/test_promises.py -k 'no_such_thing'") == "no_such_thing"
    assert fault(".venv/bin/pytest tests/docs/test_none.py")
    assert fault("make nothing")
