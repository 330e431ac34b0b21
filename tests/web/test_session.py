"""Signing in, staying in for this tab only, and choosing language and appearance."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage, Served
from tests.web.pretend_service import TOKEN
from tests.web.views import go

pytestmark = pytest.mark.browser


def test_a_token_in_the_address_signs_in_and_leaves_the_address(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{served.url}/cases#token={TOKEN}")

    expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    assert page.url == f"{served.url}/cases"
    assert page.evaluate("localStorage.length") == 0


def test_a_typed_token_signs_in_and_a_wrong_one_does_not(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{served.url}/reminders")

    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Enter a token first.")).to_be_visible()
    page.get_by_label("Token").fill("guess")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This token is not known.")).to_be_visible()
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="Service and reminders")).to_be_visible()


def test_signing_out_forgets_the_token(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")

    page.get_by_role("button", name="Language and appearance").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_token_that_is_refused_later_leads_back_to_the_door(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")

    served.service.failing["/v1/"] = 401
    served.service.publish("vehicle", "car-1")

    expect(page.get_by_text("Your token is no longer valid.", exact=False)).to_be_visible()


def test_a_no_to_this_role_is_said_as_such(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "case")

    served.service.failing["/acknowledge"] = 403
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()

    expect(page.get_by_role("alert")).to_contain_text("Your token may not do this.")


def test_language_and_appearance_are_chosen_and_kept(served: Served, open_page: OpenPage) -> None:
    page = open_page("en", "light")
    go(page, served, "fleet")

    page.get_by_role("button", name="Language and appearance").click()
    page.get_by_text("中文").click()
    expect(page.get_by_role("heading", level=1, name="车队紧急度")).to_be_attached()
    page.get_by_text("深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()

    expect(page.get_by_role("heading", level=1, name="车队紧急度")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("body")).to_have_css("color", re.compile(r"rgb\(2\d\d, "))


def test_another_page_gives_its_heading_the_focus_and_the_window_its_title(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")

    page.get_by_role("link", name="Partners", exact=True).click()

    expect(page.get_by_role("heading", level=1, name="Rescue partners")).to_be_focused()
    expect(page).to_have_title("Rescue partners · Outrider")


def test_the_content_is_one_key_press_away(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_the_page_brings_its_own_policy(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(served.url)

    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
