"""A browser, the pretend service, and pages that fail a test by whatever they complain of."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.web.pretend_service import PretendService

UI = Path(__file__).resolve().parent.parent.parent / "cloud" / "ui" / "dist"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL for the map, drawn by the processor.
    "--enable-unsafe-swiftshader",
]
START_S = 10.0
# A condition may take this long on a busy machine; it is waited for, never slept for.
PATIENCE_MS = 20_000
# Chromium calls every answer of 4xx or 5xx an error, and drawing WebGL by the processor slow; both are known here.
EXPECTED = ("Failed to load resource", "GL Driver Message")


class Served:
    """A running pretend service and its address."""

    def __init__(self, service: PretendService, url: str) -> None:
        """Say where `service` runs."""
        self.service = service
        self.url = url


class AnnouncingServer(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Make a server that listens to nothing yet."""
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.listens.set()


@contextmanager
def serving(service: PretendService) -> Iterator[Served]:
    """Serve on a free port of this machine for as long as the block runs."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(service.app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = AnnouncingServer(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    assert server.listens.wait(START_S), "the pretend service did not start"
    try:
        yield Served(service, f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        service.closing = True
        server.should_exit = True
        thread.join(START_S)
        listening.close()


@pytest.fixture(scope="session")
def ui() -> Path:
    """Return the built UI."""
    if not (UI / "index.html").is_file():
        pytest.skip("needs the built UI: make setup")
    return UI


@pytest.fixture
def ui_service(ui: Path) -> PretendService:
    """Return canned answers that nobody serves yet."""
    return PretendService(ui)


@pytest.fixture
def served(ui_service: PretendService) -> Iterator[Served]:
    """Serve canned answers with a clock of the real pace."""
    with serving(ui_service) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium_program: Path) -> Iterator[Browser]:
    """Start Chromium once, with a user folder of its own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_program, args=FLAGS)
        yield started
        started.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open pages; at the end none may have complained, refused by its policy, or asked anyone else for anything."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in EXPECTED):
            complaints.append(message.text)

    def opened(
        language: str = "en", theme: str = "light", width: int = 1360, height: int = 860, phone: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if theme == "dark" else "light",
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(strangers(request.url)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def strangers(url: str) -> list[str]:
    """Return what to complain of when a page asks for `url`."""
    is_ours = url.startswith(("http://127.0.0.1:", "data:", "blob:"))
    return [] if is_ours else [f"asked a stranger: {url}"]
