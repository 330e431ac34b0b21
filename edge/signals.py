"""outrider-edge signals: the sets that travel with the agent, and OBDb's: imported, and checked on real answers."""

import argparse
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Final

from edge.adapters import obdb_folder, passive_tables, signal_sets
from edge.adapters.obdb_folder import Repository
from edge.errors import ConfigError, ReplayError, SignalSetError
from edge.obd import signalset_reader
from edge.obd.obdb import check, compiled, toml
from edge.obd.obdb.compiled import Compiled, Target
from edge.obd.obdb.registry import Registry
from edge.obd.obdb.report import Report
from edge.obd.services import current_data
from edge.obd.signalset import MODEL_YEARS

_DATA: Final = Path("../shared/data")  # optional, beside the project
_PROGRESS_FILES: Final = 100
_FAILED: Final = 1


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `signals` and what it can do."""
    group = commands.add_parser("signals", help="signal sets: those that travel with the agent, and OBDb's")
    sets = group.add_subparsers(required=True, metavar="COMMAND")

    listing = sets.add_parser("list", help="the names of the agent's own sets and passive tables, and what they read")
    listing.set_defaults(run=_list)

    importing = sets.add_parser("import", help="make a set of ours of an OBDb repository")
    importing.add_argument("folder", type=Path, metavar="DIR", help="the repository: it holds signalsets/v3")
    importing.add_argument("--out", type=Path, required=True, metavar="FILE", help="the set to write, TOML")
    importing.add_argument("--year", type=int, metavar="YEAR", help="for cars of this model year only")
    importing.add_argument("--map", type=Path, metavar="FILE", help="TOML: which signals are which VSS paths")
    importing.set_defaults(run=_import)

    checking = sets.add_parser("check", help="decode the answers recorded with OBDb's sets and compare")
    checking.add_argument("folder", type=Path, metavar="DIR", help="a repository, or a folder of repositories")
    checking.add_argument("--mode", choices=("compatible", "truth", "both"), default="both")
    checking.add_argument("--base", type=Path, metavar="DIR", help="OBDb's SAEJ1979, else beside DIR")
    checking.add_argument("--fail-under", type=float, metavar="PERCENT", help="fail below this share of right values")
    checking.set_defaults(run=_check)

    for command in (listing, importing, checking):
        command.add_argument("--json", action="store_true", help="print one JSON object, in one line")


def _list(args: argparse.Namespace) -> int:
    found = {
        signal_set.name: sorted({field.signal.path for command in signal_set.commands for field in command.fields})
        for signal_set in signal_sets.load(signal_sets.names())
    }
    found |= {name: list(passive_tables.load(name).paths) for name in passive_tables.names()}
    if args.json:
        print(json.dumps(found))
        return 0
    for name, paths in found.items():
        print(name, *(f"  {path}" for path in paths), sep="\n")
    return 0


def _import(args: argparse.Namespace) -> int:
    if args.year is not None and args.year not in MODEL_YEARS:
        raise ConfigError(f"--year {args.year}: no model year")
    (repository, *others) = obdb_folder.repositories(args.folder)
    if others:
        raise ConfigError(f"{args.folder}: holds {len(others) + 1} repositories; name one of them")
    made = _compile(repository, args.year, _targets(args.map))
    text = _text(repository, args.year, made)
    signalset_reader.parse(text, str(args.out))
    try:
        args.out.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{args.out}: {error.strerror or error}") from error
    if args.json:
        print(json.dumps(_figures(repository, args, made)))
    else:
        _say(args.out, made)
    return 0


def _compile(repository: Repository, year: int | None, targets: dict[str, Target]) -> Compiled:
    made = Compiled()
    pids = {
        command.key: command.length or 0
        for signal_set in signal_sets.load(signal_sets.names())
        for command in signal_set.commands
        if command.service == current_data.SID
    }
    if year is None:
        for signal_set, years in repository.spans():
            compiled.take(made, signal_set, targets, pids, years)
    else:
        signal_set = repository.set_of(year)
        compiled.take(made, signal_set._replace(commands=signal_set.of_year(year)), targets, pids, None)
    if not made.commands:
        raise SignalSetError(
            f"{repository.folder}: nothing to write: no signal of it is in the catalogue; name some in a --map file"
        )
    return made


def _text(repository: Repository, year: int | None, made: Compiled) -> str:
    name = repository.name.lower()
    remarks = [
        f"Made by outrider-edge signals import from OBDb/{repository.name}, CC BY-SA 4.0, and under the same licence.",
        f"For model year {year}." if year else "For all model years; set model_year in the agent's settings.",
    ]
    return toml.render(name, f"OBDb {repository.name}" + (f", {year}" if year else ""), remarks, made.commands)


def _targets(path: Path | None) -> dict[str, Target]:
    """Return what the file at `path` says: signal id = VSS path, or { path = ..., reversed = true }."""
    if path is None:
        return {}
    try:
        rows = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    targets: dict[str, Target] = {}
    for name, row in rows.items():
        match row:
            case str(said):
                targets[name] = Target(said)
            case {"path": str(said), **rest} if (
                rest.keys() <= {"reversed"} and type(rest.get("reversed", True)) is bool
            ):
                targets[name] = Target(said, bool(rest.get("reversed", False)))
            case _:
                raise ConfigError(f"{path}: {name} must be a path, or a table with path and perhaps reversed")
    return targets


def _figures(repository: Repository, args: argparse.Namespace, made: Compiled) -> dict[str, Any]:
    polled = sum(named.command.polled for named in made.commands)
    return {
        "out": str(args.out),
        "set": repository.name.lower(),
        "year": args.year,
        "commands": {"total": made.total, "written": len(made.commands), "polled": polled},
        "refused_by_guard": made.refused_by_guard,
        "wants_session": made.wants_session,
        "left_out": made.left_out,
        "signals": {"total": made.signals, "mapped": made.mapped, "not_mapped": made.not_mapped},
        "not_used": {
            "synthetics": made.synthetics,
            "signal_groups": made.groups,
            "diagnostic_level": None if made.diagnostic_level is None else f"{made.diagnostic_level:02X}",
        },
    }


def _say(out: Path, made: Compiled) -> None:
    polled = sum(named.command.polled for named in made.commands)
    print(f"{out}: {len(made.commands)} of {made.total} commands, {polled} of them asked")
    for name, path in made.mapped.items():
        print(f"  {name} is {path}")
    for name, why in made.not_mapped.items():
        print(f"  {name} is left out: {why}")
    print(f"{len(made.refused_by_guard)} commands are never asked, because the guard would not let them out:")
    for name in made.refused_by_guard:
        print(f"  {name}")
    for name in made.wants_session:
        print(f"  {name} wants a diagnostic session, which the agent never opens")
    if made.diagnostic_level is not None:
        print(
            f"the set wants session {made.diagnostic_level:02X}, which the agent never opens: some may not be answered"
        )


def _check(args: argparse.Namespace) -> int:
    repositories = obdb_folder.repositories(args.folder)
    compatible, truth = args.mode != "truth", args.mode != "compatible"
    total, unreadable = Report(), dict[str, str]()
    each: dict[str, Any] = {}
    for repository in repositories:
        try:
            report = _checked(repository, args.base or _elsewhere(repository), unreadable)
        except SignalSetError as error:
            if len(repositories) == 1:
                raise
            unreadable[repository.name] = str(error)
            continue
        each[repository.name] = report.shown(compatible=compatible, truth=truth)
        total = total.plus(report)
    figures = total.shown(compatible=compatible, truth=truth) | {"unreadable": unreadable}
    if len(repositories) > 1:
        figures["repositories"] = each
    if args.json:
        print(json.dumps(figures))
    else:
        _say_check(total, unreadable, compatible=compatible, truth=truth)
    values = total.values
    if not total.cases.total:
        print(f"{args.folder}: no recorded answers below tests/test_cases", file=sys.stderr)
    share = 100 * values.right / values.total if values.total else 0.0
    short = args.fail_under is not None and share < args.fail_under
    return _FAILED if unreadable or short else 0


def _elsewhere(repository: Repository) -> Path | None:
    """Return the SAEJ1979 of the optional data folder when none lies beside the repository."""
    if obdb_folder.has_standard(repository, None):
        return None
    found = _DATA / "obdb" / obdb_folder.STANDARD
    return found if found.is_dir() else None


def _checked(repository: Repository, base: Path | None, unreadable: dict[str, str]) -> Report:
    """Return the figures of one repository; files that cannot be read are noted in `unreadable`."""
    report = Report()
    registries: dict[int | None, Registry] = {}
    paths = repository.case_files()
    if paths and not obdb_folder.has_standard(repository, base):
        print(
            f"{repository.name}: no SAEJ1979 beside it, so answers of service 01 are not read; --base",
            file=sys.stderr,
        )
    for number, path in enumerate(paths, 1):
        if number % _PROGRESS_FILES == 0 or number == len(paths):
            print(f"{repository.name}: {number} of {len(paths)} files", file=sys.stderr)
        try:
            read = repository.read(path)
        except ReplayError as error:
            unreadable[f"{repository.name}/{path.relative_to(repository.folder)}"] = str(error)
            continue
        if read.year not in registries:
            registries[read.year] = _registry(repository, read.year, base)
        for case in read.cases:
            report.add(case, str(read.year or "unknown"), check.judge(case, registries[read.year]))
    return report


def _registry(repository: Repository, year: int | None, base: Path | None) -> Registry:
    return Registry(obdb_folder.standard(repository, base), obdb_folder.own(repository, year), year)


def _say_check(report: Report, unreadable: dict[str, str], *, compatible: bool, truth: bool) -> None:
    if compatible:
        for name in sorted(report.years):
            year = report.years[name]
            print(f"{name}: {year.cases.right} of {year.cases.total} cases, {_of(year.values)} values")
        print(f"all: {report.cases.right} of {report.cases.total} cases, {_of(report.values)} values")
        for row in report.mismatches:
            print(f"  {row['file']} case {row['case']}: {row['signal']} {row['expected']} {row['why']} {row['seen']}")
    if truth:
        kinds = Counter(report.truth.non_values)
        said = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.items()) or "none"
        print(f"truth: {_of(report.truth.values)} values the same; no values: {said}; {report.truth.missing} not read")
    for why in unreadable.values():
        print(f"cannot be read: {why}")


def _of(tally: Any) -> str:
    return f"{tally.right} of {tally.total}"
