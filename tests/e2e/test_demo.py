"""The whole loop, unattended, as `make demo DURATION=180 JSON=1` runs it."""

import json
import subprocess
import sys

import psutil
import pytest

DURATION_S = 180


@pytest.mark.serial
@pytest.mark.timeout(420)
def test_the_demo_closes_the_loop_and_leaves_nothing_running() -> None:
    before = _demo_processes()

    run = subprocess.run(
        [sys.executable, "-m", "demo", "--duration", str(DURATION_S), "--json", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )

    result = json.loads(run.stdout.strip().splitlines()[-1])
    assert result["closed"], f"{result['why_not']}\n{run.stderr[-4000:]}"
    assert run.returncode == 0
    assert all(minutes > 0 for minutes in result["lead_time_min"].values())
    assert _demo_processes() <= before


def _demo_processes() -> set[int]:
    """Return the processes that carry a demo's folder on their command line."""
    found = set()
    for process in psutil.process_iter(["pid", "cmdline"]):
        if any("outrider-demo-" in word for word in process.info["cmdline"] or ()):
            found.add(process.info["pid"])
    return found
