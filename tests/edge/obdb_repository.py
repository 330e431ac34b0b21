"""A made-up OBDb repository on disk."""

import json
from pathlib import Path
from typing import Any

from tests.edge.obd.obdb import made

SOC = {**made.signal("CAR_SOC", unit="percent", div=2, max=100), "suggestedMetric": "stateOfCharge"}
TYRE = {**made.signal("CAR_TP", unit="psi", div=5, max=51), "suggestedMetric": "frontLeftTirePressure"}
BATTERY = made.command("22F00D", SOC, made.signal("CAR_X", bix=8))
TYRES = made.command("22C00B", TYRE, hdr="700", rax="708")

RPM = made.signal("RPM", len=16, max=16383.75, div=4, unit="rpm")


def write(folder: Path, *commands: dict[str, Any], sets: dict[str, list[dict[str, Any]]] | None = None) -> Path:
    """Write `default.json` and the other sets of a repository, and return its folder."""
    v3 = folder / "signalsets" / "v3"
    v3.mkdir(parents=True)
    for name, rows in {"default.json": list(commands), **(sets or {})}.items():
        (v3 / name).write_text(json.dumps({"commands": rows}))
    return folder


def record(folder: Path, year: str, command_id: str, text: str) -> Path:
    """Write a file of recorded answers; `text` is what stands below `test_cases:`."""
    path = folder / "tests" / "test_cases" / year / "commands" / f"{command_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"command_id: {command_id}\ntest_cases:\n{text}")
    return path


def standard(beside: Path) -> Path:
    """Write what stands for SAEJ1979."""
    return write(beside / "SAEJ1979", made.command("010C", RPM, hdr="7E0"))


def car(beside: Path) -> Path:
    """Write a car of two commands, one of which the guard refuses, with three recorded answers; return its folder."""
    folder = write(beside / "Make-Car", BATTERY, TYRES)
    standard(beside)
    record(
        folder,
        "2022",
        "7E4.7EC.22F00D",
        "- response: 7EC0562F00D1002\n  expected_values: {CAR_SOC: 8, CAR_X: 2}\n"
        "- response: 7EC0562F00DFF02\n  expected_values: {CAR_SOC: 100, CAR_X: 3}\n",
    )
    record(folder, "2023", "7E0.010C", "- response: 7E804410C1AF8\n  expected_values: {RPM: 1726}\n")
    return folder
