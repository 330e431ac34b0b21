"""The quick look before a commit: style, types, import contracts. Runs them all, then says which failed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".venv" / "bin"
CHECKS = {
    "ruff": ("ruff", "check", "--quiet", "--output-format=concise"),
    "format": ("ruff", "format", "--check", "--output-format=concise"),
    "import contracts": ("lint-imports", "--no-logo", "--no-cache"),
    "types": ("mypy",),
}


def failed_checks() -> list[str]:
    """Run every check and return the names of those that failed."""
    failed = []
    for name, (program, *options) in CHECKS.items():
        outcome = subprocess.run([PROGRAMS / program, *options], cwd=ROOT, stdout=sys.stderr, check=False)
        if outcome.returncode != 0:
            failed.append(name)
    return failed


if __name__ == "__main__":
    if failed := failed_checks():
        raise SystemExit("check: failed: " + ", ".join(failed))
    print("check: style, types and import contracts hold", file=sys.stderr)
