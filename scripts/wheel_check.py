"""Build the wheel, install it as a car and as a service would, and run against it every test that can.

Each extra is installed alone first and everything that belongs to it imported: what an extra forgets to name
cannot hide behind the developers' tools. No Node and no source tree is at hand there.
"""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.node import ROOT, VENV
from scripts.outcomes import Outcome, read_junit

PACKAGES = ("contract", "edge", "cloud", "firmware_sim", "demo")
EXTRAS = {"edge": ("contract", "edge"), "cloud": ("contract", "cloud"), "sim": ("firmware_sim", "demo")}
UV = VENV / "bin" / "uv"
PROBE = ROOT / "scripts" / "wheel_probe.py"
RUN = "wheel"


class WheelError(Exception):
    """The wheel is not what it should be; says in what."""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run `command` with its output on stderr, or raise `WheelError`."""
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=cwd, stdout=sys.stderr, check=False).returncode != 0:
        raise WheelError(" ".join(words))


def build(folder: Path) -> Path:
    """Return the wheel, built into `folder`."""
    options = ("--quiet", "--no-build-isolation", "--python", VENV / "bin" / "python")
    run(UV, "build", "--wheel", "--out-dir", folder, *options, ".")
    (wheel,) = folder.glob("*.whl")
    return wheel


def check_contents(wheel: Path) -> None:
    """Raise `WheelError` unless `wheel` holds our packages, their data files and the UI, and nothing else."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in inside if ".dist-info/" not in name}
    if tops != set(PACKAGES):
        raise WheelError(f"the wheel's top level is {sorted(tops)}")
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True)
    ui = ROOT / "cloud" / "ui" / "dist"
    built = {str(path.relative_to(ROOT)) for path in ui.rglob("*") if path.is_file()}
    if left_out := {*listed.stdout.split(), *built} - inside:
        raise WheelError(f"left out of the wheel: {sorted(left_out)}")


def install(wheel: Path, folder: Path, extras: str) -> Path:
    """Return the Python of a new venv in `folder` that holds `wheel` with `extras`, as pinned."""
    run(UV, "venv", "--quiet", "--python", VENV / "bin" / "python", folder)
    python = folder / "bin" / "python"
    options = ("--quiet", "--only-binary=:all:", "--constraints", "constraints.txt")
    run(UV, "pip", "install", "--python", python, *options, f"outrider[{extras}] @ {wheel.as_uri()}")
    return python


def run_tests(python: Path, folder: Path) -> Iterator[Outcome]:
    """Run, outside of the source tree, the tests that need no server and no source tree; yield their ends."""
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    of_packages = [f"tests/{package}" for package in PACKAGES if (folder / "tests" / package).is_dir()]
    report = folder / "report.xml"
    beside = ROOT.parent / "shared" / "data"
    environment = {"OUTRIDER_DATA": str(beside), **os.environ} if beside.is_dir() else dict(os.environ)
    command: list[str | Path] = [
        python,
        "-m",
        "pytest",
        "-q",
        "-m",
        "wheel",
        *of_packages,
        "-n",
        "2",
        "--dist",
        "loadfile",
    ]
    command += ["-o", "junit_family=xunit1", f"--junit-xml={report}"]
    status = subprocess.run(command, cwd=folder, env=environment, stdout=sys.stderr, check=False).returncode
    yield from read_junit(report, RUN)
    if status not in (0, 1):
        yield Outcome(RUN, f"pytest against the wheel ended with {status}", "failed")


def timed(name: str, work: Callable[[], object]) -> Outcome:
    """Do `work` and return how it ended."""
    started = time.monotonic()
    try:
        work()
    except WheelError as error:
        print(f"wheel: {error}", file=sys.stderr)
        return Outcome(RUN, f"wheel: {name}", "failed", time.monotonic() - started)
    return Outcome(RUN, f"wheel: {name}", "passed", time.monotonic() - started)


def checked() -> Iterator[Outcome]:
    """Do the whole job; yield an outcome for each part of it."""
    with TemporaryDirectory(prefix="outrider-wheel-") as made:
        folder = Path(made)
        yield (outcome := timed("build", lambda: build(folder)))
        if outcome.status == "failed":
            return
        (wheel,) = folder.glob("*.whl")
        yield timed("contents", lambda: check_contents(wheel))
        for extra, packages in EXTRAS.items():
            yield timed(f"[{extra}] alone", partial(check_extra, wheel, folder / extra, extra, packages))
        whole = folder / "whole"
        yield (outcome := timed("install", lambda: install(wheel, whole, "edge,cloud,sim,dev")))
        if outcome.status == "passed":
            yield from run_tests(whole / "bin" / "python", folder)


def check_extra(wheel: Path, folder: Path, extra: str, packages: tuple[str, ...]) -> None:
    """Raise `WheelError` unless `packages` import whole where only `extra` is installed."""
    python = install(wheel, folder, extra)
    run(python, "-I", PROBE, *packages, cwd=folder)


if __name__ == "__main__":
    ends = list(checked())
    raise SystemExit("\n".join(end.name for end in ends if end.status == "failed"))
