"""What every test may ask for: the data folder, and programs that only some machines have."""

import os
import shutil
from pathlib import Path

import pytest

SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def program(name: str, package: str) -> Path:
    """Return where the program `name` is, or skip the test and say what would bring it."""
    found = shutil.which(name, path=SYSTEM_PATH)
    if found is None:
        pytest.skip(f"needs {name}, which this machine has not: apt-get install {package}")
    return Path(found)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of recorded data: OUTRIDER_DATA, else `../shared/data` beside the project."""
    named = os.environ.get("OUTRIDER_DATA")
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(named) if named else beside
    if not folder.is_dir():
        pytest.skip(f"needs recorded data, and there is no folder {folder}; name one in OUTRIDER_DATA")
    return folder


@pytest.fixture(scope="session")
def mosquitto_program() -> Path:
    """Return the Mosquitto broker's program."""
    return program("mosquitto", "mosquitto")


@pytest.fixture(scope="session")
def chromium_program() -> Path:
    """Return Debian's Chromium."""
    return program("chromium", "chromium")
