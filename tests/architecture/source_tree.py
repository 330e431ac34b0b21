"""What the architecture tests read: the files that people wrote, and the Python among them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PACKAGES: Final = ("contract", "edge", "cloud", "firmware_sim", "demo")
# Read by programs, written by them too: pins, lock files and recorded payloads.
MADE: Final = ("constraints.txt", "bootstrap.txt", "web/package-lock.json", "tests/golden/")


class Source(NamedTuple):
    """One Python file: its path from the root with slashes, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


@cache
def files() -> tuple[str, ...]:
    """Return the path of every file that is in git or on its way there."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted({path for path in listed.split("\0") if path and (ROOT / path).is_file()}))


@cache
def sources() -> tuple[Source, ...]:
    """Return every Python file of the tree."""
    return tuple(_sources())


def _sources() -> Iterator[Source]:
    for path in files():
        if path.endswith(".py"):
            text = (ROOT / path).read_text(encoding="utf-8")
            yield Source(path, text, ast.parse(text, filename=path))


def of_packages() -> list[Source]:
    """Return the Python files that ship."""
    return [source for source in sources() if source.path.split("/")[0] in PACKAGES]


def texts() -> Iterator[tuple[str, str]]:
    """Yield the path and text of every text file that people wrote."""
    for path in files():
        if path.startswith(MADE):
            continue
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def typescript() -> list[tuple[str, str]]:
    """Return the path and text of every TypeScript file."""
    return [(path, text) for path, text in texts() if path.endswith((".ts", ".tsx"))]


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case _:
            return ""
