"""The quick look before a commit: style, types, import contracts. Runs them all, then says which failed."""

import subprocess
import sys
import time
from collections.abc import Iterator

from scripts.node import ROOT, VENV
from scripts.outcomes import Outcome

CHECKS = {
    "ruff": ("ruff", "check", "--quiet", "--output-format=concise"),
    "format": ("ruff", "format", "--check", "--output-format=concise"),
    "import contracts": ("lint-imports", "--no-logo", "--no-cache"),
    "types": ("mypy",),
}


def checked() -> Iterator[Outcome]:
    """Run every check and yield how it ended."""
    for name, (program, *options) in CHECKS.items():
        started = time.monotonic()
        command = [str(VENV / "bin" / program), *options]
        status = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode
        yield Outcome("check", name, "failed" if status else "passed", time.monotonic() - started)


if __name__ == "__main__":
    if failed := [outcome.name for outcome in checked() if outcome.status == "failed"]:
        raise SystemExit("check: failed: " + ", ".join(failed))
    print("check: style, types and import contracts hold", file=sys.stderr)
