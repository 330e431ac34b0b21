"""Commands for charging points: take them in from a file, and tell scoring how far the nearest is."""

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cloud import settings
from cloud.base import Base
from cloud.chargers import nearby, points
from cloud.chargers.adapters import point_file
from cloud.chargers.points import ChargePoint
from cloud.cli import AsJson, Clock, Config, Data
from cloud.errors import StartError

EXAMPLES: Final = 5


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    commands = typer.Typer(help="Charging points, and how far the nearest is.", no_args_is_help=True)
    commands.command("import")(import_file)
    commands.command("refresh")(refresh)
    cli.add_typer(commands, name="chargers")


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV or GeoJSON: place, power_kw, connectors, hours.")],
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Take in charging points, in the place of those imported before."""
    try:
        every = list(points.parse(file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"{file}: {error}") from error
    found = [one for one in every if isinstance(one, ChargePoint)]
    refused = [one for one in every if isinstance(one, str)]
    if not found:
        raise StartError(f"{file}: no row is a charging point; {refused[0] if refused else 'there is no row'}")
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        point_file.write(base.folder, found)
    finally:
        base.crew.end()
    for why in refused[:EXAMPLES]:
        print(f"left out: {why}", file=sys.stderr)
    counts = {"points": len(found), "left_out": len(refused)}
    print(json.dumps(counts) if as_json else ", ".join(f"{count} {what}" for what, count in counts.items()))


def refresh(data: Data = None, clock: Clock = None, config: Config = None, as_json: AsJson = False) -> None:
    """Tell scoring how far the nearest charger is of every car whose driver has released where it is."""
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        now_ms = base.now_ms()
        with base.store.read() as connection:
            places = nearby.released(connection, now_ms)
        told = nearby.append(base.log, point_file.PointFile(base.folder), places, now_ms)
    finally:
        base.crew.end()
    print(json.dumps({"released": len(places), "told": told}) if as_json else f"{told} of {len(places)} told")
