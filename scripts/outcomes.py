"""How one test or check ended, and how a whole run is told at its end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from xml.etree import ElementTree

Status = Literal["passed", "failed", "skipped"]
SLOWEST = 10


class Outcome(NamedTuple):
    """One test or check: the group it counts in, its name and end, how long it took, why it was not run."""

    group: str
    name: str
    status: Status
    seconds: float = 0.0
    reason: str = ""


def read_junit(report: Path, run: str) -> Iterator[Outcome]:
    """Yield the outcomes in a JUnit file; `run` names what the tests ran against."""
    for case in ElementTree.parse(report).iter("testcase"):
        group = case.get("file") or case.get("classname") or run
        name = f"{group}::{case.get('name')} ({run})"
        seconds = float(case.get("time", "0"))
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield Outcome(group, name, "failed", seconds)
        elif skipped is not None:
            yield Outcome(group, name, "skipped", seconds, skipped.get("message", "no reason given"))
        else:
            yield Outcome(group, name, "passed", seconds)


def slowest(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for each of the groups that took longest, the slowest first."""
    total_s: dict[str, float] = defaultdict(float)
    for outcome in outcomes:
        total_s[outcome.group] += outcome.seconds
    longest = sorted(total_s.items(), key=lambda item: -item[1])[:SLOWEST]
    return [f"  {seconds:7.1f} s  {group}" for group, seconds in longest]


def not_tested(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for each reason why something was not run, and below it what was not run."""
    names: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.status == "skipped":
            names[outcome.reason].append(outcome.name)
    if not names:
        return ["everything was tested"]
    lines = []
    for reason, tests in sorted(names.items()):
        lines.append(f"NOT TESTED: {reason}")
        lines.extend(f"    {test}" for test in tests)
    return lines


def tell(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the last lines of a run: the slowest groups, what failed, what was not tested, and the count."""
    yield "the slowest groups:"
    yield from slowest(outcomes)
    failed = [outcome.name for outcome in outcomes if outcome.status == "failed"]
    yield from (f"FAILED: {name}" for name in failed)
    yield from not_tested(outcomes)
    skipped = sum(outcome.status == "skipped" for outcome in outcomes)
    passed = len(outcomes) - len(failed) - skipped
    yield f"{passed} passed, {len(failed)} failed, {skipped} skipped"
