"""Files and functions stay small, and nobody is told to look away."""

import ast
import re
from typing import Final

from tests.architecture.source_tree import sources, typescript

FILE_LINES: Final = 300
FUNCTION_LINES: Final = 50
# Written in pieces, so that this file does not find itself.
LOOK_AWAY: Final = re.compile(
    "# no" + r"qa|# type: " + r"ignore|eslint-" + r"disable|@ts-" + r"(?:ignore|expect-error)"
)
# path -> how many, each with its reason beside it in the code
ALLOWED: Final[dict[str, int]] = {}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lines = {source.path: source.text.count("\n") for source in sources()}
    lines |= {path: text.count("\n") for path, text in typescript()}

    assert {path: count for path, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    functions = (
        (f"{source.path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )

    assert {name: lines for name, lines in functions if lines > FUNCTION_LINES} == {}


def test_no_checker_is_told_to_look_away() -> None:
    counted = {source.path: len(LOOK_AWAY.findall(source.text)) for source in sources()}
    counted |= {path: len(LOOK_AWAY.findall(text)) for path, text in typescript()}

    assert {path: count for path, count in counted.items() if count} == ALLOWED
