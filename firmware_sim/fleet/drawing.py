"""Distributions as SVG: shares over bins, one line for each source. Pure."""

from typing import Final, NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from firmware_sim.fleet.arrays import Floats

WIDTH: Final = 640
HEIGHT: Final = 380
LEFT, RIGHT, TOP, BOTTOM = 60, 16, 46, 52
COLOURS: Final = ("#0b62a4", "#c2410c", "#1b1b1b")
BINS: Final = 48


class Source(NamedTuple):
    """Samples under one name."""

    name: str
    values: Floats


def histogram(title: str, across: str, sources: list[Source], low: float, high: float) -> str:
    """Return an SVG of the share of each source's samples in bins from `low` to `high`, and of nothing beyond."""
    edges = np.linspace(low, high, BINS + 1)
    shares = [_shares(source.values, edges) for source in sources]
    top = max([float(share.max()) for share in shares if len(share)] + [1e-9]) * 1.08
    lines = _frame(title, across, low, high, top)
    for turn, (source, share) in enumerate(zip(sources, shares, strict=True)):
        colour = COLOURS[turn % len(COLOURS)]
        points = []
        for left, right, value in zip(edges[:-1], edges[1:], share, strict=True):
            y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(value) / top
            points += [f"{_x(float(left), low, high):.1f},{y:.1f}", f"{_x(float(right), low, high):.1f},{y:.1f}"]
        lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        told = f"{source.name} (n={len(source.values)})"
        lines.append(f'<text x="{LEFT + 4 + 260 * turn}" y="38" fill="{colour}">{escape(told)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def quantiles(values: Floats) -> dict[str, float | int | None]:
    """Return how many samples there are and their tenths that matter; None where there are none."""
    points = np.quantile(values, (0.01, 0.1, 0.5, 0.9, 0.99)) if len(values) else [None] * 5
    names = ("p01", "p10", "p50", "p90", "p99")
    told = {name: None if at is None else round(float(at), 3) for name, at in zip(names, points, strict=True)}
    return {"n": len(values), **told}


def _shares(values: Floats, edges: Floats) -> Floats:
    if not len(values):
        return np.zeros(len(edges) - 1)
    return np.histogram(values, edges)[0] / len(values)


def _x(value: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)


def _frame(title: str, across: str, low: float, high: float, top: float) -> list[str]:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="12">',
        f'<title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(14 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">share of samples</text>',
    ]
    for part in range(5):
        share, value = top * part / 4, low + (high - low) * part / 4
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part / 4
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:.2g}</text>')
        x = _x(value, low, high)
        lines.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:g}</text>')
    return lines
