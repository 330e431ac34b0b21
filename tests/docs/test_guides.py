"""Both languages of a guide are the same guide, and what it has people type and write is accepted as it is."""

import re
import textwrap
from pathlib import Path
from typing import Final

import pytest

from cloud.store import campaign_file, fleet
from contract.configuration import check_campaigns
from contract.signals import signal
from edge import config
from edge.adapters import signal_sets
from tests.docs.pages import ROOT, blocks, headings, links, quoted

pytestmark = pytest.mark.source

CAMPAIGNS: Final = "[[campaigns]]"
GUIDES: Final = ROOT / "docs" / "guides"
PAIRS: Final = [(path, path.with_suffix(".zh.md")) for path in sorted(GUIDES.glob("*.md")) if ".zh" not in path.name]


def without_comments(block: str) -> list[str]:
    """Return the lines of `block` without their comments, which are in the reader's language."""
    return [re.sub(r"\s+# .*$", "", line) for line in block.splitlines()]


def toml(page: Path) -> list[str]:
    """Return the blocks of settings and campaigns that the page shows."""
    return [textwrap.dedent(text) for language, text in blocks(page) if language == "toml"]


def typed(page: Path) -> list[str]:
    """Return the commands, paths and names that the page quotes, in whatever order, with foreign words left out."""
    return sorted({text for text in quoted(page) if text.isascii() and text != "outrider-edge replay LOG"})


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda path: path.name)
def test_both_languages_have_the_same_sections_and_blocks(english: Path, chinese: Path) -> None:
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert [(language, without_comments(text)) for language, text in blocks(english)] == [
        (language, without_comments(text)) for language, text in blocks(chinese)
    ]


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda path: path.name)
def test_both_languages_quote_the_same_and_link_to_the_same(english: Path, chinese: Path) -> None:
    assert typed(english) == typed(chinese)
    siblings = {english.name, chinese.name}
    # A page in Chinese leads to pages in Chinese where there are any.
    elsewhere = [
        [
            link.replace(".zh.md", ".md")
            for link in links(page)
            if "quick-start" not in link and link[0] != "#" and link not in siblings
        ]
        for page in (english, chinese)
    ]
    assert sorted(elsewhere[0]) == sorted(elsewhere[1])


def test_there_is_a_guide_in_two_languages() -> None:
    assert PAIRS
    assert all(chinese.exists() for _, chinese in PAIRS)


@pytest.mark.parametrize("page", [page for pair in PAIRS for page in pair], ids=lambda path: path.name)
def test_the_agent_takes_the_settings_that_the_guide_shows(page: Path, tmp_path: Path) -> None:
    (shown,) = [text for text in toml(page) if not text.startswith(CAMPAIGNS)]
    (tmp_path / "password").write_text("a long password\n")
    (tmp_path / "agent.toml").write_text(textwrap.dedent(shown))

    settings = config.load(tmp_path / "agent.toml")

    assert signal_sets.interpreter(settings.signal_sets).pid_commands


@pytest.mark.parametrize(
    "page", [page for page in sorted(GUIDES.glob("*.md")) if f"```toml\n{CAMPAIGNS}" in page.read_text()]
)
def test_the_service_takes_the_campaigns_that_the_guide_shows(page: Path) -> None:
    (shown,) = [text for text in toml(page) if text.startswith(CAMPAIGNS)]

    check_campaigns(campaigns := campaign_file.parse(shown.encode()))

    assert [signal(path).path for campaign in campaigns for path in campaign.signals]


@pytest.mark.parametrize("page", [page for pair in PAIRS for page in pair if "```json" in page.read_text()])
def test_the_service_takes_the_fleet_that_the_guide_shows(page: Path) -> None:
    (shown,) = [text for language, text in blocks(page) if language == "json"]

    assert fleet.parse(shown.encode()).vehicles[0].id == "van-17"
