"""Resolve `pyproject.toml` into `constraints.txt` and `bootstrap.txt`: pins with hashes, no addresses."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
BOOTSTRAP = ROOT / "bootstrap.txt"
OPTIONS = (
    "--all-extras",
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--no-annotate",
    "--python-version=3.11",
    "--quiet",
)


def main() -> None:
    """Write both files, and stop where an address got into one of them."""
    uv = ROOT / ".venv" / "bin" / "uv"
    command = [str(uv), "pip", "compile", "pyproject.toml", *OPTIONS, *sys.argv[1:], "-o", CONSTRAINTS.name]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    pins = CONSTRAINTS.read_text()
    if "://" in pins:
        raise SystemExit("constraints.txt names an address; it must not")
    installer = re.search(r"^uv==.*\n(?: +--hash=.*\n)+", pins, re.MULTILINE)
    if installer is None:
        raise SystemExit("constraints.txt has no pin for uv; is it still among the extras?")
    BOOTSTRAP.write_text(installer.group())


if __name__ == "__main__":
    main()
