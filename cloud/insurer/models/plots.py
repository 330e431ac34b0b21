"""Pictures of a report as SVG: actual over expected by decile, double lift, and each covariate's relativities."""

from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

WIDTH: Final = 640
HEIGHT: Final = 400
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 64
COLOURS: Final = {"actual": "#1b1b1b", "glm": "#0b62a4", "boosted": "#c2410c", "relativity": "#0b62a4"}


class Line(NamedTuple):
    """Points of one name by their place on the x axis; `bars` are the intervals, none where empty."""

    name: str
    values: list[float]
    bars: list[list[float]]


def write(folder: Path, report: dict[str, Any]) -> list[str]:
    """Write the pictures of `report` to `folder` and return their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        f"ae-{name}.svg": _ae(report["models"][name]["ae_by_decile"], f"{report['book']}: {name}, actual over expected")
        for name in ("glm", "boosted")
    }
    pictures["double-lift.svg"] = _double_lift(report["double_lift"], f"{report['book']}: double lift")
    for name, rows in by_covariate(report["models"]["glm"]["relativities"]).items():
        pictures[f"relativity-{_file(name)}.svg"] = _relativity(rows, f"{report['book']}: {name}")
    for file, picture in pictures.items():
        (folder / file).write_text(picture, encoding="utf-8")
    return list(pictures)


def by_covariate(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return relativities by covariate, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["covariate"]), []).append(row)
    return found


def chart(title: str, labels: list[str], lines: list[Line], across: str, up: str) -> str:
    """Return an SVG of `lines` over `labels`, every point with its interval."""
    ends = [value for line in lines for value in (*line.values, *(end for bar in line.bars for end in bar))]
    high = max(ends) * 1.05
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="12">',
        f'<title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(14 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]
    for part in range(5):
        value = high * part / 4
        y = _y(value, high)
        drawn.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    for at, label in enumerate(labels):
        x = LEFT + step * (at + 0.5)
        drawn.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(label[:12])}</text>')
    for place, line in enumerate(lines):
        drawn += _line(line, place, step, high)
    return "\n".join([*drawn, "</svg>"]) + "\n"


def _line(line: Line, place: int, step: float, high: float) -> list[str]:
    colour = COLOURS.get(line.name, COLOURS["actual"])
    xs = [LEFT + step * (at + 0.5) for at in range(len(line.values))]
    points = " ".join(f"{x:.1f},{_y(value, high):.1f}" for x, value in zip(xs, line.values, strict=True))
    drawn = [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>']
    drawn += [
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_y(bar[0], high):.1f}" y2="{_y(bar[1], high):.1f}" stroke="{colour}"/>'
        for x, bar in zip(xs, line.bars, strict=False)
    ]
    name = f'<text x="{WIDTH - RIGHT - 80 * (place + 1)}" y="34" fill="{colour}">{escape(line.name)}</text>'
    return [*drawn, name]


def _y(value: float, high: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / high


def _ae(rows: list[dict[str, Any]], title: str) -> str:
    lines = [Line("actual", [row["ratio"] for row in rows], [row["ci"] for row in rows])]
    return chart(title, [str(row["band"]) for row in rows], lines, "tenths of exposure, least to most risky", "A / E")


def _double_lift(rows: list[dict[str, Any]], title: str) -> str:
    lines = [Line("actual", [row["actual"] for row in rows], [row["ci"] for row in rows])]
    lines += [Line(name, [row[name] for row in rows], []) for name in ("glm", "boosted")]
    return chart(title, [str(row["band"]) for row in rows], lines, "tenths by boosted over glm", "claims a year")


def _relativity(rows: list[dict[str, Any]], title: str) -> str:
    labels = [f"{row['value']:g}" if isinstance(row["value"], float) else str(row["value"]) for row in rows]
    lines = [Line("relativity", [row["relativity"] for row in rows], [row["ci"] for row in rows])]
    return chart(title, labels, lines, "value", "relativity")


def _file(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)
