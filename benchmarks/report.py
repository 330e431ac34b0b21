"""The rows as a table for people and as JSON for programs."""

import json
from collections.abc import Sequence

from benchmarks.harness import Row


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as one JSON line; null where the machine was too noisy."""
    return json.dumps([row._asdict() for row in rows])


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as a table."""
    head = f"{'':58} {'ours /s':>12} {'peer /s':>12} {'ratio':>8} {'95 %':>17} {'floor':>7} {'target':>7} {'rounds':>6}"
    return "\n".join([head, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    end = f"{row.floor:7g} {row.target:7g} {row.clean_rounds:6d}"
    if row.ratio is None or row.ours is None or row.peer is None or row.ci_low is None or row.ci_high is None:
        return f"{row.name:58} {'machine too noisy for a number':>52} {end}"
    span = f"{row.ci_low:.2f} .. {row.ci_high:.2f}"
    verdict = "  BELOW ITS FLOOR" if row.failed else ""
    return f"{row.name:58} {row.ours:12,.0f} {row.peer:12,.0f} {row.ratio:8.2f} {span:>17} {end}{verdict}"
