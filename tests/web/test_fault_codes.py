"""A vehicle's fault codes on its page: whose they are, what they are called, and what was frozen with them."""

import pytest
from playwright.sync_api import expect

from tests.web.conftest import OpenPage, Served
from tests.web.pretend_service import TOKEN

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "called", "state"),
    [
        ("en", "no good crankshaft signal, the engine may stall or not start", "Confirmed"),
        ("zh", "曲轴位置信号故障，发动机可能熄火或无法启动", "已确认"),
    ],
)
def test_a_code_is_shown_in_the_reader_s_language_with_its_freeze_frame(
    served: Served, open_page: OpenPage, language: str, called: str, state: str
) -> None:
    page = open_page(language)
    page.goto(f"{served.url}/vehicles/car-3#token={TOKEN}")

    worst = page.locator(".fault").first
    expect(worst).to_contain_text(f"P0335 {called}")
    expect(worst).to_contain_text(state)
    expect(worst).to_contain_text("8D")
    worst.locator("summary").click()
    expect(worst.get_by_text("CombustionEngine.Speed")).to_be_visible()
    expect(page.locator(".fault")).to_have_count(2)


def test_a_vehicle_without_codes_is_not_called_healthy(served: Served, open_page: OpenPage) -> None:
    vehicle = served.service.find("vehicles", "car-3")
    assert vehicle is not None
    del vehicle["health"]["dtc"]
    page = open_page("en")
    page.goto(f"{served.url}/vehicles/car-3#token={TOKEN}")

    expect(page.get_by_text("No open fault codes are known.")).to_be_visible()
