"""Recorded healthy cars through `outrider replay`'s own way, by the maps that ship: what would anybody have been told?

    python -m tests.proof.recorded             # prints the figures as JSON; needs the data folder (OUTRIDER_DATA)

carOBD: a Toyota Etios, 48 hours. KIT: a Seat Leon, 44 hours; it says nothing of the 12 V system or tyres, so it only
shows that speeds and temperatures alone make nobody move.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from cloud.decision.policy import Policy
from cloud.replay import mapping
from cloud.replay.adapters.files import tables
from cloud.replay.run import Replay, order_of
from tests.proof.healthy_car import data_folder

MAPS: Final = Path(__file__).resolve().parents[2] / "docs" / "maps"
ARCHIVES: Final = {"carobd": "carOBD_drive_idle_long.tar.xz", "kit": "KIT_2017-07_to_2018-02.tar.xz"}


def replayed(data: Path, name: str, members: str = "*.csv") -> dict[str, Any]:
    """Return what the command prints for one recording; `members` chooses a part of it."""
    path = MAPS / f"{name}.toml"
    whole = mapping.parse(path.read_text(encoding="utf-8"), str(path))
    whole = msgspec.structs.replace(whole, file=msgspec.structs.replace(whole.file, members=members))
    files = [str(data / "obd_csv" / ARCHIVES[name])]
    order = order_of(whole, tables(files, whole.file))
    return Replay(whole, Policy(), lambda _: None, lambda *_: None).run(tables(files, whole.file, order))


if __name__ == "__main__":
    json.dump({name: replayed(data_folder(), name) for name in ARCHIVES}, sys.stdout, indent=2, ensure_ascii=False)
    print()
