"""What a machine says of itself, from a /sys of our own."""

import os
from pathlib import Path

import pytest

from edge.adapters.machine import cpu_degc, disk


@pytest.fixture
def block(tmp_path: Path) -> Path:
    """Return the folder of the disk under `tmp_path` in a /sys of our own."""
    device = os.stat(tmp_path).st_dev
    made = tmp_path / "sys/dev/block" / f"{os.major(device)}:{os.minor(device)}"
    made.mkdir(parents=True)
    return made


def test_the_processor_s_temperature_is_in_degrees(tmp_path: Path) -> None:
    zone = tmp_path / "class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "temp").write_text("51540\n")

    assert cpu_degc(tmp_path) == 51.54


def test_what_was_written_and_what_is_worn_is_read(tmp_path: Path, block: Path) -> None:
    (block / "stat").write_text(" 1 0 8 0 5 0 2048 0 0 0 0 0\n")
    (block / "device").mkdir()
    (block / "device/life_time").write_text("0x01 0x03\n")

    found = disk(tmp_path, tmp_path / "sys")

    assert found.free_bytes is not None
    assert (found.written_bytes, found.life_used_pct) == (2048 * 512, 30.0)


def test_what_a_machine_does_not_say_is_none_and_never_zero(tmp_path: Path) -> None:
    assert cpu_degc(tmp_path) is None
    assert disk(tmp_path, tmp_path)[1:] == (None, None)
    assert disk(tmp_path / "nowhere", tmp_path) == (None, None, None)


@pytest.mark.parametrize("text", ["", "0x00 0x00", "0xff 0x01", "worn"])
def test_an_estimate_that_means_nothing_is_none(tmp_path: Path, block: Path, text: str) -> None:
    (block / "device").mkdir()
    (block / "device/life_time").write_text(text)

    assert disk(tmp_path, tmp_path / "sys").life_used_pct is None
