"""What holds on every view: axe has nothing to say, nothing is wider than the screen, texts are all there."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.conftest import OpenPage, Served
from tests.web.views import OPEN_VIEWS, VIEWS, go

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

AXE = Path(__file__).resolve().parent.parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = 360
HAN = re.compile("[\u4e00-\u9fff]")
NAMES = "粤BDA配送南山救援站福田道路龙华充电车"  # the fleet's own names and plates are in Chinese here
SMALL_TARGETS = """() => [...document.querySelectorAll('button, a[href], input, [role=radio]')]
    .filter((one) => one.checkVisibility() && !one.closest('.unseen, p, label, .maplibregl-ctrl'))
    .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
    .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


def violations(page: Page, name: str, within: str = "html") -> list[str]:
    """Return what axe finds wrong on the page as it stands, or in the part that `within` selects."""
    found: list[dict[str, Any]] = page.evaluate(
        "async ([within, rules]) => (await axe.run(within, {runOnly: rules})).violations", [within, RULES]
    )
    return [
        f"{name}: {one['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_any_view_and_in_english_no_text_of_the_pages_own_is_chinese(
    served: Served, open_page: OpenPage, language: str, theme: str
) -> None:
    page = open_page(language, theme)
    page.add_init_script(path=AXE)

    found, chinese = [], {}
    for name in VIEWS | OPEN_VIEWS:
        go(page, served, name)
        found += violations(page, name)
        if language == "en":
            chinese[name] = set(HAN.findall(page.locator("body").inner_text())) - set(NAMES)

    assert found == []
    assert {name: text for name, text in chinese.items() if text} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_laid_over_a_page(served: Served, open_page: OpenPage, theme: str) -> None:
    page = open_page("zh", theme)
    page.add_init_script(path=AXE)
    found = []

    go(page, served, "case")
    page.get_by_role("button", name="接手", exact=True).click()
    page.get_by_role("dialog").wait_for()
    found += violations(page, "acknowledge")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="解决", exact=True).click()
    page.get_by_role("dialog").wait_for()
    found += violations(page, "resolve")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="快捷键").click()
    page.get_by_role("dialog").wait_for()
    found += violations(page, "keys")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="语言与外观").click()
    page.get_by_role("dialog").wait_for()
    found += violations(page, "preferences")
    go(page, served, "rescue form")
    page.get_by_role("combobox").click()
    page.get_by_role("listbox").wait_for()
    # While the list is open the kit hides all else from those who hear the page, so only the list is looked at.
    found += violations(page, "vehicle list", ".popover")

    assert found == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_every_view_without_scrolling_sideways_and_with_targets_large_enough_for_a_finger(
    served: Served, open_page: OpenPage, language: str
) -> None:
    page = open_page(language, width=PHONE, height=740, phone=True)
    page.add_init_script(path=AXE)

    wide, small, found = {}, {}, []
    for name in VIEWS | OPEN_VIEWS:
        go(page, served, name)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
        small[name] = page.evaluate(SMALL_TARGETS)
        found += violations(page, name)

    assert {name: width for name, width in wide.items() if width > PHONE} == {}
    assert {name: boxes for name, boxes in small.items() if boxes} == {}
    assert found == []
