"""Run every check and every test, as `make test` and CI do, and tell at the end what was not tested."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts import check, wheel_check
from scripts.node import ROOT, WEB, npm
from scripts.outcomes import Outcome, read_junit, tell

# What runs against the wheel runs there once, and not a second time here. What is left waits for processes, brokers and
# browsers more than it computes, so three at a time keep two cores busy.
RUNS = {
    "source": ("-m", "not wheel and not serial", "-n", "3", "--dist", "loadfile"),
    "serial": (
        "-m",
        "not wheel and serial",
    ),
}
NO_TESTS = 5


def pytest(run: str, *options: str) -> Iterator[Outcome]:
    """Run pytest with `options`; yield the end of each test."""
    with TemporaryDirectory(prefix="outrider-tests-") as made:
        report = Path(made) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *options]
        command += ["-o", "junit_family=xunit1", f"--junit-xml={report}"]
        status = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode
        if report.exists():
            yield from read_junit(report, run)
        if status not in (0, 1, NO_TESTS):
            yield Outcome("tests", f"pytest ({run}) ended with {status}", "failed")


def web() -> Iterator[Outcome]:
    """Run the UI's own tests; yield how they ended."""
    if (WEB / "package.json").is_file():
        started = time.monotonic()
        status = npm("test", "--silent")
        yield Outcome("web", "npm test", "failed" if status else "passed", time.monotonic() - started)


def main() -> None:
    """Run everything, even after a failure, and exit with 1 where there was one."""
    with ThreadPoolExecutor() as pool:
        # The types are checked on one core while the wheel is built and tried on the other.
        checks = pool.submit(lambda: [*check.checked(), *web()])
        outcomes = list(wheel_check.checked())
        outcomes += checks.result()
    for run, options in RUNS.items():
        outcomes += pytest(run, *options)
    print("\n".join(tell(outcomes)), flush=True)
    raise SystemExit(any(outcome.status == "failed" for outcome in outcomes))


if __name__ == "__main__":
    main()
