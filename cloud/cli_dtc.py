"""Commands for fault codes: take in descriptions from a file of one's own, and look a code up."""

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cloud import settings
from cloud.base import Base
from cloud.cli import AsJson, Clock, Config, Data
from cloud.errors import StartError
from cloud.faults import texts
from cloud.faults.adapters import database_file
from cloud.faults.texts import Entry
from contract.errors import ContractError
from contract.identity import check_fault

EXAMPLES: Final = 5


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    commands = typer.Typer(help="Fault codes and what they are called.", no_args_is_help=True)
    commands.command("import")(import_file)
    commands.command("show")(show)
    cli.add_typer(commands, name="dtc")


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV or SQLite, plain or .gz: code, text, and make, language.")],
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Take in descriptions of fault codes, in the place of those imported before; our own words come first."""
    entries: dict[tuple[str, str, str], Entry] = {}
    refused: list[str] = []
    for one in database_file.read(file):
        if isinstance(one, str):
            refused.append(one)
        else:
            entries.setdefault(one[:3], one)
    if not entries:
        raise StartError(f"{file}: no row describes a fault code; {refused[0] if refused else 'there is no row'}")
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        with base.store.write() as connection:
            kept = texts.replace_all(connection, entries.values())
    finally:
        base.crew.end()
    for why in refused[:EXAMPLES]:
        print(f"left out: {why}", file=sys.stderr)
    makes = {entry.make for entry in entries.values()} - {""}
    counts = {"texts": kept, "makes": len(makes), "left_out": len(refused)}
    print(json.dumps(counts) if as_json else ", ".join(f"{count} {what}" for what, count in counts.items()))


def show(
    code: Annotated[str, typer.Argument(help="P0335, P0335-1F or SPN4364-18.")],
    model: Annotated[str, typer.Option(help="The vehicle's model; it begins with the make.")] = "",
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Say what a fault code means, how severe it is and who is sent."""
    code = code.upper()
    try:
        check_fault(code)
    except ContractError as error:
        raise StartError(str(error)) from error
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        with base.store.read() as connection:
            found = texts.describe(connection, [code], model)[code]
    finally:
        base.crew.end()
    if as_json:
        print(json.dumps({"code": code, **found._asdict()}, ensure_ascii=False))
    else:
        print(f"{code}  severity {found.severity}, {found.service}  ({found.source})\n  {found.zh}\n  {found.en}")
