"""The page on replaying explains every key of a map, and its maps, like those that ship, are maps."""

from pathlib import Path

import msgspec
import pytest

from cloud.replay import mapping
from cloud.replay.mapping import Column, FilePart, LongPart, MotionPart, TimePart, VehiclePart
from tests.docs.pages import ROOT, blocks, headings, quoted

pytestmark = pytest.mark.source

PAGES = [ROOT / "docs" / "replay.md", ROOT / "docs" / "replay.zh.md"]
MAPS = sorted((ROOT / "docs" / "maps").glob("*.toml"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_map_on_the_page_is_one(page: Path) -> None:
    shown = [text for language, text in blocks(page) if language == "toml"]

    assert len(shown) == 3
    for text in shown:
        assert mapping.parse(text, page.name).signals


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.name)
def test_every_map_that_ships_is_one(path: Path) -> None:
    assert mapping.parse(path.read_text(), path.name).signals


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_of_a_map_is_explained(page: Path) -> None:
    told = set(quoted(page))
    parts: dict[str, type[msgspec.Struct]] = {
        "file.": FilePart,
        "time.": TimePart,
        "vehicle.": VehiclePart,
        "long.": LongPart,
        "motion.": MotionPart,
        "": Column,
    }

    keys = {prefix + field for prefix, part in parts.items() for field in part.__struct_fields__}

    assert {"batch_s", "gap_s", *keys} - told == set()


def test_both_languages_show_the_same() -> None:
    english, chinese = PAGES

    assert blocks(english) == blocks(chinese)
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert {text for text in quoted(english) if text.isascii()} == {text for text in quoted(chinese) if text.isascii()}
