"""Every link leads somewhere, in this tree."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, anchors, links, name

pytestmark = pytest.mark.source


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    nowhere = []
    for link in links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            nowhere.append(link)

    assert nowhere == []


def test_the_links_that_are_followed_are_many() -> None:
    assert sum(len(links(page)) for page in PAGES) > 30
