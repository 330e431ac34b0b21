"""What the benchmarks print."""

import json

from benchmarks.harness import Row
from benchmarks.report import as_json, as_table

CLEAR = Row("clear", 200.0, 20.0, 10.0, 9.0, 11.0, 8.0, 12.0, 9)
NOISY = Row("noisy", None, None, None, None, None, 8.0, 12.0, 3)
SLOW = Row("slow", 20.0, 20.0, 1.0, 0.9, 1.1, 8.0, 12.0, 9)


def test_the_json_is_a_list_of_rows_with_the_agreed_keys() -> None:
    found = json.loads(as_json([CLEAR, NOISY]))

    keys = ["name", "ours", "peer", "ratio", "ci_low", "ci_high", "floor", "target", "clean_rounds"]
    assert [list(row) for row in found] == [keys, keys]
    assert found[0]["ratio"] == 10.0
    assert found[1]["ratio"] is None


def test_the_table_says_too_noisy_instead_of_a_number_and_marks_what_is_below_its_floor() -> None:
    lines = as_table([CLEAR, NOISY, SLOW]).splitlines()[1:]

    assert "10.00" in lines[0]
    assert "BELOW" not in lines[0]
    assert "machine too noisy for a number" in lines[1]
    assert lines[2].endswith("BELOW ITS FLOOR")
