"""The pages have words, in both languages, for whatever scoring may say."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.scoring.types import CAUSES

pytestmark = pytest.mark.source

ROOT = Path(__file__).resolve().parent.parent.parent


def abstentions() -> set[str]:
    """Return every code that scoring gives for having no answer."""
    calls = (
        node
        for file in (ROOT / "cloud" / "scoring").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abstain"
    )
    return {code for call in calls for code in said(call.args[0])}


def said(argument: ast.expr) -> Iterator[str]:
    """Yield the text that an expression is, or the texts that it chooses between."""
    if isinstance(argument, ast.IfExp):
        yield from said(argument.body)
        yield from said(argument.orelse)
    elif isinstance(argument, ast.Constant):
        yield str(argument.value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_cause_and_every_reason_to_abstain_has_words(language: str) -> None:
    words = json.loads((ROOT / "web" / "src" / "i18n" / f"{language}.json").read_text())
    codes = abstentions()

    assert "no_rest_reading" in codes
    assert {code for code in codes if f"quality.{code}" not in words} == set()
    assert {cause for cause in CAUSES if f"cause.{cause}" not in words} == set()
