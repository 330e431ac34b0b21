"""The project's pages as text, and what they quote."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = tuple(sorted([ROOT / "README.md", ROOT / "deploy" / "README.md", *(ROOT / "docs").rglob("*.md")]))
_FENCE: Final = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def name(page: Path) -> str:
    """Return how the project calls `page`."""
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return each fenced block's language and text."""
    return [(found[2], found[3]) for found in _FENCE.finditer(page.read_text())]


def prose(page: Path) -> str:
    """Return the page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def quoted(page: Path) -> list[str]:
    """Return what stands between single backticks."""
    return _INLINE.findall(prose(page))


def links(page: Path) -> list[str]:
    """Return where the page's links and pictures lead."""
    return _LINK.findall(prose(page))


def headings(page: Path) -> list[tuple[int, str]]:
    """Return level and text of each heading."""
    return [(len(marks), text) for marks, text in _HEADING.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """Return the anchors that a reader on the web is given for the headings."""
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for _, text in headings(page)}


def commands(page: Path) -> Iterator[str]:
    """Yield every line that somebody would type, from blocks of shell and from single backticks."""
    for language, text in blocks(page):
        if language == "sh":
            yield from text.replace("\\\n", " ").splitlines()
    yield from quoted(page)


def rows(page: Path, heading: str) -> list[list[str]]:
    """Return the cells of each row of the tables under `heading`, without their heads."""
    _, _, after = prose(page).partition(f"## {heading}\n")
    section = re.split(r"^#{1,2} ", after, maxsplit=1, flags=re.MULTILINE)[0]
    found: list[list[str]] = []
    in_table = False
    for line in section.splitlines():
        if not line.startswith("|"):
            in_table = False
        elif set(line) <= set("|-: "):
            in_table = True
        elif in_table:
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))])
    return found
