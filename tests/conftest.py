"""What every test may ask for: the data folder, and programs that only some machines have."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

# How long one example takes says more of the machine's load than of the code; pytest's own time-out still holds.
hypothesis.settings.register_profile("no-deadline", deadline=None)
hypothesis.settings.load_profile("no-deadline")

HERE = Path(__file__).resolve().parent
# What keeps a test from running against an installed wheel, where there is no source tree and no server.
NEEDS_MORE = {"serial", "faults", "browser", "broker", "source"}
PACKAGES = {"contract", "edge", "cloud", "firmware_sim", "demo"}
SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def program(name: str, package: str) -> Path:
    """Return where the program `name` is, or skip the test and say what would bring it."""
    found = shutil.which(name, path=SYSTEM_PATH)
    if found is None:
        pytest.skip(f"needs {name}, which this machine has not: apt-get install {package}")
    return Path(found)


@pytest.fixture(autouse=True)
def events_as_before() -> Iterator[None]:
    """Undo what a command that a test runs in this process does to the log: it would write where nobody reads."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of recorded data: OUTRIDER_DATA, else `../shared/data` beside the project."""
    named = os.environ.get("OUTRIDER_DATA")
    beside = HERE.parent.parent / "shared" / "data"
    folder = Path(named) if named else beside
    if not folder.is_dir():
        pytest.skip(f"needs recorded data, and there is no folder {folder}; name one in OUTRIDER_DATA")
    return folder


@pytest.fixture(scope="session")
def mosquitto_program() -> Path:
    """Return the Mosquitto broker's program."""
    return program("mosquitto", "mosquitto")


@pytest.fixture(scope="session")
def c_compiler() -> Path:
    """Return the system's C compiler, with headers to compile against."""
    if not Path("/usr/include/stdlib.h").exists():
        pytest.skip("needs the C library's headers, which this machine has not: apt-get install libc6-dev")
    return program("cc", "gcc")


@pytest.fixture(scope="session")
def chromium_program() -> Path:
    """Return Debian's Chromium."""
    return program("chromium", "chromium")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make long-…` ask for more than CI does."""
    parser.addoption("--kills", type=int, default=20, help="how often each fault strikes within its one run")
    parser.addoption("--cuts", type=int, default=60, help="how often the power of the spool's disk is cut")
    parser.addoption("--frames", type=int, default=100_000, help="how many hostile frames ISO-TP is fed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of a package that needs nothing but the package: it is run against the wheel."""
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if item.path.relative_to(HERE).parts[0] in PACKAGES and not marks & NEEDS_MORE:
            item.add_marker("wheel")


@pytest.fixture(scope="session")
def kills(request: pytest.FixtureRequest) -> int:
    """Return how often each fault strikes within its one run."""
    asked = request.config.getoption("--kills")
    assert isinstance(asked, int)
    return asked
