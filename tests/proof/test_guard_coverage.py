"""Reliability row E19: every branch of the one module that may transmit is taken by its tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = tuple(f"tests/edge/obd/test_{name}.py" for name in ("guard", "guard_list", "stops"))


@pytest.mark.source
@pytest.mark.timeout(300)
def test_the_guards_tests_take_every_branch_of_it(tmp_path: Path) -> None:
    measure = ("run", "--branch", "--include=edge/obd/guard.py", f"--data-file={tmp_path / 'data'}")
    # The long random test adds no branch and is slow under measurement.
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not no_frame_outside", *TESTS)
    command = [sys.executable, "-m", "coverage"]
    subprocess.run([*command, *measure, *tests], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    report = tmp_path / "report.json"
    told = ("json", f"--data-file={tmp_path / 'data'}", "-o", str(report))
    subprocess.run([*command, *told], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    totals = json.loads(report.read_text())["totals"]
    assert totals["num_branches"] > 20
    assert (totals["missing_lines"], totals["missing_branches"]) == (0, 0)
