"""`outrider-sim fleet`: a whole fleet as a folder of Parquet, made in parts so that memory does not grow with it."""

import argparse
import json
import math
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from firmware_sim.adapters.fleet_files import FleetFolder
from firmware_sim.errors import UsageError
from firmware_sim.fleet.life import Fleet, Life, live, skies
from firmware_sim.fleet.trips import UTC_OFFSET_S

MOST_DAYS: Final = 3_660
MOST_PART: Final = 1_000
TELL_EVERY_S: Final = 2.0


def run(options: argparse.Namespace) -> None:
    """Make the fleet and say what it holds."""
    fleet = plan(options)
    folder = FleetFolder(options.out, fleet)
    begun, told, rows = time.monotonic(), 0.0, 0
    sky, counts = skies(fleet), dict[str, dict[str, int]]()
    for number in range(fleet.vehicles):
        life = live(fleet, sky, number)
        rows += folder.add(life)
        _count(counts, life)
        done, now = number + 1, time.monotonic()
        if done % options.part == 0 or done == fleet.vehicles:
            folder.end_part()
        if now - told > TELL_EVERY_S or done == fleet.vehicles:
            told = now
            speed = done * fleet.days / max(now - begun, 1e-9)
            print(f"{done}/{fleet.vehicles} vehicles, {rows} rows, {speed:.0f} vehicle-days/s", file=sys.stderr)
    files = folder.finish(sky)
    seconds, cpu_s = round(time.monotonic() - begun, 2), round(time.process_time(), 2)
    _tell(options, fleet, counts, {"rows": rows, "files": files, "seconds": seconds, "cpu_s": cpu_s})


def _count(counts: dict[str, dict[str, int]], life: Life) -> None:
    for event in life.events:
        count = counts.setdefault(event.cause, {"events": 0, "breakdowns": 0, "treated": 0})
        count["events"] += 1
        count["breakdowns"] += not math.isnan(event.breakdown_s)
        count["treated"] += not math.isnan(event.treated_s)


def plan(options: argparse.Namespace) -> Fleet:
    """Return the fleet that `options` ask for; raise `UsageError` for one that cannot be."""
    for word, value, low, high in (
        ("--vehicles", options.vehicles, 1, 10_000_000),
        ("--days", options.days, 1, MOST_DAYS),
        ("--seed", options.seed, 0, 2**63 - 1),
        ("--part", options.part, 1, MOST_PART),
        ("--fault-rate", options.fault_rate, 0.0, 1_000.0),
        ("--cadence-s", options.cadence_s, 5.0, 3_600.0),
    ):
        if not low <= value <= high:
            raise UsageError(f"{word} {value}: write a number from {low} to {high}")
    try:
        first = datetime.strptime(options.start, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"--start {options.start!r}: write a day as YYYY-MM-DD") from None
    midnight = first - timedelta(seconds=UTC_OFFSET_S)
    return Fleet(
        seed=options.seed,
        vehicles=options.vehicles,
        days=options.days,
        first=first.date(),
        start_ms=int(midnight.timestamp()) * 1_000,
        rate=options.fault_rate,
        cadence_s=options.cadence_s,
    )


def _tell(options: argparse.Namespace, fleet: Fleet, counts: dict[str, dict[str, int]], more: dict[str, Any]) -> None:
    causes = dict(sorted(counts.items()))
    days = fleet.vehicles * fleet.days
    speed = round(days / max(more["seconds"], 1e-9))
    if options.json:
        facts = {"vehicles": fleet.vehicles, "days": fleet.days, "seed": fleet.seed, "fault_rate": fleet.rate}
        speeds = {"vehicle_days_per_s": speed, "vehicle_days_per_cpu_s": round(days / max(more["cpu_s"], 1e-9))}
        print(json.dumps({**facts, **more, **speeds, "causes": causes, "out": str(options.out)}))
        return
    print(f"{options.out}: {fleet.vehicles} vehicles x {fleet.days} days, {more['rows']} rows, {speed} vehicle-days/s")
    for cause, count in causes.items():
        print(
            f"  {cause:20} {count['events']:6} events {count['breakdowns']:6} breakdowns {count['treated']:6} treated"
        )
