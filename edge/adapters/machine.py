"""What the machine says of itself: temperature, and how its disk is used. What it does not say is None."""

import os
from pathlib import Path
from typing import Final, NamedTuple

SYS: Final = Path("/sys")
SECTOR_BYTES: Final = 512
WRITTEN_FIELD: Final = 6  # /sys/block/*/stat: sectors written
LIFE_STEP_PCT: Final = 10.0  # eMMC 5.0, DEVICE_LIFE_TIME_EST: 1 is up to 10 % used


class Disk(NamedTuple):
    """The disk under a folder."""

    free_bytes: int | None
    written_bytes: int | None
    life_used_pct: float | None


def cpu_degc(sys: Path = SYS) -> float | None:
    """Return the processor's temperature."""
    value = _number(sys / "class/thermal/thermal_zone0/temp")
    return None if value is None else value / 1000.0


def disk(folder: Path, sys: Path = SYS) -> Disk:
    """Return how the disk of `folder` fares; `written_bytes` counts from the machine's start."""
    try:
        about = os.statvfs(folder)
        device = os.stat(folder).st_dev
    except OSError:
        return Disk(None, None, None)
    block = sys / "dev/block" / f"{os.major(device)}:{os.minor(device)}"
    return Disk(about.f_bavail * about.f_frsize, _written(block), _life_used(block))


def _written(block: Path) -> int | None:
    try:
        return int((block / "stat").read_text().split()[WRITTEN_FIELD]) * SECTOR_BYTES
    except (OSError, ValueError, IndexError):
        return None


def _life_used(block: Path) -> float | None:
    """Return the worse of the card's two estimates; a partition's card is one folder up."""
    for place in (block / "device/life_time", block.resolve().parent / "device/life_time"):
        try:
            steps = [int(word, 16) for word in place.read_text().split()]
        except (OSError, ValueError):
            continue
        if steps and 1 <= max(steps) <= 11:
            return max(steps) * LIFE_STEP_PCT
    return None


def _number(path: Path) -> float | None:
    try:
        return float(path.read_text())
    except (OSError, ValueError):
        return None
