"""The page of figures: what is written between its marks, and the picture."""

from xml.etree import ElementTree

import pytest

from benchmarks import performance, scale
from benchmarks.harness import Row

ROWS = [
    Row("a race", 10.0, 5.0, 2.0, 1.9, 2.1, 1.5, 3.0, 9),
    Row("a noisy one", None, None, None, None, None, 1.0, 2.0, 3),
]
POINTS = [scale.Point(10_000, 1.0, 1.0), scale.Point(1_000_000, 1.5, None), scale.Point(8_000_000, 3.0, 2.5)]


def test_only_what_lies_between_the_marks_is_written_anew() -> None:
    page = f"before\n{performance.BEGIN}\nold\n{performance.END}\nafter\n"

    new = performance.written(page, r"new \1 part")

    assert new == f"before\n{performance.BEGIN}\nnew \\1 part\n{performance.END}\nafter\n"
    assert performance.written(new, "again") == performance.written(page, "again")


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="there are 0"):
        performance.written("no marks", "part")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_row_without_a_number_says_why(language: str) -> None:
    table = performance.figures(ROWS, language)

    assert "| a race | 2.00 | 1.90 – 2.10 | 1.5 | 3 |" in table
    assert f"| a noisy one | {performance.NOISY[language]} |" in table


def test_the_picture_is_well_formed_and_leaves_out_what_was_not_measured() -> None:
    picture = ElementTree.fromstring(scale.as_svg(POINTS))

    circles = [element for element in picture.iter() if element.tag.endswith("circle")]
    assert len(circles) == 5
    assert "| 1,000,000 | 1.50 | — |" in scale.as_table(POINTS, ("a", "b", "c"))
