"""The last lines of a run tell what happened, and loudest of all what did not."""

from pathlib import Path

from scripts.outcomes import Outcome, read_junit, tell

REPORT = """
<testsuites><testsuite>
  <testcase file="tests/a/test_x.py" name="test_one" time="2.5"/>
  <testcase file="tests/a/test_x.py" name="test_two" time="0.5"><failure message="no"/></testcase>
  <testcase file="tests/b/test_y.py" name="test_three" time="0"><skipped message="needs a broker"/></testcase>
  <testcase classname="tests.c" name="" time="0"><error message="does not import"/></testcase>
</testsuite></testsuites>
"""


def test_each_test_in_a_report_ends_in_one_way(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    outcomes = list(read_junit(report, "source"))

    assert [outcome.status for outcome in outcomes] == ["passed", "failed", "skipped", "failed"]
    assert outcomes[0].seconds == 2.5
    assert outcomes[2].reason == "needs a broker"


def test_the_last_line_counts_everything() -> None:
    outcomes = [Outcome("a", "1", "passed"), Outcome("a", "2", "failed"), Outcome("b", "3", "skipped")]

    assert list(tell(outcomes))[-1] == "1 passed, 1 failed, 1 skipped"


def test_what_was_skipped_is_named_with_its_reason() -> None:
    lines = list(tell([Outcome("a", "a::test_it", "skipped", reason="needs a broker")]))

    assert lines[-3:-1] == ["NOT TESTED: needs a broker", "    a::test_it"]


def test_where_nothing_was_skipped_it_says_so() -> None:
    assert list(tell([Outcome("a", "1", "passed")]))[-2] == "everything was tested"


def test_a_failure_is_named_near_the_end() -> None:
    assert "FAILED: a::test_it" in list(tell([Outcome("a", "a::test_it", "failed")]))


def test_groups_are_told_slowest_first_and_ten_at_most() -> None:
    outcomes = [Outcome(f"group {number}", "x", "passed", float(number)) for number in range(12)]

    lines = [line for line in tell(outcomes) if "group " in line]

    assert [line.split()[-1] for line in lines] == [str(number) for number in range(11, 1, -1)]
