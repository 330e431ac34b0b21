"""The driver's page on a phone: no signing in, one clear question, one tap."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage, Served
from tests.web.views import go

pytestmark = pytest.mark.browser

ANSWER = "/v1/driver/driver-link/answer"


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """Return a page of the size of a small phone."""
    return open_page("en", width=360, height=740, phone=True)


def test_the_driver_reads_what_why_and_when_and_says_yes(served: Served, phone: Page) -> None:
    go(phone, served, "driver")

    expect(phone.get_by_role("heading", level=1)).to_contain_text("may not start")
    expect(phone.get_by_role("listitem")).to_have_count(3)
    expect(phone.get_by_text("Jump-start")).to_be_visible()
    expect(phone.get_by_text("in about 25 minutes", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Yes, please come").tap()

    expect(phone.get_by_role("status").filter(has_text="You said yes")).to_be_visible()
    assert [body for path, body, _ in served.service.sent if path == ANSWER] == [{"answer": "yes"}]


def test_the_driver_says_no(served: Served, phone: Page) -> None:
    go(phone, served, "driver")

    phone.get_by_role("button", name="No, thank you").tap()

    expect(phone.get_by_text("You said no")).to_be_visible()


def test_where_the_car_does_not_say_where_it_is_the_driver_may(served: Served, phone: Page) -> None:
    served.service.question["needs_position"] = True
    go(phone, served, "driver")

    phone.get_by_label("Latitude, longitude").fill("22.54, 114.05")
    phone.get_by_role("button", name="Yes, please come").tap()

    expect(phone.get_by_text("You said yes", exact=False)).to_be_visible()
    [body] = [body for path, body, _ in served.service.sent if path == ANSWER]
    assert body == {"answer": "yes", "position": {"lat": 22.54, "lon": 114.05, "crs": "WGS84"}}


def test_a_question_whose_time_has_run_out_cannot_be_answered(served: Served, phone: Page) -> None:
    served.service.question["deadline"] = "2027-03-04T07:39:00Z"
    go(phone, served, "driver")

    expect(phone.get_by_text("Someone will call you.")).to_be_visible()
    expect(phone.get_by_role("button", name="Yes, please come")).to_have_count(0)


def test_an_answer_that_did_not_arrive_can_be_given_again(served: Served, phone: Page) -> None:
    go(phone, served, "driver")

    served.service.failing[ANSWER] = 503
    phone.get_by_role("button", name="Yes, please come").tap()
    expect(phone.get_by_role("alert")).to_contain_text("made to fail")
    served.service.failing.clear()
    phone.get_by_role("button", name="Yes, please come").tap()

    expect(phone.get_by_text("You said yes", exact=False)).to_be_visible()


def test_the_page_asks_for_no_token_and_keeps_none(served: Served, phone: Page) -> None:
    go(phone, served, "driver")

    assert phone.evaluate("sessionStorage.length + localStorage.length") == 0
