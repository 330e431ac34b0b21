"""What a person does with cases, rescues and reminders, by hand and by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage, Served
from tests.web.views import go

pytestmark = pytest.mark.browser


def sent(served: Served, path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the body and headers of the one request to `path`."""
    [(body, headers)] = [(body, headers) for to, body, headers in served.service.sent if to == path]
    return body, headers


def test_a_case_is_found_read_acknowledged_and_resolved_without_a_mouse(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "inbox")

    page.locator(".case-row").first.focus()
    page.keyboard.press("j")
    expect(page.locator("[data-case=case-tyre]")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.get_by_label("Comment").press_sequentially("I call the driver")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have 粤B·D8L21: 12 V battery.")).to_be_visible()
    page.locator("[data-case=case-battery]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="12 V battery")).to_be_focused()
    page.locator("[data-case=case-battery]").focus()
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()

    body, headers = sent(served, "/v1/cases/case-battery/acknowledge")
    assert (body, headers["if-match"]) == ({"comment": "I call the driver"}, '"3"')
    body, headers = sent(served, "/v1/cases/case-battery/resolve")
    assert (body, headers["if-match"]) == ({"reason": "rescued", "comment": ""}, '"4"')


def test_the_keys_of_the_inbox_do_nothing_while_a_person_types(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "inbox")

    page.locator(".case-row").first.focus()
    page.keyboard.press("a")
    page.get_by_label("Comment").press_sequentially("a jar and a rake")

    expect(page.get_by_label("Comment")).to_have_value("a jar and a rake")
    expect(page.get_by_role("dialog")).to_have_count(1)


def test_who_was_slower_is_told_and_nothing_is_overwritten(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "case")

    page.get_by_role("button", name="Resolve").click()
    page.get_by_label("Comment").fill("all is well")
    found = served.service.find("cases", "case-battery")
    assert found is not None
    found["version"] += 1
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()

    expect(page.get_by_role("alert")).to_contain_text("Somebody was quicker")
    expect(page.get_by_label("Comment")).to_have_value("all is well")
    assert found["state"] == "open"


def test_a_case_says_why_what_was_decided_and_what_it_costs(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "case")

    why = page.get_by_role("region", name="Why")
    expect(why.get_by_role("listitem")).to_have_count(3)
    expect(why).to_contain_text("not calibrated yet")
    decision = page.get_by_role("region", name="What was decided")
    expect(decision).to_contain_text("Ask the driver")
    expect(decision).to_contain_text("180")
    expect(decision).to_contain_text("464")
    expect(page.get_by_role("region", name="Evidence").locator(".u-wrap")).to_be_visible()
    expect(page.get_by_role("region", name="What happened").get_by_role("listitem")).to_have_count(3)


def test_a_case_from_late_data_says_how_old_they_were(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "late case")

    expect(page.locator(".banner")).to_contain_text("already 1 h 30 min old")


def test_every_promise_shows_how_it_stands_in_words(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "board")

    lane = page.get_by_role("region", name="Finding a partner").locator(".promise")
    expect(lane).to_have_attribute("data-tone", "amber")
    expect(lane).to_contain_text("left")
    late = page.get_by_role("region", name="Accepted")
    expect(late.locator(".promise")).to_have_attribute("data-tone", "breach")
    expect(late).to_contain_text("Promise broken by")
    expect(late).to_contain_text("Needs a person")
    expect(late).to_contain_text("Expected 12 min after the promise")
    expect(page.get_by_role("region", name="On site")).to_contain_text("early")


def test_a_card_stays_where_the_service_says_the_job_is(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "job")

    page.get_by_role("button", name="Cancel the rescue").click()
    served.service.failing["/cancel"] = 409
    page.get_by_role("dialog").get_by_role("button", name="Cancel the rescue").click()

    expect(page.get_by_role("alert")).to_contain_text("made to fail")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Rescues", exact=False).first.click()
    expect(page.get_by_role("region", name="On the way")).to_contain_text("粤B·K72F6")


def test_a_rescue_is_cancelled_with_a_reason(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "job")

    page.get_by_role("button", name="Cancel the rescue").click()
    page.get_by_label("Reason").fill("the car starts again")
    page.get_by_role("dialog").get_by_role("button", name="Cancel the rescue").click()

    expect(page.get_by_text("The rescue is cancelled.")).to_be_visible()
    body, _ = sent(served, "/v1/jobs/job-dtc/cancel")
    assert body == {"reason": "the car starts again"}


def test_a_person_opens_a_rescue_for_a_car_of_the_fleet(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "vehicle")

    page.get_by_role("link", name="Call help for it").click()
    expect(page.get_by_role("combobox")).to_have_value("粤BD·21577 配送 04")
    page.get_by_text("Flat tyre").click()
    page.get_by_label("Latitude, longitude").fill("22.54286, 114.05956")
    page.get_by_role("button", name="Send help").click()

    page.wait_for_url(re.compile("/rescues/job-new"))
    body, headers = sent(served, "/v1/rescues")
    assert body["vehicle_id"] == "car-4"
    assert body["service"] == "tyre_change"
    assert body["position"] == {"lat": 22.54286, "lon": 114.05956, "crs": "WGS84"}
    assert len(headers["idempotency-key"]) == 36


def test_a_person_opens_a_rescue_for_a_car_without_a_dongle(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "rescue form")

    page.get_by_role("button", name="Send help").click()
    expect(page.get_by_role("alert")).to_contain_text("Say which car it is.")
    page.get_by_role("combobox").fill("粤A·1Z2Y3")
    page.keyboard.press("Escape")
    page.get_by_text("Something else").click()
    page.get_by_label("In the caller's words").fill("smoke from the bonnet")
    page.get_by_role("button", name="Send help").click()

    page.wait_for_url(re.compile("/rescues/job-new"))
    body, _ = sent(served, "/v1/rescues")
    assert body["plate"] == "粤A·1Z2Y3"
    assert "vehicle_id" not in body
    assert (body["problem"], body["service"], body["position"]) == ("smoke from the bonnet", None, None)


def test_a_point_that_is_none_is_said_to_be_none(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "rescue form")

    page.get_by_label("Latitude, longitude").fill("by the river")

    expect(page.get_by_text("Write latitude and longitude in degrees")).to_be_visible()


def test_a_reminder_is_booked(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "reminders")

    page.get_by_role("button", name="Book 粤B·H90T3").click()

    expect(page.get_by_text("Booked for 粤B·H90T3.")).to_be_visible()
    expect(page.locator(".reminder").filter(has_text="粤B·H90T3")).to_contain_text("Booked")


def test_all_on_the_map_is_in_the_list_and_choosing_there_chooses_here(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "map")

    for plate in ("粤B·K72F6", "粤B·D8L21", "粤BD·21577", "粤BD·47190", "粤A·66T18", "南山救援站"):
        expect(page.locator(".place-list")).to_contain_text(plate)
    expect(page.get_by_text("4 vehicles do not share their place.")).to_be_visible()
    page.get_by_role("button", name="粤B·D8L21").press("Enter")
    expect(page.get_by_role("button", name="粤B·D8L21")).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("?vehicle=car-1")
