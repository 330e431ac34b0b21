"""The streaming detector on the Numenta Anomaly Benchmark: `python -m tests.proof.nab [--json]`, about two minutes.

No series has settings of its own and no reading sees what follows it; NAB itself chooses one threshold for the corpus.
"""

import argparse
import csv
import io
import json
import os
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from cloud.scoring.anomaly.stream import surprise
from tests.proof.nab_scoring import PROFILES, Floats, Series, best, probation

ARCHIVE: Final = Path("anomaly") / "NAB_data_labels.tar.xz"
LABELS: Final = "labels/combined_windows.json"
GOAL: Final = 54.0


class Labelled(NamedTuple):
    """One series: times in s, values, and its windows by reading."""

    times_s: Floats
    values: Floats
    windows: list[tuple[int, int]]


def corpus(archive: Path) -> Iterator[tuple[str, Labelled]]:
    """Yield each series of the corpus by its name."""
    with tarfile.open(archive) as packed:
        files = {member.name.removeprefix("./"): member for member in packed if member.isfile()}

        def text(name: str) -> str:
            opened = packed.extractfile(files[name])
            return "" if opened is None else opened.read().decode()

        for name, windows in json.loads(text(LABELS)).items():
            yield name, labelled(text(f"data/{name}"), windows)


def labelled(table: str, windows: list[list[str]]) -> Labelled:
    """Return the series in a CSV text of time and value, with `windows` given by their first and last time."""
    rows = list(csv.reader(io.StringIO(table)))[1:]
    times_s = np.array([_seconds(row[0]) for row in rows])
    places = [
        (int(np.argmax(times_s == _seconds(begin))), int(np.argmax(times_s == _seconds(end)))) for begin, end in windows
    ]
    return Labelled(times_s, np.array([float(row[1]) for row in rows]), sorted(places))


def _seconds(written: str) -> float:
    return datetime.strptime(written[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()


def judged(archive: Path) -> dict[str, Any]:
    """Return the scores of the detector under every profile."""
    series = {}
    for name, one in corpus(archive):
        surprises = surprise(one.times_s, one.values, probation(len(one.values)))
        series[name] = Series(surprises, one.windows)
        print(name, file=sys.stderr)
    found = {name: best(series, profile) for name, profile in PROFILES.items()}
    return {
        "series": len(series),
        "readings": sum(len(one.surprises) for one in series.values()),
        "windows": sum(len(one.windows) for one in series.values()),
        "profiles": {name: {**one._asdict(), "score": round(one.score, 2)} for name, one in found.items()},
    }


def main() -> int:
    """Run and print; 1 below the goal, 2 without the data."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.nab", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    archive = Path(os.environ.get("OUTRIDER_DATA", "../shared/data")) / ARCHIVE
    if not archive.is_file():
        print(f"needs {archive}; name the folder of recorded data in OUTRIDER_DATA", file=sys.stderr)
        return 2
    found = judged(archive)
    if options.json:
        print(json.dumps(found))
    else:
        print(f"{found['series']} series, {found['readings']:,} readings, {found['windows']} windows")
        for name, one in found["profiles"].items():
            print(f"{name}: {one['score']} ({one['found']} windows found, {one['false']} detections outside)")
    return 0 if found["profiles"]["standard"]["score"] >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
