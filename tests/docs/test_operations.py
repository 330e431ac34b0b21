"""docs/operations.md explains every metric and every warning that the code has, and none that it has not."""

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest
from prometheus_client import CollectorRegistry

from cloud.adapters.figures import Figures
from cloud.ingest.ports import Counts
from tests.docs.pages import ROOT, quoted, rows

pytestmark = pytest.mark.source

PAGE: Final = ROOT / "docs" / "operations.md"
LOUD: Final = ("warning", "error", "exception", "critical")
QUIET: Final = (*LOUD, "info", "debug")


def defined_metrics() -> set[str]:
    """Return the names under which Prometheus sees our metrics; a counter's creation time is no metric of its own."""
    registry = CollectorRegistry()
    Figures(registry).lags("some", lambda: 0.0)
    return {family.name + ("_total" if family.type == "counter" else "") for family in registry.collect()}


def metrics_elsewhere() -> Iterator[str]:
    """Yield where else in the code a metric is made."""
    for path in sorted((ROOT / "cloud").rglob("*.py")):
        if path.name != "figures.py" and "prometheus_client" in (text := path.read_text()):
            yield from (
                f"{path}: {made}" for made in re.findall(r"(?:Counter|Gauge|Histogram|Summary)\(\s*\"\w+", text)
            )


def explained_metrics() -> set[str]:
    return {found for row in rows(PAGE, "Metrics") for found in re.findall(r"outrider_\w+", row[0])}


def events(levels: tuple[str, ...]) -> set[str]:
    """Return the names of the events that our code logs at `levels`."""
    names = set()
    for package in ("cloud", "edge"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels:
                    spoken = node.args[:1]
                    names |= {
                        part.value
                        for argument in spoken
                        for part in (
                            [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                        )
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    }
    return names


def explained_events() -> set[str]:
    return {found for row in rows(PAGE, "Events") for found in re.findall(r"`(\w+)`", row[0])}


def test_every_metric_is_explained_and_none_that_there_is_not() -> None:
    assert explained_metrics() == defined_metrics()
    assert list(metrics_elsewhere()) == []


def test_every_row_about_a_metric_says_what_to_do() -> None:
    assert all(len(row) == 3 and all(row) for row in rows(PAGE, "Metrics"))


def test_every_outcome_of_a_message_is_explained() -> None:
    named = re.search(r"messages that were `what`: (.*)\.", Counts.count.__doc__ or "")
    assert named is not None
    explained = {found for row in rows(PAGE, "Metrics") for found in re.findall(r'outcome="(\w+)"', row[0])}

    assert explained == set(re.split(r", | or ", named[1]))


def test_every_consumer_that_lags_is_explained() -> None:
    made = {
        found
        for path in (ROOT / "cloud").rglob("*.py")
        for found in re.findall(r"^CONSUMER: Final = \"(\w+)\"", path.read_text(), re.MULTILINE)
    }
    explained = {found for row in rows(PAGE, "Metrics") for found in re.findall(r'consumer="(\w+)"', row[0])}

    assert explained == made


def test_every_warning_is_explained() -> None:
    assert events(LOUD) - explained_events() == set()


def test_no_event_is_explained_that_there_is_not() -> None:
    assert explained_events() - events(QUIET) == set()


def test_the_events_that_are_looked_for_are_many() -> None:
    assert {"message_refused", "supply_back", "bus_lost", "part_failed"} <= events(LOUD)


def test_every_quoted_setting_of_the_service_is_one() -> None:
    from cloud.settings import Settings

    settings = set(Settings.model_fields)
    named = {word for word in quoted(PAGE) if word in {"public_url", "history_keep_days", "log_max_bytes"}}

    assert len(named) == 3
    assert named <= settings
