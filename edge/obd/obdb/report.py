"""The figures of a check: cases and values right of all, by model year, and what truth mode makes of the values."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from contract.validity import Validity
from edge.obd.obdb.check import Compared, Outcome, Seen
from edge.obd.obdb.corpus import Case
from edge.obd.obdb.metrics import WRONG_RANGE

SHOWN: Final = 50


@dataclass(slots=True)
class Tally:
    """How many were right."""

    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.total += 1

    def plus(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.total + other.total)

    def shown(self) -> dict[str, int]:
        return {"right": self.right, "total": self.total}


@dataclass(slots=True)
class Year:
    """The figures of one model year."""

    cases: Tally = field(default_factory=Tally)
    values: Tally = field(default_factory=Tally)

    def shown(self) -> dict[str, Any]:
        return {"cases": self.cases.shown(), "values": self.values.shown()}


@dataclass(slots=True)
class Truth:
    """The same values with nothing clamped: equal to the published one, different, no value by kind, or not there."""

    values: Tally = field(default_factory=Tally)
    non_values: Counter[str] = field(default_factory=Counter)
    by_signal: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    known_defects: Counter[str] = field(default_factory=Counter)
    missing: int = 0

    def add(self, value: Compared) -> None:
        self.values.add(value.truth_agrees)
        if value.truth is None:
            self.missing += 1
        elif value.truth is not Validity.VALUE:
            kind = value.truth.name.lower()
            self.non_values[kind] += 1
            self.by_signal[f"{value.name} {kind}"] += 1
        elif not value.truth_agrees:
            known = value.as_published or value.name in WRONG_RANGE
            (self.known_defects if known else self.different)[value.name] += 1

    def plus(self, other: "Truth") -> "Truth":
        return Truth(
            self.values.plus(other.values),
            self.non_values + other.non_values,
            self.by_signal + other.by_signal,
            self.different + other.different,
            self.known_defects + other.known_defects,
            self.missing + other.missing,
        )

    def shown(self) -> dict[str, Any]:
        kinds = [validity.name.lower() for validity in Validity if validity is not Validity.VALUE]
        return {
            "values": self.values.shown(),
            "non_values": {kind: self.non_values[kind] for kind in kinds if kind != "stale"},
            "non_values_by_signal": dict(self.by_signal.most_common(SHOWN)),
            "different": dict(self.different.most_common(SHOWN)),
            "known_defects": dict(self.known_defects),
            "missing": self.missing,
        }


@dataclass(slots=True)
class Report:
    """The figures of one folder of recorded answers."""

    years: dict[str, Year] = field(default_factory=dict)
    truth: Truth = field(default_factory=Truth)
    mismatches: list[dict[str, Seen | int]] = field(default_factory=list)
    mismatched: Counter[str] = field(default_factory=Counter)
    leniently: Tally = field(default_factory=Tally)
    known_defects: Counter[str] = field(default_factory=Counter)
    refused_transfers: int = 0
    damaged_lines: int = 0
    unanswered_cases: int = 0
    cases_without_values: int = 0

    def add(self, case: Case, year: str, outcome: Outcome) -> None:
        """Count one case; a case that expects nothing contradicts nothing."""
        figures = self.years.setdefault(year, Year())
        figures.cases.add(outcome.right)
        self.refused_transfers += outcome.refused
        self.damaged_lines += outcome.damaged
        self.cases_without_values += not outcome.values
        self.unanswered_cases += bool(outcome.values) and not outcome.answered
        for value in outcome.values:
            figures.values.add(value.right)
            self.truth.add(value)
            if value.leniently:
                self.leniently.add(value.right)
            if value.as_published:
                self.known_defects[value.name] += 1
            if not value.right:
                self.mismatched[value.name] += 1
                if len(self.mismatches) < SHOWN:
                    self.mismatches.append(_mismatch(case, year, outcome, value))

    def plus(self, other: "Report") -> "Report":
        """Return the sum of two folders."""
        years = dict(self.years)
        for name, year in other.years.items():
            mine = years.get(name, Year())
            years[name] = Year(mine.cases.plus(year.cases), mine.values.plus(year.values))
        return Report(
            years,
            self.truth.plus(other.truth),
            (self.mismatches + other.mismatches)[:SHOWN],
            self.mismatched + other.mismatched,
            self.leniently.plus(other.leniently),
            self.known_defects + other.known_defects,
            self.refused_transfers + other.refused_transfers,
            self.damaged_lines + other.damaged_lines,
            self.unanswered_cases + other.unanswered_cases,
            self.cases_without_values + other.cases_without_values,
        )

    @property
    def cases(self) -> Tally:
        return _sum(year.cases for year in self.years.values())

    @property
    def values(self) -> Tally:
        return _sum(year.values for year in self.years.values())

    def shown(self, *, compatible: bool, truth: bool) -> dict[str, Any]:
        """Return the figures as they are printed."""
        said: dict[str, Any] = {}
        if compatible:
            said |= {
                "cases": self.cases.shown(),
                "values": self.values.shown(),
                "years": {name: self.years[name].shown() for name in sorted(self.years)},
                "mismatches": self.mismatches,
                "mismatched_signals": dict(self.mismatched.most_common(SHOWN)),
                "read_from_damaged": self.leniently.shown(),
                "known_defects": dict(self.known_defects),
                "cases_without_values": self.cases_without_values,
                "unanswered_cases": self.unanswered_cases,
                "refused_transfers": self.refused_transfers,
                "damaged_lines": self.damaged_lines,
            }
        if truth:
            said["truth"] = self.truth.shown()
        return said


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total = total.plus(tally)
    return total


def _mismatch(case: Case, year: str, outcome: Outcome, value: Compared) -> dict[str, Seen | int]:
    why = "differs"
    if value.is_missing:
        why = "the answer is too short for it" if outcome.answered else "no command of the set was answered"
    return {
        "file": case.file,
        "case": case.number,
        "year": year,
        "command": case.command_id,
        "signal": value.name,
        "expected": value.expected,
        "seen": value.seen if not isinstance(value.seen, float) or math.isfinite(value.seen) else str(value.seen),
        "why": why,
    }
