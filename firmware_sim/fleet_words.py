"""The words of `outrider-sim fleet` and `fleet-plots`, apart from what does it: listing commands needs no arrays."""

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
    parser.add_argument("--part", type=int, default=50, help="vehicles in one Parquet part, and in memory")
    parser.add_argument("--json", action="store_true", help="the summary as the last line of stdout")


def add_plot_words(parser: argparse.ArgumentParser) -> None:
    """Add the options of the pictures."""
    parser.add_argument("fleet", type=Path, help="a folder that `outrider-sim fleet` has finished")
    parser.add_argument("--out", type=Path, required=True, help="where the SVG files go")
    parser.add_argument("--data", type=Path, help="a folder of real drives (obd_csv/, obdb/) to hold the fleet against")
    parser.add_argument("--json", action="store_true", help="the quantiles as the last line of stdout")
