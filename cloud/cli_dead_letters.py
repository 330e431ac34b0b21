"""Commands for what was refused: look at it, judge it once more, discard it."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from cloud import settings
from cloud.base import LOG_FILE
from cloud.cli import AsJson, Config, Data
from cloud.errors import StartError
from cloud.ingest.second_look import look_again
from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import DeadLetter, Log

ALL: Final = 1 << 62
SHOWN_BYTES: Final = 256

Ids = Annotated[list[int] | None, typer.Argument(help="Numbers as `list` shows them.")]
Every = Annotated[bool, typer.Option("--all", help="Every dead letter there is.")]


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    letters = typer.Typer(help="Messages that broke the rules: look, judge once more, discard.", no_args_is_help=True)
    letters.command("list")(list_)
    letters.command("show")(show)
    letters.command("replay")(replay)
    letters.command("discard")(discard)
    cli.add_typer(letters, name="dead-letters")


def list_(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    data: Data = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """List the newest refused messages with their reasons."""
    with _log(data, config) as log:
        letters = log.dead_letters(limit)
    if as_json:
        print(json.dumps([_said(letter) for letter in letters]))
        return
    for letter in letters:
        print(f"{letter.id}  {_time(letter)}  {_plain(letter.topic)}  {_plain(letter.reason)}")


def show(
    number: Annotated[int, typer.Argument(help="The number as `list` shows it.")],
    data: Data = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show one refused message and the start of its payload."""
    with _log(data, config) as log:
        (letter,) = _chosen(log, [number], every=False)
    said = {**_said(letter), "payload_hex": letter.payload[:SHOWN_BYTES].hex()}
    if as_json:
        print(json.dumps(said))
        return
    for name, value in said.items():
        print(f"{name}: {_plain(str(value))}")


def replay(
    numbers: Ids = None, every: Every = False, data: Data = None, config: Config = None, as_json: AsJson = False
) -> None:
    """Judge refused messages once more, after an upgrade; leaves with 1 when one is still refused."""
    with _log(data, config) as log:
        looked = look_again(log, _chosen(log, numbers, every=every))
    if as_json:
        print(json.dumps([one._asdict() for one in looked]))
    else:
        for one in looked:
            print(f"{one.id}  {'stored' if one.stored else f'still refused: {_plain(one.reason)}'}")
    raise typer.Exit(0 if all(one.stored for one in looked) else 1)


def discard(
    numbers: Ids = None, every: Every = False, data: Data = None, config: Config = None, as_json: AsJson = False
) -> None:
    """Remove refused messages for good."""
    with _log(data, config) as log:
        gone = log.forget_dead_letters([letter.id for letter in _chosen(log, numbers, every=every)])
    print(json.dumps({"discarded": gone}) if as_json else f"discarded {gone}")


@contextmanager
def _log(data: Data, config: Config) -> Iterator[Log]:
    path = settings.load(config, data_dir=data).data_dir / LOG_FILE
    if not path.exists():
        raise StartError(f"there is no log {path}; name the service's folder with --data")
    with closing(SqliteLog(path)) as log:
        yield log


def _chosen(log: Log, numbers: list[int] | None, *, every: bool) -> list[DeadLetter]:
    """Return the letters meant, oldest first; raise `StartError` for a number that is none."""
    if bool(numbers) == every:
        raise StartError("name the dead letters by their numbers, or all of them with --all")
    letters = {letter.id: letter for letter in reversed(log.dead_letters(ALL))}
    missing = [str(number) for number in numbers or () if number not in letters]
    if missing:
        raise StartError(f"there is no dead letter {', '.join(missing)}; `outrider dead-letters list` shows them")
    return [letters[number] for number in sorted(numbers)] if numbers else list(letters.values())


def _said(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "received": _time(letter),
        "topic": letter.topic,
        "reason": letter.reason,
        "bytes": len(letter.payload),
    }


def _time(letter: DeadLetter) -> str:
    return datetime.fromtimestamp(letter.received_ms / 1000.0, UTC).isoformat(timespec="seconds")


def _plain(text: str) -> str:
    """Return `text` without what a terminal would obey: strangers wrote it."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
