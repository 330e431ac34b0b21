"""outrider-edge budget: what a configuration takes from the car's battery."""

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Final

from edge import config
from edge.budget import DEFAULT_PARTS, HOURS, Budget, Table, budget, merged, read
from edge.errors import ConfigError
from edge.power_settings import PowerSettings

CURRENTS: Final = Path(__file__).parent / "data" / "currents.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings; without them a usual dongle is assumed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(args: argparse.Namespace) -> int:
    """Print the budget; raise `ConfigError` when it goes beyond what the settings allow."""
    power = config.load(args.config).power if args.config else PowerSettings()
    folder = args.config.parent if args.config else Path()
    known, converter = merged(_table(CURRENTS), _table(folder / power.currents) if power.currents else Table())
    parts = power.parts or DEFAULT_PARTS
    found = budget(parts, known, converter, awake_h=power.awake_h_day, battery_ah=power.battery_ah)
    excess = _excess(found, power)
    if args.json:
        days = found.days_to_a_fifth
        numbers = {name: round(value, 2) for name, value in found._asdict().items() if isinstance(value, float)}
        result = numbers | {
            "ok": not excess,
            "parts": [
                {"name": known[name].name, "kind": known[name].kind, "source": known[name].source} for name in parts
            ],
            "assumed_parts": not power.parts,
            "awake_h_day": power.awake_h_day,
            "battery_ah": power.battery_ah,
            "budget_mah_day": power.budget_mah_day,
            "days_to_a_fifth": round(days, 1) if math.isfinite(days) else None,
            "weakest": found.weakest,
        }
        print(json.dumps(result))
    else:
        for name in parts:
            print(f"{name:20} {known[name].kind:9} {known[name].source}", file=sys.stderr)
        print(_said(found, power))
    if excess:
        raise ConfigError(excess)
    return 0


def _table(path: Path) -> Table:
    try:
        return read(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}; name a readable file in 'power.currents'") from error


def _excess(found: Budget, power: PowerSettings) -> str:
    if not power.budget_mah_day or found.mah_day_parked <= power.budget_mah_day:
        return ""
    return (
        f"key 'power.budget_mah_day': a day parked takes {found.mah_day_parked:.0f} mAh, and"
        f" {power.budget_mah_day:.0f} are allowed; use parts that draw less, or set 'power.off_below_v' and allow more"
    )


def _said(found: Budget, power: PowerSettings) -> str:
    days = f"{found.days_to_a_fifth:.0f} days" if math.isfinite(found.days_to_a_fifth) else "never"
    return (
        f"{found.resting_ma:.1f} mA at the battery parked, {found.awake_ma:.1f} mA awake;"
        f" {found.mah_day_parked:.0f} mAh a day parked, {found.mah_day:.0f} with {power.awake_h_day:g} of {HOURS:g} h"
        f" driven; a {power.battery_ah:g} Ah battery falls by 20 % in: {days} (weakest figure: {found.weakest})"
    )
