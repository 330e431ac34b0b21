"""Commands about driving: the days of trips for whoever sums them up, and the score's table, learned again."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cloud import settings
from cloud.base import TRIPS_FILE
from cloud.cli import AsJson, Config, Data
from cloud.errors import StartError


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    cli.command("driving-score")(driving_score)
    cli.command("driving-days")(driving_days)


def driving_days(
    out: Annotated[Path, typer.Argument(help="Where to write: one line of JSON for each vehicle and day.")],
    first: Annotated[str, typer.Option("--from", help="First local day (YYYY-MM-DD).")] = "0000-01-01",
    last: Annotated[str, typer.Option("--to", help="Last local day.")] = "9999-12-31",
    data: Data = None,
    config: Config = None,
) -> None:
    """Write the sums of trips by vehicle and day, sorted, as the insurers' feed reads them."""
    import msgspec

    from cloud.trips.adapters.sqlite import SqliteTrips

    path = settings.load(config, data_dir=data).data_dir / TRIPS_FILE
    if not path.exists():
        raise StartError(f"there are no trips in {path}; name the folder with --data, or run outrider trips")
    store = SqliteTrips(path)
    try:
        days = store.days(first, last)
        out.write_bytes(b"".join(msgspec.json.encode(day) + b"\n" for day in days))
    except OSError as error:
        raise StartError(f"{out}: cannot write the days here: {error}") from error
    finally:
        store.close()
    print(f"{len(days)} vehicle-days written to {out}")


def driving_score(as_json: AsJson = False) -> None:
    """Print the driving score's table and the simulated accidents that it is learned on, and learn it again."""
    from cloud.trips import score

    again = score.learned()
    told = {
        "version": score.VERSION,
        "learned_on": score.LEARNED_ON,
        "pricing_use": "none",
        "process": {"accidents_per_million_km": score.PER_MILLION_KM, "log_weights": score.WEIGHTS},
        "steps": score.STEPS,
        "points": score.TABLE,
        "learned_again": again,
        "equal": again == score.TABLE,
    }
    if as_json:
        print(json.dumps(told))
        return
    print(f"{score.VERSION}: learned on {score.LEARNED_ON}, not on people; not for pricing")
    for name, steps in score.STEPS.items():
        print(f"{name:>13}: points {score.TABLE[name]} from {steps} on; learned again {again[name]}")
    print(f"accidents ~ Poisson(km / 1e6 * {score.PER_MILLION_KM:g} * exp(sum of weights * features))")
    print(", ".join(f"{name} {weight:g}" for name, weight in score.WEIGHTS.items()))
