"""The page follows the service: what changed shows by itself, what is lost is said, old is never passed for new."""

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage, Served, serving
from tests.web.pretend_service import TOKEN, PretendService
from tests.web.views import go

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=`taken`">{x}<script>document.title="taken"</script>'


def test_a_new_case_shows_by_itself_and_is_said_politely(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "inbox")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.locator(".case-row").first.focus()

    new = dict(served.service.lists["cases"][2], id="case-new", cause="dtc", opened_at="2027-03-04T07:41:00Z")
    served.service.lists["cases"].append(new)
    served.service.publish("case", "case-new")

    expect(page.locator("[data-case=case-new]")).to_be_visible()
    expect(page.get_by_test_id("whisper")).to_have_text("New case: Fault codes, 粤BD·21577")
    expect(page.locator("[data-case=case-battery]")).to_be_focused()


def test_a_vehicle_that_changes_moves_up_the_list_by_itself(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")
    expect(page.locator("tr.row").nth(0)).to_contain_text("粤B·K72F6")

    served.service.lists["vehicles"][-1]["urgency"] = 99.0
    served.service.publish("vehicle", "car-2")

    expect(page.locator("tr.row").nth(0)).to_contain_text("粤B·H90T3")


def test_unknown_and_old_are_never_shown_as_healthy(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")

    never = page.locator("tr.row").filter(has_text="粤B·Q55M0")
    expect(never).to_contain_text("Unknown")
    expect(never).to_contain_text("never heard")
    expect(never).to_contain_text("Cannot tell")
    expect(never.locator("[data-tone=ok]")).to_have_count(0)
    silent = page.locator("tr.row").filter(has_text="粤BD·33916")
    expect(silent).to_contain_text("No signs, old data")
    expect(silent.locator("[data-tone=ok]")).to_have_count(0)


def test_the_fleet_is_narrowed_by_level_and_by_words(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "fleet")

    page.get_by_role("radio", name="At risk").click()
    expect(page.locator("tr.row")).to_have_count(2)
    page.get_by_role("searchbox").fill("nothing like it")
    expect(page.get_by_text("No vehicle matches")).to_be_visible()
    page.get_by_role("button", name="Show all vehicles").click()
    expect(page.locator("tr.row")).to_have_count(8)


def test_a_lost_connection_is_said_and_what_was_known_stays(ui_service: PretendService, open_page: OpenPage) -> None:
    page = open_page()
    with serving(ui_service) as served:
        go(page, served, "fleet")
        expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()

    expect(page.get_by_text("The connection to the service is lost.", exact=False)).to_be_visible()
    expect(page.locator("tr.row")).to_have_count(8)


def test_ages_follow_a_service_whose_clock_runs_fast(ui_service: PretendService, open_page: OpenPage) -> None:
    ui_service.pace = 240.0
    page = open_page()
    with serving(ui_service) as served:
        go(page, served, "fleet")

        # The newest data of this row were 42 s old at the start; at this pace a minute passes four times a second.
        expect(page.locator("tr.row").first.locator(".fresh").first).to_contain_text("min ago")
        page.get_by_role("link", name="Partners", exact=True).click()
        page.get_by_role("link", name="Map", exact=True).click()
        served.service.publish("vehicle", "car-1")
        expect(page.locator(".clock__pace")).to_contain_text("×240")


def test_a_list_that_cannot_be_read_says_what_to_do(served: Served, open_page: OpenPage) -> None:
    served.service.failing["/v1/partners"] = 500
    page = open_page()
    page.goto(f"{served.url}/partners#token={TOKEN}")

    expect(page.get_by_role("alert")).to_contain_text("made to fail")
    served.service.failing.clear()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".partner")).to_have_count(3)


@pytest.mark.parametrize(
    ("path", "name", "words"),
    [
        ("/fleet", "vehicles", "outrider fleet import"),
        ("/cases", "cases", "Nothing waits for you"),
        ("/rescues", "jobs", "No rescues yet"),
        ("/reminders", "reminders", "Nothing is due"),
        ("/partners", "partners", "No partners yet"),
    ],
)
def test_an_empty_list_says_what_will_be_there(
    served: Served, open_page: OpenPage, path: str, name: str, words: str
) -> None:
    served.service.lists[name].clear()
    page = open_page()
    page.goto(f"{served.url}{path}#token={TOKEN}")

    expect(page.locator(".state").first).to_contain_text(words)


def test_what_cars_and_people_wrote_is_shown_and_never_run(served: Served, open_page: OpenPage) -> None:
    service = served.service
    for item in service.lists["vehicles"]:
        item["name"] = HOSTILE
    for case in service.lists["cases"]:
        case["vehicle"]["name"] = HOSTILE
        for line in [*case["reasons"], *case["timeline"]]:
            line["en"] = HOSTILE
    for partner in service.lists["partners"]:
        partner["name"] = HOSTILE
    for job in service.lists["jobs"]:
        job["partner"] = {"id": HOSTILE, "name": HOSTILE}
    page = open_page()

    for name in ("fleet", "case", "board", "job", "map", "partners", "vehicle"):
        go(page, served, name)
        assert page.locator("img, #root script").count() == 0
        assert page.title() != "taken"
    go(page, served, "fleet")
    expect(page.locator("tr.row").first).to_contain_text(HOSTILE)


def test_a_chart_has_its_samples_in_a_table_too(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    go(page, served, "vehicle")

    chart = page.locator("figure").filter(has_text="Tyre pressure")
    expect(chart).to_contain_text("samples were no value")
    chart.get_by_role("button", name="As a table").click()
    expect(chart.get_by_role("columnheader", name="Value (kPa)")).to_be_visible()
    expect(chart.get_by_role("cell", name="Rear left").first).to_be_visible()
