"""Change the transmit guard in every small way and see that its tests notice: `make mutate-guard`.

It works on a copy in a temporary folder, where one mutant after the other takes the guard's place while its tests
run. A mutant that lives must be written down as equivalent, with the proof beside it, in
tests/edge/obd/guard_equivalents.toml; any other ends this with status 1, and so does one there that is killed.
"""

import argparse
import ast
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from scripts.mutants import Mutant, mutants

ROOT: Final = Path(__file__).resolve().parent.parent
GUARD: Final = "edge/obd/guard.py"
TESTS: Final = tuple(f"tests/edge/obd/test_{name}.py" for name in ("guard", "stops", "guard_list"))
COPIED: Final = ("contract", "edge", "pyproject.toml", "tests/conftest.py", "tests/edge/obd/bus.py",
                 "tests/edge/obd/allow_list.py", *TESTS)  # fmt: skip
EQUIVALENTS: Final = ROOT / "tests" / "edge" / "obd" / "guard_equivalents.toml"
LONGEST_S: Final = 120  # a mutant that never ends is killed too
EVERY: Final = 25


def main(arguments: Sequence[str] | None = None) -> int:
    """Try them all and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="try those whose name has TEXT; proofs of others stand"
    )
    args = parser.parse_args(arguments)
    source = (ROOT / GUARD).read_text()
    if args.list:
        print(*(mutant.name for mutant in mutants(source)), sep="\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="outrider-mutants-") as name:
        folder = Path(name)
        _copy(folder)
        if _is_noticed(Mutant("unchanged", ast.parse(source)), folder):
            print("the guard's tests fail without any change: mend them first", file=sys.stderr)
            return 1
        # From here on compiled files are read and not written: a mutant's would pass for the next one's.
        sys.dont_write_bytecode = True
        lived, tried = _try_all(source, folder, args.only)
    return _tell(lived, tried, args.only, as_json=args.json)


def _copy(folder: Path) -> None:
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)


def _try_all(source: str, folder: Path, only: str) -> tuple[list[str], int]:
    lived: list[str] = []
    tried, began_s = 0, time.monotonic()
    for mutant in mutants(source):
        if only not in mutant.name:
            continue
        tried += 1
        if not _is_noticed(mutant, folder):
            lived.append(mutant.name)
            print(f"lives: {mutant.name}", file=sys.stderr)
        if tried % EVERY == 0:
            print(f"{tried} tried, {len(lived)} live, {time.monotonic() - began_s:.0f} s", file=sys.stderr)
    return lived, tried


def _is_noticed(mutant: Mutant, folder: Path) -> bool:
    """Say whether the guard's tests fail with `mutant` in its place."""
    (folder / GUARD).write_text(ast.unparse(mutant.tree))
    for compiled in (folder / GUARD).parent.glob("__pycache__/guard.*"):
        compiled.unlink()
    child = os.fork()  # it has pytest already
    if child == 0:
        os._exit(_run_tests(folder))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != 0


def _run_tests(folder: Path) -> int:
    signal.alarm(LONGEST_S)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the others take longer to load than these tests to run
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "pytest_timeout", "-p", "_hypothesis_pytestplugin"]
    return int(pytest.main([*options, "--hypothesis-seed=0", *TESTS]))


def _tell(lived: list[str], tried: int, only: str, *, as_json: bool) -> int:
    proofs = {row["mutant"]: row["because"] for row in tomllib.loads(EQUIVALENTS.read_text())["equivalent"]}
    unexplained = [name for name in lived if not proofs.get(name)]
    stale = sorted(name for name in set(proofs) - set(lived) if only in name)
    for name in unexplained:
        print(f"lives, and nobody has proved it equivalent: {name}", file=sys.stderr)
    for name in stale:
        print(f"written down as equivalent, and killed or gone: {name}", file=sys.stderr)
    result = {
        "mutants": tried,
        "killed": tried - len(lived),
        "equivalent": len(lived) - len(unexplained),
        "survivors": unexplained,
        "stale_proofs": stale,
    }
    if as_json:
        print(json.dumps(result))
    else:
        print(f"{tried} mutants: {tried - len(lived)} killed, {result['equivalent']} equivalent, "
              f"{len(unexplained)} survive")  # fmt: skip
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
