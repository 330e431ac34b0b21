"""Commands of the insurer feed: close a month, hand it over as files, say what must be forgotten, change the key."""

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloud import settings
from cloud.adapters.events import log_events_to_stderr
from cloud.base import Base
from cloud.cli import AsJson, Clock, Config, Data
from cloud.errors import StartError

if TYPE_CHECKING:
    from cloud.insurer.driving_score import Scorer
    from cloud.insurer.publishing import Press

Recipient = Annotated[str, typer.Option(help="The insurer, as consents name it.")]
PeriodName = Annotated[str, typer.Option("--period", help="The month, such as 2026-11.")]
Out = Annotated[Path, typer.Option(help="Folder that the receiver fetches drops from.")]
SHIPPED = "data/driving-1.json"


def add_to(insurer: typer.Typer) -> None:
    """Add these commands below `outrider insurer`."""
    feed = typer.Typer(help="The monthly feed for insurers.", no_args_is_help=True)
    feed.command("close")(close)
    feed.command("export")(export)
    feed.command("erasures")(erasures)
    feed.command("rotate-key")(rotate_key)
    feed.command("public-key")(public_key)
    insurer.add_typer(feed, name="feed")


def close(
    period: PeriodName,
    days: Annotated[Path | None, typer.Option(help="Days of trips as JSON lines, sorted by vehicle.")] = None,
    early: Annotated[bool, typer.Option("--early", help="Leave no three days for late data.")] = False,
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Keep what is known of the month for good; again later: keep what has changed since, as corrections."""
    from cloud.insurer import closing, gathering
    from cloud.insurer.periods import period as month

    chosen = month(period)
    base = _base(data, clock, config)
    try:
        now_ms = base.now_ms()
        with base.store.write() as connection:
            driven = iter(()) if days is None else gathering.read_days(days)
            rows = gathering.gather(connection, chosen, driven, now_ms)
            found = closing.close(connection, base.folder, chosen, rows, now_ms, early=early)
    finally:
        base.crew.end()
    said = {"period": chosen.name, "revision": found.number if found.parts else None, "vehicles": found.rows}
    _say(said, as_json, f"{found.rows} vehicles kept" if found.parts else "nothing has changed")


def export(
    recipient: Recipient,
    period: PeriodName,
    out: Out,
    score: Annotated[
        list[Path] | None, typer.Option(help="Score table; again for a second version side by side.")
    ] = None,
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write a month for one insurer: Parquet, CSV, erasures, signed manifest; there whole or not at all."""
    from cloud.insurer import delivering
    from cloud.insurer.periods import period as month

    chosen = month(period)
    base = _base(data, clock, config)
    try:
        press = _press(base, score or [])
        made = delivering.deliver(base.store, press, recipient, chosen, out, base.now_ms())
    finally:
        base.crew.end()
    manifest = made.manifest
    said = {
        "drop": str(made.path),
        "manifest_sha256": made.manifest_sha256,
        **{name: manifest[name] for name in ("rows", "erasures", "revision", "late_vehicles")},
    }
    _say(said, as_json, f"{said['rows']} rows, {said['erasures']} erasures in {said['drop']}")


def erasures(
    recipient: Recipient,
    out: Out,
    data: Data = None,
    clock: Clock = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write a drop that only says what must be forgotten; run it daily."""
    from cloud.insurer import delivering

    base = _base(data, clock, config)
    try:
        made = delivering.deliver_erasures(base.store, _press(base, []), recipient, out, base.now_ms())
    finally:
        base.crew.end()
    said = {"drop": str(made.path), "manifest_sha256": made.manifest_sha256, "erasures": made.manifest["erasures"]}
    _say(said, as_json, f"{said['erasures']} erasures in {said['drop']}")


def rotate_key(data: Data = None, config: Config = None, as_json: AsJson = False) -> None:
    """Name every vehicle anew for every insurer; enrolments tell each its old names. Restart the service after it."""
    from cloud.insurer.pseudonym import KeyRing
    from cloud.store.keys import PSEUDONYM_KEY, rotate

    base = _base(data, None, config)
    base.crew.end()
    try:
        ring = KeyRing(rotate(base.folder / PSEUDONYM_KEY))
    except (OSError, ValueError) as error:
        raise StartError(f"cannot rotate the key: {error}") from error
    _say({"key_id": ring.key_id, "keys": len(ring.keys)}, as_json, f"names are made with key {ring.key_id} now")


def public_key(data: Data = None, config: Config = None, as_json: AsJson = False) -> None:
    """Print the key that manifests are checked with; hand it to the receiver by another way than the files."""
    from cloud.insurer.signing import public_text

    base = _base(data, None, config)
    try:
        said = public_text(_press(base, []).signer)
    finally:
        base.crew.end()
    _say({"public_key": said}, as_json, said)


def _base(data: Path | None, clock: str | None, config: Path | None) -> Base:
    log_events_to_stderr("WARNING")
    return Base(settings.load(config, data_dir=data, clock=clock))


def _press(base: Base, tables: list[Path]) -> "Press":
    from cloud.insurer.pseudonym import KeyRing
    from cloud.insurer.publishing import Press
    from cloud.insurer.signing import SIGNING_KEY, load_signer
    from cloud.store.keys import PSEUDONYM_KEY, load_ring

    try:
        ring = KeyRing(load_ring(base.folder / PSEUDONYM_KEY))
        signer = load_signer(base.folder / SIGNING_KEY)
    except (OSError, ValueError) as error:
        raise StartError(f"cannot use a key of the data folder: {error}") from error
    return Press(base.folder, ring, signer, _scorers(tables))


def _scorers(tables: list[Path]) -> "tuple[Scorer, ...]":
    from cloud.insurer.driving_score import parse

    if not tables:
        return (parse((files("cloud.insurer") / SHIPPED).read_bytes(), SHIPPED),)
    try:
        found = tuple(parse(path.read_bytes(), str(path)) for path in tables)
    except OSError as error:
        raise StartError(f"cannot read the score table: {error}") from error
    if len({one.table.version for one in found}) != len(found):
        raise StartError("two score tables have the same version; rows of both would have the same id")
    return found


def _say(said: dict[str, Any], as_json: bool, text: str) -> None:
    print(json.dumps(said) if as_json else text)
