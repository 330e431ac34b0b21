"""Figures of real cars to hold a fleet against, read where they are: carOBD and KIT drives, an IONIQ 5's tyres.

Nothing of them is kept in the project; where a set is not there, its comparison is left out.
"""

import csv
import io
import lzma
import re
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from firmware_sim.errors import WorldError
from firmware_sim.fleet.arrays import Floats

PSI_KPA: Final = 6.894757
CAROBD: Final = "obd_csv/carOBD_*.tar.xz"
KIT: Final = "obd_csv/KIT_*.tar.xz"
IONIQ: Final = "obdb/Hyundai-IONIQ-5/tests/test_cases/*/commands/7A0.7A8.22C00B*.yaml"
_TYRE: Final = re.compile(r"IONIQ5_TP_[FR][LR]: ([0-9.]+)")
_KIT_STEP: Final = 40  # one row in 90 ms, a value each: every 40th tells enough
STARTED_RPM: Final = 500.0
DIP_ROWS: Final = 4
BEFORE_ROWS: Final = 6


def read(data: Path) -> dict[str, Floats]:
    """Return samples by name for each set that lies under `data`."""
    found: dict[str, Floats] = {}
    for path in sorted(data.glob(CAROBD)):
        found |= _carobd(path)
    for path in sorted(data.glob(KIT)):
        found |= _kit(path)
    pressures = [float(word) * PSI_KPA for path in sorted(data.glob(IONIQ)) for word in _TYRE.findall(_text(path))]
    if pressures:  # zero with status "no data" is no pressure
        found["tyre_kpa"] = np.array([kpa for kpa in pressures if kpa > 0.0])
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"{path}: {error}; give --data a folder of readable sets, or leave it out") from error


def _tables(path: Path, names: Sequence[str], step: int = 1) -> Iterator[Floats]:
    """Yield from each CSV in an archive the columns whose heading begins with `names`, NaN where empty."""
    try:
        with tarfile.open(path, "r:xz") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.name.endswith(".csv") else None
                if stream is None:
                    continue
                reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", errors="replace"))
                heading = [word.strip() for word in next(reader, [])]
                at = [next((i for i, word in enumerate(heading) if word.startswith(name)), -1) for name in names]
                rows = [
                    [_number(row[i]) if 0 <= i < len(row) else np.nan for i in at]
                    for turn, row in enumerate(reader)
                    if turn % step == 0
                ]
                yield np.array(rows, np.float64).reshape(-1, len(names))
    except (OSError, tarfile.TarError, EOFError, lzma.LZMAError, csv.Error) as error:
        raise WorldError(f"{path}: {error}; give --data a folder of readable sets, or leave it out") from error


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return np.nan


def _carobd(path: Path) -> dict[str, Floats]:
    """Return a petrol car's voltage before, at and after its starts, read once a second."""
    rest: list[float] = []
    low: list[float] = []
    run: list[Floats] = []
    for table in _tables(path, ("ENGINE_RPM", "CONTROL_MODULE_VOLTAGE")):
        rpm, volts = table[:, 0], table[:, 1]
        run.append(volts[(rpm > STARTED_RPM) & np.isfinite(volts)][60:])
        starts = np.flatnonzero((rpm[1:] > STARTED_RPM) & (rpm[:-1] < STARTED_RPM)) + 1
        for at in starts.tolist():
            before = volts[max(0, at - BEFORE_ROWS) : at]
            around = volts[max(0, at - DIP_ROWS) : at + 2]
            if len(before) >= 2 and np.isfinite(before).all() and before[0] < 13.0:
                rest.append(float(before.max()))
                low.append(float(around.min()))
    return {"wake_v": np.array(rest), "crank_v": np.array(low), "run_v": np.concatenate(run) if run else np.empty(0)}


def _kit(path: Path) -> dict[str, Floats]:
    """Return a petrol car's speed and coolant temperature over its drives."""
    names = ("Vehicle Speed Sensor", "Engine Coolant Temperature")
    tables = np.concatenate([np.empty((0, 2)), *_tables(path, names, _KIT_STEP)])
    speed, coolant = tables[:, 0], tables[:, 1]
    return {"speed_kmh": speed[np.isfinite(speed)], "coolant_degc": coolant[np.isfinite(coolant)]}
