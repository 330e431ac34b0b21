"""The command that says what is wanted of a vehicle's agent: campaigns, and what is not to be asked of the car."""

from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from cloud import settings
from cloud.base import Base
from cloud.cli import AsJson, Clock, Config, Data
from cloud.errors import StartError
from cloud.store import configurations
from cloud.store.campaign_file import parse
from cloud.store.configurations import Wished
from contract.messages import Campaign

BY: Final = "operator"
WORDS: Final = {
    "none": "nothing was ever wanted",
    "waiting": "the agent has not answered yet",
    "taken": "the agent took it",
    "refused": "the agent refused it; its campaigns are sent no more until they are given again",
}


def configure(
    vehicle: Annotated[str, typer.Argument(help="The vehicle's id.")],
    campaigns: Annotated[Path | None, typer.Option(help="TOML file of [[campaigns]], in the place of those.")] = None,
    stop: Annotated[
        list[str] | None, typer.Option(help="A service (22) or request id (7A0) not to be asked; all of them.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Want nothing any more.")] = False,
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wanted of a vehicle's agent, and show it with the agent's answer; without options only show."""
    if clear and (campaigns is not None or stop):
        raise StartError("--clear wants nothing any more: give it without --campaigns and --stop")
    collected = [] if clear else None if campaigns is None else _read(campaigns)
    stopped = [] if clear else stop or None
    base = Base(settings.load(config, data_dir=data, clock=clock))
    try:
        found = _wanted(base, vehicle, collected, stopped)
    finally:
        base.crew.end()
    print(msgspec.json.encode(found).decode() if as_json else _said(found))


def _wanted(base: Base, vehicle: str, campaigns: list[Campaign] | None, stop: list[str] | None) -> Wished:
    if campaigns is None and stop is None:
        with base.store.read() as connection:
            return configurations.wished(connection, vehicle)
    with base.store.write() as connection:
        return configurations.wish(connection, vehicle, campaigns=campaigns, stop=stop, by=BY, now_ms=base.now_ms())


def _read(path: Path) -> list[Campaign]:
    try:
        return list(parse(path.read_bytes()))
    except OSError as error:
        raise StartError(f"cannot read the campaigns: {error}") from error


def _said(found: Wished) -> str:
    names = ", ".join(campaign.name for campaign in found.campaigns)
    reason = f": {found.reason}" if found.reason else ""
    return f"campaigns: {names or 'none'}\nstop: {', '.join(found.stop) or 'none'}\n{WORDS[found.outcome]}{reason}"
