"""Pictures: sound XML, every point drawn where its number puts it, and names that cannot break out."""

from typing import Any
from xml.etree import ElementTree

import pytest

from cloud.insurer.models import plots
from cloud.insurer.models.plots import Line

SVG = "{http://www.w3.org/2000/svg}"


def points(picture: str) -> list[list[tuple[float, float]]]:
    found = ElementTree.fromstring(picture).iter(f"{SVG}polyline")
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in it.attrib["points"].split())] for it in found
    ]


def test_higher_values_are_drawn_higher_and_none_outside() -> None:
    picture = plots.chart(
        "t", ["1", "2", "3"], [Line("actual", [0.5, 1.0, 2.0], [[0.4, 0.6], [0.9, 1.1], [1.5, 2.5]])], "x", "y"
    )

    (line,) = points(picture)
    heights = [y for _, y in line]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= x <= plots.WIDTH and 0 <= y <= plots.HEIGHT for x, y in line)
    # Twice the value is twice as far above the axis.
    floor = plots.HEIGHT - plots.BOTTOM
    assert floor - heights[2] == pytest.approx(2.0 * (floor - heights[1]), abs=0.2)


def test_names_from_a_table_cannot_break_the_picture() -> None:
    picture = plots.chart("<script>&", ['"<b>'], [Line("actual", [1.0], [[0.5, 1.5]])], "a & b", "<")

    assert ElementTree.fromstring(picture).find(f"{SVG}title") is not None
    assert "<script>" not in picture


def test_relativities_are_kept_together_by_covariate() -> None:
    rows: list[dict[str, Any]] = [{"covariate": name, "value": at} for at, name in enumerate("aab")]

    assert {name: len(found) for name, found in plots.by_covariate(rows).items()} == {"a": 2, "b": 1}
