"""Commands for the rescue network: partners in and out as GeoJSON or CSV, and the administrative areas."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from cloud import settings
from cloud.base import Base
from cloud.cli import AsJson, Clock, Config, Data
from cloud.errors import StartError
from cloud.store import network, partners_file

_CSV: Final = ".csv"


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    partners = typer.Typer(help="The rescue network.", no_args_is_help=True)
    partners.command("import")(import_partners)
    partners.command("export")(export_partners)
    partners.command("areas")(import_areas)
    cli.add_typer(partners, name="partners")


def import_partners(
    file: Annotated[Path, typer.Argument(help="Partners: .geojson (whole) or .csv (without polygons and trucks).")],
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Take in partners; one that is there already is brought up to date, one that is not named stays."""
    entries = partners_file.parse(_bytes_of(file), is_csv=file.suffix.lower() == _CSV)
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        with base.store.write() as connection:
            network.keep_partners(connection, entries)
    finally:
        base.crew.end()
    print(json.dumps({"partners": len(entries)}) if as_json else f"{len(entries)} partners")


def export_partners(
    file: Annotated[Path, typer.Argument(help="Where to: .geojson (whole) or .csv (without polygons and trucks).")],
    data: Data = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write every partner to a file that `import` reads back."""
    base = Base(settings.load(config, data_dir=data))
    try:
        with base.store.read() as connection:
            entries = network.kept_partners(connection)
    finally:
        base.crew.end()
    is_csv = file.suffix.lower() == _CSV
    text = partners_file.as_csv(entries) if is_csv else partners_file.as_geojson(entries)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StartError(f"cannot write {file}: {error}") from error
    print(json.dumps({"partners": len(entries)}) if as_json else f"{len(entries)} partners")


def import_areas(
    file: Annotated[Path, typer.Argument(help="CSV with the columns adcode, name, longitude, latitude.")],
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Take in the administrative areas that partners name by their codes, and that say city, county or remote."""
    found = network.parse_seats(_bytes_of(file))
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        with base.store.write() as connection:
            network.keep_seats(connection, found)
    finally:
        base.crew.end()
    print(json.dumps({"areas": len(found)}) if as_json else f"{len(found)} areas")


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StartError(f"cannot read {file}: {error}") from error
