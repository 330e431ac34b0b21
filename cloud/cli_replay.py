"""The command `outrider replay`: any recorded data set through scoring and the decision rule."""

import json
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import typer

from cloud.cli import AsJson
from cloud.decision.policy import Policy
from cloud.errors import ReplayError, SettingsError
from cloud.replay import mapping
from cloud.replay.mapping import FilePart

if TYPE_CHECKING:
    from cloud.replay.report import Findings

PROGRESS_S: Final = 2.0


def add_to(cli: typer.Typer) -> None:
    """Add this command to `cli`."""
    cli.command("replay")(replay)


def replay(
    files: Annotated[
        list[str], typer.Argument(help="Files, folders, patterns or archives: CSV or Parquet, packed too.")
    ],
    map_file: Annotated[Path | None, typer.Option("--map", help="TOML file: which column is which signal.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every alert here, one line of JSON each.")] = None,
    describe: Annotated[bool, typer.Option("--describe", help="Print the columns, and a map to start from.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score recorded data as if they came in live, and say what anybody would have been told."""
    whole = None if map_file is None else mapping.parse(_text(map_file), str(map_file))
    if describe:
        _describe(files, FilePart() if whole is None else whole.file, as_json)
        return
    if whole is None:
        raise SettingsError("name a map with --map; --describe prints one to start from")
    result = _replayed(whole, files, out)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _say(result)


# What reads tables and what scores are loaded when they are needed: no other command should start later for them.


def _describe(files: list[str], part: FilePart, as_json: bool) -> None:
    from cloud.replay import describe
    from cloud.replay.adapters.files import tables

    every = tables(files, part)
    found = describe.describe(next(every))
    print(json.dumps(found, ensure_ascii=False) if as_json else describe.as_text(found))


def _replayed(whole: mapping.Map, files: list[str], out: Path | None) -> dict[str, Any]:
    from cloud.replay.adapters.files import tables
    from cloud.replay.run import Replay, order_of

    progress, order = _Progress(), order_of(whole, tables(files, whole.file))
    if out is None:
        return Replay(whole, Policy(), lambda _: None, progress).run(tables(files, whole.file, order))
    try:
        with out.open("w", encoding="utf-8") as lines:
            return Replay(whole, Policy(), _writer(lines), progress).run(tables(files, whole.file, order))
    except OSError as error:
        raise ReplayError(f"{out}: cannot write alerts here: {error}") from error


def _writer(lines: IO[str]) -> Any:
    return lambda alert: lines.write(json.dumps(alert, ensure_ascii=False) + "\n")


class _Progress:
    """Says on stderr how far a long replay is, every two seconds."""

    def __init__(self) -> None:
        self._said_s = self._begun_s = time.monotonic()

    def __call__(self, findings: "Findings", file: str) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= PROGRESS_S:
            self._said_s = now_s
            alerts = sum(findings.by_grade.values())
            per_s = findings.rows / (now_s - self._begun_s)
            line = f"{findings.rows:,} rows ({per_s:,.0f}/s), {findings.files} files, {alerts} alerts; now {file}"
            print(line, file=sys.stderr, flush=True)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot read the map: {error}") from error


def _say(result: dict[str, Any]) -> None:
    rescue = result["rescue_grade_per_hour"]
    print(f"{result['rows']:,} rows of {result['vehicles']} vehicles, {result['hours']:,.1f} h observed")
    print(f"rescue-grade alerts: {rescue['count']}, at most {rescue['upper_95']} an hour (95 %)")
    for alert in result["alerts"]:
        print(f"{alert['time']} {alert['vehicle']} {alert['cause']} {alert['grade']}: {alert['reasons']['en'][0]}")
    if result["alerts_left_off"]:
        print(f"... and {result['alerts_left_off']} more; --out writes them all")
    for event in result["events"]:
        what = f"{event['kind']} {event['direction'] or ''}".strip()
        print(f"{event['start']} {event['vehicle']} {what}: {event['strength_g']} g ({event['grade']})")
    for one in result["recordings"]:
        print(f"{one['start']} {one['vehicle']} {one['minutes']} min of motion: risk {one['risk_level']}")
    for reason, count in result["rejected"].items():
        print(f"rejected, {reason}: {count:,}")
