"""Commands for those who run the service: the fleet, tokens, its health, its version."""

import json
import time
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated, Final

import typer

from cloud import doctor, settings
from cloud.adapters.events import log_events_to_stderr
from cloud.base import Base
from cloud.broker import passwords
from cloud.cli import AsJson, Clock, Config, Data, MqttHost, MqttPort
from cloud.cli_configure import configure
from cloud.errors import StartError
from cloud.provisioning.desk import offer
from cloud.store import fleet, queries, tokens

SPEAK_FOR_SOMEBODY: Final = ("partner", "insurer")


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    fleets = typer.Typer(help="Vehicles, partners and tokens.", no_args_is_help=True)
    fleets.command("import")(import_fleet)
    fleets.command("claim")(claim)
    fleets.command("configure")(configure)
    token = typer.Typer(help="Tokens for the API.", no_args_is_help=True)
    token.command("create")(create_token)
    cli.add_typer(fleets, name="fleet")
    cli.add_typer(token, name="token")
    cli.command("doctor")(examine)
    cli.command("version")(version)


def create_token(
    role: Annotated[str, typer.Option(help="operator, viewer, partner or insurer.")],
    subject: Annotated[str, typer.Option("--for", help="The partner's or insurer's id; empty for staff.")] = "",
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once: only its hash is kept."""
    named = next((known for known in tokens.ROLES if known == role), None)
    if named is None:
        raise StartError(f"there is no role {role!r}; it is one of {', '.join(tokens.ROLES)}")
    if named in SPEAK_FOR_SOMEBODY and not subject:
        raise StartError(f"a token for the role {named} speaks for somebody: name the {named} with --for")
    base = Base(settings.load(config, data_dir=data, clock=clock))
    with base.store.write() as connection:
        token = tokens.create(connection, named, subject, base.now_ms())
    base.crew.end()
    print(json.dumps({"role": named, "for": subject, "token": token}) if as_json else token)


def examine(
    data: Data = None,
    mqtt_host: MqttHost = None,
    mqtt_port: MqttPort = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Look at the service's health and say what to do; leaves with 1 when something is wrong."""
    base = Base(settings.load(config, data_dir=data, mqtt_host=mqtt_host, mqtt_port=mqtt_port))
    findings = doctor.examine(base)
    base.crew.end()
    well = all(finding.well for finding in findings)
    if as_json:
        print(json.dumps({"well": well, "findings": [finding._asdict() for finding in findings]}))
    else:
        for finding in findings:
            print(f"{'ok   ' if finding.well else 'WRONG'} {finding.what}: {finding.seen}")
            if not finding.well and finding.advice:
                print(f"      {finding.advice}")
    raise typer.Exit(0 if well else 1)


def version(as_json: AsJson = False) -> None:
    """Print the version."""
    number = version_of("outrider")
    print(json.dumps({"version": number}) if as_json else number)


def import_fleet(
    file: Annotated[Path, typer.Argument(help="The fleet file (JSON).")],
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Take in vehicles, partners and tokens; what is there already is brought up to date."""
    log_events_to_stderr("WARNING")
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        counts = _taken_in(base, file)
    finally:
        base.crew.end()
    print(json.dumps(counts) if as_json else ", ".join(f"{count} {what}" for what, count in counts.items()))


def claim(
    vehicle: Annotated[str, typer.Argument(help="The vehicle that the device will be.")],
    serial: Annotated[str, typer.Option(help="The one device that may use it; empty: whichever shows it first.")] = "",
    hours: Annotated[float, typer.Option(help="How long it is good; up to 24.")] = 24.0,
    data: Data = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Make a claim for a new device and print it: it works once, and only its hash is kept."""
    base = Base(settings.load(config, data_dir=data))
    try:
        with base.store.read() as connection:
            queries.vehicle(connection, vehicle, now_ms=base.now_ms())
        # Real time, as certificates: a demo's clock must not make a claim last for months.
        token = offer(base.claims, vehicle, serial, round(hours * 3_600_000), round(time.time() * 1000))
    finally:
        base.crew.end()
    print(json.dumps({"vehicle": vehicle, "serial": serial, "claim": token}) if as_json else token)


def _taken_in(base: Base, file: Path) -> dict[str, int]:
    """Store the fleet, let its vehicles in at the embedded broker, and tell scoring about them, in this order."""
    try:
        parsed = fleet.parse(file.read_bytes())
    except OSError as error:
        raise StartError(f"cannot read the fleet file: {error}") from error
    with base.store.write() as connection:
        fleet.import_fleet(connection, parsed, base.now_ms())
    passwords.store(base.folder / passwords.USERS_FILE, fleet.mqtt_passwords(parsed))
    told = fleet.append_facts(base.log, parsed, base.now_ms())
    return {"vehicles": len(parsed.vehicles), "partners": len(parsed.partners), "facts": told}
