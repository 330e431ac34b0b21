"""What no file says: where packages come from, where the tree lies, what is still to be done."""

import re
from typing import Final

import pytest

from tests.architecture.source_tree import ROOT, texts

# Written in pieces, so that this file does not find itself.
REGISTRY: Final = re.compile(
    r"pypi" + r"\.org|pythonhosted" + r"\.org|registry\.npm" + r"js|--(?:extra-)?index" + r"-url"
)
OUTSIDE: Final = re.compile(r"/work" + r"/\w|\.\./shared" + r"(?!/data)")
UNFINISHED: Final = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImplemented" + r"Error")


def found(pattern: re.Pattern[str]) -> list[str]:
    """Return where `pattern` stands in a file that people wrote."""
    return [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRY) == []


@pytest.mark.parametrize(
    ("path", "address"),
    [("constraints.txt", "://"), ("bootstrap.txt", "://"), ("web/package-lock.json", '"resolved"')],
)
def test_no_pin_carries_an_address(path: str, address: str) -> None:
    assert address not in (ROOT / path).read_text()


def test_no_file_points_out_of_the_tree() -> None:
    assert found(OUTSIDE) == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert found(UNFINISHED) == []
