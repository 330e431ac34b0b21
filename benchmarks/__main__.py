"""`python -m benchmarks [--json] [NAME ...]`: run the suites and print their rows; 1 when one is below its floor."""

import argparse
import importlib
import importlib.util
import os
import platform
import sys
from typing import Final

from benchmarks.harness import Row
from benchmarks.report import as_json, as_table

# Each is a module of this package with `rows() -> list[Row]`.
SUITES: Final = (
    "scorer",
    "scoring_rates",
    "scoring_memory",
    "scoring_start",
    "decode",
    "edge",
    "edge_dbc",
    "edge_isotp",
    "edge_obd",
    "rescue",
    "end_to_end",
    "anomaly",
    "feed",
)


def main() -> int:
    """Run what was asked for; talk on stderr, the result on stdout."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON list as the last line")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"suites to run (default: {' '.join(SUITES)})")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in SUITES]
    if unknown:
        parser.error(f"no suite {', '.join(unknown)}; there are: {', '.join(SUITES)}")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cpus, load {load}", file=sys.stderr)
    found = [row for name in options.names or SUITES for row in suite(name)]
    print(as_json(found) if options.json else as_table(found))
    return 1 if any(row.failed for row in found) else 0


def suite(name: str) -> list[Row]:
    """Return the rows of one suite, and say so when this machine cannot run it."""
    print(f"running {name} ...", file=sys.stderr)
    module = f"benchmarks.{name}"
    if importlib.util.find_spec(module) is None:
        print(f"{name}: not there", file=sys.stderr)
        return []
    rows: list[Row] = importlib.import_module(module).rows()
    return rows


if __name__ == "__main__":
    sys.exit(main())
