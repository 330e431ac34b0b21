"""Make `.venv` and the built UI, or find in a moment that both are up to date.

Runs on the system's Python with nothing but the standard library. Each step is keyed by the content of
what it is made from, so a second run does nothing and a changed pin or page redoes exactly its own step.
All talk goes to stderr, so that a caller's stdout stays clean.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.node import ROOT, VENV, WEB, npm

STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
BASE_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
UI = ROOT / "cloud" / "ui" / "dist"
SCORING = ROOT / "cloud" / "scoring"
GENERATED = {"node_modules", "dist", "generated", "coverage"}


def say(text: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path) -> None:
    """Run `command` in the project, its output on stderr; stop the set-up where it fails."""
    words = [str(word) for word in command]
    must(subprocess.run(words, cwd=ROOT, stdout=sys.stderr, check=False).returncode, words)


def must(status: int, words: Iterable[str]) -> None:
    """Stop the set-up where the command `words` ended with a `status` other than 0."""
    if status != 0:
        raise SystemExit(f"set-up: failed ({status}): {' '.join(words)}")


def digest(paths: Iterable[Path], *more: str) -> str:
    """Return one key for the names and contents of `paths` and for the words in `more`."""
    key = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        key.update(str(path.relative_to(ROOT)).encode())
        key.update(hashlib.sha256(path.read_bytes()).digest())
    return key.hexdigest()


def sources_below(folder: Path) -> Iterator[Path]:
    """Yield the files that people wrote below `folder`."""
    for path in folder.rglob("*"):
        if GENERATED.isdisjoint(path.relative_to(folder).parts) and path.is_file():
            yield path


def step(name: str, key: str, made: Path, work: Callable[[], None]) -> None:
    """Do `work` unless `made` is there and was made from what `key` stands for."""
    stamp = STAMPS / name
    if made.exists() and stamp.is_file() and stamp.read_text() == key:
        return
    stamp.unlink(missing_ok=True)
    work()
    if not made.exists():
        raise SystemExit(f"set-up: the step '{name}' ended well but left no {made.relative_to(ROOT)}")
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def ensure_venv_module() -> None:
    """Install Debian's python3-venv where it is missing, or name the line that does."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    line = f"apt-get install --yes --no-install-recommends {BASE_PYTHON}-venv"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SystemExit(f"set-up: no venv in this Python. Run, as root:\n    apt-get update && {line}")
    say(f"installing {BASE_PYTHON}-venv")
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    run("apt-get", "update", "--quiet")
    run(*line.split())


def make_venv() -> None:
    """Make `.venv` from nothing, with the installer in it."""
    ensure_venv_module()
    say("making .venv")
    # Not sys.executable: in an activated .venv that is the very one to be replaced.
    run(Path(sys.base_prefix) / "bin" / BASE_PYTHON, "-m", "venv", "--clear", VENV)
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--only-binary=:all:", "-r", "bootstrap.txt")


def uv_pip(verb: str, *words: str) -> None:
    """Let uv change `.venv`."""
    run(UV, "pip", verb, "--quiet", "--python", PYTHON, *words)


def install_pins() -> None:
    """Bring `.venv` to exactly the pinned packages, each checked by its hash."""
    say("installing the pinned packages")
    uv_pip("sync", "--require-hashes", "--only-binary=:all:", "--compile-bytecode", "constraints.txt")


def install_project() -> None:
    """Install the project itself, editable."""
    say("installing the project")
    uv_pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")


def install_web_packages() -> None:
    """Install exactly what `web/package-lock.json` names."""
    say("installing the UI's packages")
    words = ("ci", "--no-audit", "--no-fund", "--loglevel=error")
    must(npm(*words), ("npm", *words))


def build_ui() -> None:
    """Build the UI into `cloud/ui/dist`."""
    say("building the UI")
    words = ("run", "--silent", "build", "--", "--logLevel=warn")
    must(npm(*words), ("npm", *words))


def warm_kernels() -> None:
    """Compile the numba kernels once, so that no later start waits for it."""
    say("compiling the scoring kernels")
    run(PYTHON, "-c", "from cloud.scoring.engine import warmup; warmup()")


@contextmanager
def alone() -> Iterator[None]:
    """Hold the set-up lock of this tree, waiting for another set-up to end."""
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(rooms: list[str]) -> None:
    """Bring `.venv` up to date, and the UI and the kernels too unless only `venv` is asked for."""
    if sys.version_info < (3, 11):
        raise SystemExit("set-up: Python 3.11 or newer is needed")
    with alone():
        pins = python()
        if rooms != ["venv"]:
            ui(pins)
            kernels(pins)


def python() -> str:
    """Bring `.venv` up to date; return the key of the pins in it."""
    venv = digest([ROOT / "bootstrap.txt"], sys.version, sys.base_prefix, str(ROOT))
    step("venv", venv, UV, make_venv)
    pins = digest([ROOT / "constraints.txt"], venv)
    step("pins", pins, VENV / "bin" / "pytest", install_pins)
    project = digest([ROOT / "pyproject.toml"], pins)
    step("project", project, VENV / "bin" / "outrider", install_project)
    return pins


def ui(pins: str) -> None:
    """Bring the built UI up to date."""
    if (WEB / "package-lock.json").is_file():
        packages = digest((WEB / "package.json", WEB / "package-lock.json"), pins)
        step("web-packages", packages, WEB / "node_modules", install_web_packages)
        step("ui", digest(sources_below(WEB), packages), UI / "index.html", build_ui)


def kernels(pins: str) -> None:
    """Have the scoring kernels compiled for this machine."""
    step("kernels", digest(SCORING.rglob("*.py"), pins), SCORING, warm_kernels)


if __name__ == "__main__":
    main(sys.argv[1:])
