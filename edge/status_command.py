"""`outrider-edge status`: how the agent said it fares, from the small file that it leaves beside its spool."""

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

from edge import config
from edge.adapters.state_files import read_state
from edge.care import beside
from edge.errors import EdgeError

STALE_S: Final = 900.0  # the agent writes every five minutes; older, and it most likely does not run
FAILED: Final = 1


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `status` to `commands`."""
    parser = commands.add_parser("status", help="how the running agent fares: link, backlog, polls, disk")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the agent's settings")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what the agent said last; leave with 1 when that is too old to be true now."""
    settings = config.load(args.config)
    path = beside(settings.spool.path, "state")
    said = read_state(path)
    if said is None:
        raise EdgeError(f"{path}: the agent has not said anything yet; is it running? systemctl status outrider-edge")
    age_s = settings.scale.domain_s(time.time()) - float(said["at_ms"]) / 1000.0
    said |= {"age_s": round(age_s, 1), "fresh": 0.0 <= age_s <= STALE_S * settings.scale.factor}
    if args.json:
        print(json.dumps(said))
    else:
        _print(said)
    return 0 if said["fresh"] else FAILED


def _print(said: dict[str, Any]) -> None:
    health = said["health"]
    print(f"{said['vehicle']}: said {said['age_s']:g} s ago{'' if said['fresh'] else ', too old to be true now'}")
    print(f"  link      {'up' if said['online'] else 'down'}, {health.get('takeovers', 0)} takeovers")
    lag = f", the oldest {health['lag_s']:g} s old" if "lag_s" in health else ""
    print(f"  waiting   {health['waiting']} records, {health['waiting_bytes']} bytes{lag}")
    for name in ("polls", "verdicts"):
        counts = ", ".join(f"{count} {what}" for what, count in sorted(health.get(name, {}).items()))
        print(f"  {name:9} {counts or 'none'}")
    for name in ("cpu_degc", "disk_free_bytes", "disk_written_bytes", "disk_life_used_pct", "starts", "uptime_s"):
        print(f"  {name} {health.get(name, 'not measured')}")
    if outcome := health.get("config"):
        word = "taken" if outcome["taken"] else "refused"
        print(f"  config    revision {outcome['revision']} {word} {outcome.get('reason', '')}".rstrip())
