"""The words of `outrider-sim fleet`, apart from what does it: listing commands needs no arrays."""

import argparse
from pathlib import Path


def add_fleet_words(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--vehicles", type=int, required=True, help="how many")
    parser.add_argument("--days", type=int, required=True, help="how long the window is")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same values")
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    parser.add_argument("--start", default="2025-09-01", help="the first day, YYYY-MM-DD (UTC+8)")
    parser.add_argument("--fault-rate", type=float, default=1.0, help="so many times the published rates of faults")
    parser.add_argument("--cadence-s", type=float, default=60.0, help="seconds between two rows of a drive")
    parser.add_argument("--part", type=int, default=100, help="vehicles in one Parquet part, and in memory")
    parser.add_argument("--json", action="store_true", help="the summary as the last line of stdout")
