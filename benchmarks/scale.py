"""How the scorer's cost for a record grows with the fleet, as a picture.

Each fleet is measured in turns with one of 10,000 vehicles: the kernel, and the memory traffic of it alone. What the
machine was too noisy for is left out of the picture, and said.
"""

import math
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from benchmarks.harness import Contestant, compare
from benchmarks.scoring_c import compiled
from benchmarks.scoring_fleet import Rows, free_bytes, kernel, made_records, with_
from cloud.scoring.layout import COUNT_AS_U32
from cloud.scoring.order import Records

SMALL: Final = 10_000
FLEETS: Final = (30_000, 100_000, 300_000, 1_000_000, 3_000_000, 8_000_000)
BATCH: Final = 300_000
SPARE_BYTES: Final = 2 << 30
WIDTH: Final = 640
HEIGHT: Final = 320
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 20, 50
LINES: Final = (("kernel", "#1f5f8b"), ("memory", "#b5651d"))


class Point(NamedTuple):
    """The cost of a record at one size of fleet by the cost at 10,000; None where there is no number."""

    vehicles: int
    kernel: float | None
    memory: float | None


def measured(fleets: Sequence[int] = FLEETS) -> list[Point]:
    """Return the points of the curve, the first one 1 by definition."""
    calls, points = compiled(), [Point(SMALL, 1.0, 1.0)]
    small, few = Rows.of(SMALL, BATCH), made_records(SMALL, BATCH)
    for vehicles in fleets:
        if free_bytes() < vehicles * 256 + SPARE_BYTES:
            print(f"scale: {vehicles:,} vehicles NOT RUN, there is not enough free memory", file=sys.stderr)
            continue
        print(f"scale: {vehicles:,} vehicles ...", file=sys.stderr)
        large, many = Rows.of(vehicles, BATCH), made_records(vehicles, BATCH)
        ours = _cost(kernel(large, many), kernel(small, few), _all_taken)
        memory = None
        if calls:
            touches = [with_(*one, calls[1], name="memory alone") for one in ((large, many), (small, few))]
            memory = _cost(touches[0], touches[1], partial(_all_visited, many=many, few=few))
        points.append(Point(vehicles, ours, memory))
    return points


def _cost(large: Contestant, small: Contestant, same: Callable[[Rows, Rows], bool]) -> float | None:
    """Return the cost of a record in `large` by that in `small`."""
    row = compare("scale", large, small, same=same, floor=0.0, target=0.0)
    return None if row.ratio is None else 1.0 / row.ratio


def _all_taken(ours: Rows, theirs: Rows) -> bool:
    """Say whether both fleets took every record."""
    return all(int(rows.hot32[:, COUNT_AS_U32].sum()) == BATCH for rows in (ours, theirs))


def _all_visited(ours: Rows, theirs: Rows, *, many: Records, few: Records) -> bool:
    """Say whether both fleets' rows were visited in the order of their records."""
    return np.array_equal(ours.bits, many[0]) and np.array_equal(theirs.bits, few[0])


def as_table(points: Sequence[Point], head: tuple[str, str, str]) -> str:
    """Return the points as rows of Markdown."""
    lines = [f"| {' | '.join(head)} |", "|---:|---:|---:|"]
    lines += [f"| {point.vehicles:,} | {_shown(point.kernel)} | {_shown(point.memory)} |" for point in points]
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def as_svg(points: Sequence[Point]) -> str:
    """Return the curve: vehicles to the right (a decade is a decade), cost by that at 10,000 upwards from 0."""
    known = [value for point in points for value in (point.kernel, point.memory) if value is not None]
    top = math.ceil(max(known, default=1.0)) + 0.5
    first, last = math.log10(points[0].vehicles), math.log10(max(points[-1].vehicles, 10 * points[0].vehicles))

    def x(vehicles: int) -> float:
        return LEFT + (math.log10(vehicles) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(cost: float) -> float:
        return HEIGHT - BOTTOM - cost / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for cost in range(int(top) + 1):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(cost):.1f}" y2="{y(cost):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(cost) + 4:.1f}" text-anchor="end">{cost}</text>')
    for point in points:
        middle = f'x="{x(point.vehicles):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle"'
        parts.append(f"<text {middle}>{_short(point.vehicles)}</text>")
    for number, (name, colour) in enumerate(LINES):
        there = [(x(p.vehicles), y(cost)) for p in points if (cost := getattr(p, name)) is not None]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in there)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in there]
        parts.append(f'<text x="{LEFT + 12}" y="{TOP + 14 + 16 * number}" fill="{colour}">{name}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">vehicles</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(vehicles: int) -> str:
    return f"{vehicles // 1_000_000}M" if vehicles >= 1_000_000 else f"{vehicles // 1000}k"
