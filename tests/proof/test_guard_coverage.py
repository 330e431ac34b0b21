"""Reliability row E19: every branch of the one module that may transmit is taken by its tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ("tests/edge/obd/test_guard.py", "tests/edge/obd/test_guard_list.py")


@pytest.mark.source
@pytest.mark.timeout(300)
def test_the_guards_tests_take_every_branch_of_it(tmp_path: Path) -> None:
    run = ("run", "--branch", "--include=edge/obd/guard.py", f"--data-file={tmp_path / 'data'}")
    pytest_run = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS)
    subprocess.run(
        [sys.executable, "-m", "coverage", *run, *pytest_run], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )

    report = tmp_path / "report.json"
    told = ("json", f"--data-file={tmp_path / 'data'}", "-o", str(report))
    subprocess.run([sys.executable, "-m", "coverage", *told], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    totals = json.loads(report.read_text())["totals"]
    assert totals["num_branches"] > 20
    assert (totals["missing_lines"], totals["missing_branches"]) == (0, 0)
