"""`outrider-edge doctor`: look at everything the agent stands on, and say for each what to do."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from edge import config, doctor
from edge.adapters import examination, signal_sets
from edge.adapters.can_listen import listen
from edge.adapters.clock import MachineClock
from edge.adapters.state_files import read_state
from edge.adapters.supply import IioSupply
from edge.care import beside
from edge.config import Settings
from edge.doctor import Finding
from edge.errors import EdgeError

LISTEN_S: Final = 3.0
FRESH_S: Final = 900.0
SIGNS: Final = {True: "ok   ", False: "WRONG", None: "?    "}


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `doctor` to `commands`."""
    parser = commands.add_parser(
        "doctor", help="look at bus, clock, broker, certificate, disk and power; change nothing"
    )
    parser.add_argument(
        "--config", type=Path, default=Path("/etc/outrider/agent.toml"), metavar="FILE", help="the agent's settings"
    )
    parser.add_argument(
        "--ask", action="store_true", help="ask a car that is awake which ECUs it has; sends on the bus"
    )
    parser.add_argument("--seconds", type=float, default=LISTEN_S, metavar="N", help="how long to listen to the bus")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found; leave with 1 when anything is wrong, and with 2 when the settings are."""
    settings = config.load(args.config)
    findings = list(_examined(settings, ask=args.ask, seconds=args.seconds))
    if args.json:
        well = doctor.exit_status(findings) == 0
        print(json.dumps({"well": well, "findings": [finding._asdict() for finding in findings]}))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.well]} {finding.what}: {finding.seen}")
            if not finding.well and finding.advice:
                print(f"      {finding.advice}")
    return doctor.exit_status(findings)


def _examined(settings: Settings, *, ask: bool, seconds: float) -> Iterator[Finding]:
    said = read_state(beside(settings.spool.path, "state"))
    is_connected = said is not None and bool(said["online"]) and _age_s(settings, said) <= FRESH_S
    looks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        ("interface", lambda: _bus(settings, ask=ask, seconds=seconds)),
        ("clock", lambda: [doctor.clock(MachineClock(settings.scale).quality(), examination.now())]),
        ("broker", lambda: examination.broker(settings, is_connected=is_connected)),
        ("certificate", lambda: _certificate(settings)),
        ("disk", lambda: _disk(settings)),
        ("power", lambda: [_power(settings)]),
    ]
    for what, look in looks:
        print(f"looking at {what}", file=sys.stderr)
        try:
            yield from look()
        except EdgeError as error:
            yield Finding(what, False, str(error), "see the dongle guide")


def _bus(settings: Settings, *, ask: bool, seconds: float) -> Iterator[Finding]:
    try:
        heard = listen(settings.bus, seconds)
    except EdgeError as error:
        advice = "is the adapter plugged in, the interface up, and no agent running that holds it?"
        yield Finding("interface", False, str(error), advice)
        return
    yield Finding("interface", True, f"{settings.bus.interface} {settings.bus.channel} opens")
    yield doctor.bus(heard)
    if not ask:
        yield Finding("ECUs", None, "not asked", "doctor --ask asks them, with the ignition on")
    elif heard.frames == 0:
        yield Finding("ECUs", None, "not asked: the bus is silent, so the car may be asleep", "switch the ignition on")
    elif not settings.signal_sets:
        yield Finding("ECUs", None, "not asked: without signal_sets this agent only listens")
    else:
        yield doctor.ecus(examination.ask(settings, signal_sets.interpreter(settings.signal_sets, settings.model_year)))


def _certificate(settings: Settings) -> Iterator[Finding]:
    if settings.mqtt.cert_file:
        found = examination.certificate(settings.mqtt)
        yield from doctor.certificate(found, settings.username, examination.now())


def _disk(settings: Settings) -> Iterator[Finding]:
    path = Path(settings.spool.path)
    taken = path.stat().st_size if path.exists() else 0
    yield doctor.disk(examination.free_bytes(path.parent), max(0, settings.spool.max_bytes - taken))
    yield examination.spool(path)


def _power(settings: Settings) -> Finding:
    path = settings.supply.path("iio")
    if path is None:
        return Finding(
            "power", None, "no supply wire", "without one the agent wakes by traffic alone and sees no weak 12 V"
        )
    voltage_v = IioSupply(path).voltage_v()
    if voltage_v is None:
        return Finding("power", False, f"{path}: not measured", "is the converter's driver loaded, and the path right?")
    return Finding("power", True, f"{voltage_v:.2f} V")


def _age_s(settings: Settings, said: dict[str, object]) -> float:
    at_ms = said["at_ms"]
    now_s = settings.scale.domain_s(examination.now().timestamp())
    return (now_s - float(at_ms) / 1000.0) / settings.scale.factor if isinstance(at_ms, int) else float("inf")
