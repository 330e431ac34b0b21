"""Every view of the UI: its address, and what is on it when it is ready."""

from typing import Final, NamedTuple

from playwright.sync_api import Page

from tests.web.conftest import Served
from tests.web.pretend_service import DRIVER_TOKEN, TOKEN


class View(NamedTuple):
    """One view: where it is and the selector of what comes last on it."""

    path: str
    ready: str


VIEWS: Final = {
    "fleet": View("/fleet", "tr.row:nth-child(8)"),
    "vehicle": View("/vehicles/car-4", ".charts > :nth-child(5) .u-wrap"),
    "unknown vehicle": View("/vehicles/car-6", ".health[data-tone=unknown]"),
    "inbox": View("/cases", ".case-row"),
    "case": View("/cases/case-battery", ".timeline li:nth-child(3)"),
    "late case": View("/cases/case-tyre", ".banner"),
    "board": View("/rescues", ".job .promise"),
    "job": View("/rescues/job-dtc", ".timeline li:nth-child(4)"),
    "map": View("/map", ".map[data-ready=true]"),
    "reminders": View("/reminders", ".reminder:nth-child(3)"),
    "partners": View("/partners", ".partner:nth-child(3)"),
    "rescue form": View("/rescues/new", ".map[data-ready=true]"),
    "not found": View("/nowhere", ".state"),
}
OPEN_VIEWS: Final = {
    "driver": View(f"/d/{DRIVER_TOKEN}", ".driver h1"),
    "dead driver link": View("/d/unknown", ".state"),
    "sign-in": View("/", ".gate__form"),
}


def go(page: Page, served: Served, name: str) -> None:
    """Open the view `name` and wait until it is ready."""
    view = (VIEWS | OPEN_VIEWS)[name]
    fragment = f"#token={TOKEN}" if name in VIEWS else ""
    # By way of a picture: a new fragment alone would not load the page again, and nobody shall be signed in yet.
    page.goto(f"{served.url}/favicon.svg")
    page.evaluate("sessionStorage.clear()")
    page.goto(f"{served.url}{view.path}{fragment}")
    page.locator(view.ready).first.wait_for()
    page.evaluate("document.fonts.ready.then(() => true)")
