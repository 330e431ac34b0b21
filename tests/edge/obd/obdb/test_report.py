"""Figures by year, and the sum of two folders."""

from contract.validity import Validity
from edge.obd.obdb.check import Compared, Outcome
from edge.obd.obdb.corpus import Case
from edge.obd.obdb.report import SHOWN, Report

CASE = Case("a.yaml", 3, "7E4.7EC.22F00D", ("7EC0462F00D01",), {}, None, False)
RIGHT = Compared("A", "1", 1.0, right=True, truth=Validity.VALUE, truth_agrees=True)
CLAMPED = Compared("B", "100", 100.0, right=True, truth=Validity.OUT_OF_RANGE)
WRONG = Compared("C", "3", 4.0, right=False, truth=Validity.VALUE)
LENIENT = Compared("D", "3", 3.0, right=True, leniently=True)
MISSING = Compared("E", "3", None, right=False, is_missing=True)


def filled(*values: Compared, answered: bool = True) -> Report:
    report = Report()
    report.add(CASE, "2022", Outcome(values, refused=1, damaged=2, answered=answered))
    return report


def test_cases_and_values_are_counted_by_year_and_in_all() -> None:
    report = filled(RIGHT, CLAMPED)
    report.add(CASE, "2023", Outcome((RIGHT, WRONG), 0, 0, answered=True))

    shown = report.shown(compatible=True, truth=False)

    assert shown["cases"] == {"right": 1, "total": 2}
    assert shown["values"] == {"right": 3, "total": 4}
    assert shown["years"] == {
        "2022": {"cases": {"right": 1, "total": 1}, "values": {"right": 2, "total": 2}},
        "2023": {"cases": {"right": 0, "total": 1}, "values": {"right": 1, "total": 2}},
    }
    assert shown["mismatches"] == [
        {
            "file": "a.yaml",
            "case": 3,
            "year": "2023",
            "command": "7E4.7EC.22F00D",
            "signal": "C",
            "expected": "3",
            "seen": 4.0,
            "why": "differs",
        }
    ]
    assert (shown["refused_transfers"], shown["damaged_lines"]) == (1, 2)
    assert "truth" not in shown


def test_truth_says_what_became_of_every_value() -> None:
    truth = filled(RIGHT, CLAMPED, WRONG, LENIENT, MISSING).shown(compatible=False, truth=True)["truth"]

    assert truth["values"] == {"right": 1, "total": 5}
    assert truth["non_values"] == {"not_measured": 0, "invalid": 0, "out_of_range": 1}
    assert truth["non_values_by_signal"] == {"B out_of_range": 1}
    assert truth["different"] == {"C": 1}
    assert truth["missing"] == 2


def test_what_was_only_read_leniently_is_told() -> None:
    shown = filled(RIGHT, LENIENT).shown(compatible=True, truth=False)

    assert shown["read_from_damaged"] == {"right": 1, "total": 1}


def test_a_missing_value_says_whether_anything_was_answered() -> None:
    assert filled(MISSING).mismatches[0]["why"] == "the answer is too short for it"
    silent = filled(MISSING, answered=False)
    assert silent.mismatches[0]["why"] == "no command of the set was answered"
    assert silent.unanswered_cases == 1


def test_a_number_beyond_all_numbers_is_still_json() -> None:
    (row,) = filled(WRONG._replace(seen=float("inf"))).mismatches

    assert row["seen"] == "inf"


def test_a_case_without_values_is_right_and_counted_as_such() -> None:
    report = filled()

    assert (report.cases.right, report.cases_without_values, report.values.total) == (1, 1, 0)


def test_a_fault_of_the_published_set_is_named() -> None:
    assert filled(RIGHT._replace(as_published=True)).shown(compatible=True, truth=False)["known_defects"] == {"A": 1}


def test_truth_names_what_differs_by_a_known_fault_apart() -> None:
    cut = WRONG._replace(name="IONIQ5_ISOLATION_RESISTANCE", right=True)

    truth = filled(cut, WRONG, WRONG._replace(name="T", as_published=True)).shown(compatible=False, truth=True)["truth"]

    assert truth["known_defects"] == {"IONIQ5_ISOLATION_RESISTANCE": 1, "T": 1}
    assert truth["different"] == {"C": 1}


def test_only_the_first_mismatches_are_shown_and_all_are_counted() -> None:
    report = Report()
    for _ in range(SHOWN + 10):
        report.add(CASE, "2022", Outcome((WRONG,), 0, 0, answered=True))

    assert len(report.mismatches) == SHOWN
    assert report.mismatched == {"C": SHOWN + 10}


def test_two_folders_add_up() -> None:
    one, other = filled(RIGHT, WRONG, LENIENT), filled(CLAMPED, MISSING)

    both = one.plus(other).shown(compatible=True, truth=True)

    assert both["values"] == {"right": 3, "total": 5}
    assert both["years"]["2022"]["cases"] == {"right": 0, "total": 2}
    assert both["truth"]["values"] == {"right": 1, "total": 5}
    assert (both["refused_transfers"], len(both["mismatches"])) == (2, 2)
    assert one.values.total == 3  # the parts stay as they were
