"""`outrider-edge provision`: show the claim once, and keep what makes this device the vehicle."""

import argparse
import json
import sys
from pathlib import Path

from edge import config, provision
from edge.adapters import enrol
from edge.errors import ProvisionError


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `provision` to `commands`."""
    parser = commands.add_parser("provision", help="show a claim once, and become the vehicle it is for")
    parser.add_argument("--claim", required=True, metavar="TOKEN", help="what `outrider fleet claim` gave; works once")
    parser.add_argument("--cloud", required=True, metavar="URL", help="the service, https://…")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the settings: changed, or made")
    parser.add_argument(
        "--ca-file", default="", metavar="FILE", help="the service's authority, where it is no public one"
    )
    parser.add_argument("--serial", default=None, help="this device's serial number; by default the board's")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Provision this device; raise `ProvisionError`, and then the settings are as they were."""
    path: Path = args.config
    folder = path.absolute().parent
    vehicle = provision.vehicle_of(args.claim)
    before = _read(path)
    enrol.check_writable(folder)
    if before:
        # Before the claim is spent, because afterwards it would be too late to find out.
        _settings(before, provision.Admission(vehicle=vehicle, certificate="", release_key="", broker=_SOMEWHERE))
    identity = enrol.make_identity(vehicle)
    print(f"asking {args.cloud} for a certificate of {vehicle}", file=sys.stderr)
    serial = enrol.serial_number() if args.serial is None else args.serial
    given = provision.read_answer(enrol.ask(args.cloud, args.ca_file, args.claim, serial, identity), vehicle)
    if not enrol.certifies(given.certificate, identity, vehicle):
        raise ProvisionError(f"{args.cloud}: the certificate is not for this device's key; ask for another claim")
    kept = provision.files(given, identity.key_pem, identity.password)
    enrol.keep(folder, [*kept, provision.File(path.name, _settings(before, given))])
    config.load(path)
    if args.json:
        print(json.dumps({"ok": True, "vehicle": vehicle, "config": str(path), "files": [file.name for file in kept]}))
    else:
        print(f"{path}: this device is now {vehicle}; next: outrider-edge doctor --config {path}")
    return 0


_SOMEWHERE = provision.BrokerPlace(host="localhost", port=1, login="certificate")


def _settings(before: str, given: provision.Admission) -> str:
    return provision.settings_text(before, given, is_near=config.is_loopback(given.broker.host))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ProvisionError(f"{path}: {error}") from error
