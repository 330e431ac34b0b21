"""outrider-edge: the agent's commands. Exit status: 0 done, 1 failed, 2 settings that no restart will mend."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from edge import app, budget_command, config, dbc, doctor_command, provision_command, replay, signals, status_command
from edge.adapters import passive_tables, signal_sets
from edge.errors import ConfigError, EdgeError

FAILED: Final = 1
BAD_SETTINGS: Final = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    args = _parser().parse_args(arguments)
    _log(as_json=getattr(args, "json", False))
    try:
        status = args.run(args)
        sys.stdout.flush()
        raise SystemExit(status)
    except BrokenPipeError:
        # Whoever read the result has seen enough; what is still buffered must not be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except ConfigError as error:
        print(f"outrider-edge: {error}", file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from error
    except EdgeError as error:
        print(f"outrider-edge: {error}", file=sys.stderr)
        raise SystemExit(FAILED) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="outrider-edge", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="read the car and tell the cloud, until SIGTERM")
    run.add_argument("--config", type=Path, required=True, metavar="FILE", help="the settings, TOML")
    run.add_argument("--json", action="store_true", help="log as JSON lines")
    run.set_defaults(run=_run)

    check = commands.add_parser("check-config", help="say whether the settings can be used, and change nothing")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(run=_check_config)

    recorded = commands.add_parser("replay", help="decode a recorded candump log as the agent would")
    replay.add_arguments(recorded)
    recorded.set_defaults(run=replay.main)

    drawn = commands.add_parser("budget", help="what a configuration takes from the car's battery, a day and in all")
    budget_command.add_arguments(drawn)
    drawn.set_defaults(run=budget_command.main)

    signals.add_commands(commands)
    provision_command.add_command(commands)
    status_command.add_command(commands)
    doctor_command.add_command(commands)

    tables = commands.add_parser("dbc", help="tables for cars that are only listened to")
    compiling = tables.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "compile", help="turn a DBC and a map into the table that key 'passive' names; without a map, list what it has"
    )
    dbc.add_arguments(compiling)
    compiling.set_defaults(run=dbc.main)
    return parser


def _run(args: argparse.Namespace) -> int:
    app.run(config.load(args.config))
    return 0


def _check_config(args: argparse.Namespace) -> int:
    try:
        settings = config.load(args.file)
        signal_sets.interpreter(settings.signal_sets, settings.model_year)
        undecided = 0 if settings.model_year else signal_sets.of_some_years(settings.signal_sets)
        if settings.passive:
            passive_tables.load(settings.passive)
    except ConfigError as error:
        if args.json:
            print(json.dumps({"ok": False, "error": str(error)}))
        raise
    polls = "polls " + ", ".join(settings.signal_sets) if settings.signal_sets else "listens only"
    polls += f", reads frames by {settings.passive}" if settings.passive else ""
    if args.json:
        told = {"ok": True, "vehicle": settings.vehicle, "signal_sets": settings.signal_sets}
        print(json.dumps(told | ({"need_model_year": undecided} if undecided else {})))
    else:
        years = f"; {undecided} commands are for some model years only: set model_year" if undecided else ""
        print(f"{args.file}: good; vehicle {settings.vehicle} {polls}{years}")
    return 0


def _log(*, as_json: bool) -> None:
    """Events go to stderr, results to stdout."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


if __name__ == "__main__":
    main()
