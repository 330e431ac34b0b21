"""What counts as a small change of a module, on modules of a line or two."""

import ast

import pytest

from scripts.mutants import mutants


def changed(source: str) -> set[str]:
    """Return every mutant of `source` as text."""
    return {ast.unparse(mutant.tree) for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "mutant"),
    [
        ("A = 7", "A = 8"),
        ("A = 7", "A = 6"),
        ("A = True", "A = False"),
        ("A = 2.0", "A = 4.0"),
        ("A = '22C00B'", "A = '22C00C'"),
        ("A = '22C00B'", "A = '32C00B'"),
        ("A = {1, 2}", "A = {2}"),
        ("A = {1}", "A = set()"),
        ("A = (1, 2)", "A = (1,)"),
        ("A = {1: 'a', 2: 'b'}", "A = {2: 'b'}"),
        ("A = x < y", "A = x <= y"),
        ("A = x in y", "A = x not in y"),
        ("A = x | y", "A = x & y"),
        ("A = x and y", "A = x or y"),
        ("A = x and y", "A = y"),
        ("A = not x", "A = x"),
        ("A = max(x, y)", "A = min(x, y)"),
        ("if x:\n    y()", "if not x:\n    y()"),
        ("if x:\n    y()", "if x:\n    pass"),
        ("def f():\n    return x", "def f():\n    return None"),
        ("def f(*, polling=False):\n    y()", "def f(*, polling=True):\n    y()"),
    ],
)
def test_a_small_mistake_is_among_the_mutants(source: str, mutant: str) -> None:
    assert mutant in changed(source)


def test_docstrings_and_annotations_are_left_alone() -> None:
    assert changed('"""Says."""\nx: Final[int]\n\ndef f(a: Literal["b"]) -> "int":\n    """Does."""') == set()


def test_every_mutant_differs_and_has_a_name_of_its_own() -> None:
    source = (
        "A = {(b'\\x01', 2), (b'\\x02', 3)}\n\ndef f(x):\n    if x < 3 and x < 3:\n        del A[x]\n    return x + 1\n"
    )
    found = list(mutants(source))

    assert len({mutant.name for mutant in found}) == len(found) > 20
    assert ast.unparse(ast.parse(source)) not in {ast.unparse(mutant.tree) for mutant in found}


def test_a_name_does_not_change_when_lines_move() -> None:
    names = [{mutant.name for mutant in mutants(source)} for source in ("def f():\n    g(1)", "\n\ndef f():\n    g(1)")]

    assert names[0] == names[1]
