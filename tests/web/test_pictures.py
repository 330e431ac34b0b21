"""The pictures of the README and guides, taken from the pages themselves so that they are never stale.

`PICTURES=docs/images .venv/bin/pytest tests/web/test_pictures.py` writes them where they are shown; without
it they go to a temporary folder and are only looked at for being pictures.
"""

import os
from pathlib import Path

import pytest

from tests.web.conftest import OpenPage, Served
from tests.web.views import go

pytestmark = pytest.mark.browser

NARROWEST_PNG_BYTES = 20_000


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return the folder to write to."""
    named = os.environ.get("PICTURES")
    folder = Path(named) if named else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_the_readme_shows_the_fleet_as_it_is(served: Served, open_page: OpenPage, pictures: Path) -> None:
    page = open_page("en", width=1360, height=800)
    go(page, served, "fleet")

    page.screenshot(path=pictures / "ui.png")

    assert (pictures / "ui.png").stat().st_size > NARROWEST_PNG_BYTES
