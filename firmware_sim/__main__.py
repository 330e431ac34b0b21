"""`outrider-sim`: simulated cars, rescue partners and drivers, with the truth attached."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from firmware_sim.app import CarOptions, run_car, run_driver, run_partner
from firmware_sim.clock import parse_clock
from firmware_sim.driver import DriverOptions
from firmware_sim.errors import SimError, UsageError
from firmware_sim.fleet_words import add_fleet_words, add_plot_words
from firmware_sim.partner import PartnerOptions
from firmware_sim.partner_faults import PARTNER_FAULTS
from firmware_sim.protocol.ecu import Misbehaviour
from firmware_sim.scenarios import HOME, SCENARIOS, scenario


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done or stopped, 2 bad words, 3 a file or pty in the way, 4 the service refuses."""
    options = _parser().parse_args(arguments)
    stopped = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    try:
        match options.command:
            case "scenarios":
                _scenarios(as_json=options.json)
            case "car":
                run_car(_car_options(options), stopped)
            case "fleet":
                _fleet(options)
            case "fleet-plots":
                _fleet_plots(options)
            case "partner":
                run_partner(_partner_options(options), options.api, options.token, stopped)
            case "driver":
                run_driver(_driver_options(options), options.port, options.api, options.token, stopped)
    except SimError as error:
        print(f"outrider-sim: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _scenarios(*, as_json: bool) -> None:
    if as_json:
        print(json.dumps([entry.facts() for entry in SCENARIOS.values()]))
        return
    for entry in SCENARIOS.values():
        print(f"{entry.name:14} {entry.model:7} {entry.title}")


def _fleet(options: argparse.Namespace) -> None:
    from firmware_sim.fleet_command import run  # a car in a demo does without polars

    run(options)


def _fleet_plots(options: argparse.Namespace) -> None:
    from firmware_sim.fleet_plots_command import run

    run(options)


def _car_options(options: argparse.Namespace) -> CarOptions:
    story = scenario(options.scenario)
    return CarOptions(
        scenario=story,
        vehicle=options.vehicle,
        seed=options.seed,
        folder=options.dir,
        clock=parse_clock(options.clock),
        home=(options.lat, options.lon),
        odometer_km=story.odometer_km if options.odometer_km is None else options.odometer_km,
        hold=options.hold,
        misbehaviour=tuple(_misbehaviour(word) for word in options.misbehave),
        wide_ids=options.wide_ids,
    )


def _partner_options(options: argparse.Namespace) -> PartnerOptions:
    if not 0.0 <= options.decline <= 1.0:
        raise UsageError(f"--decline {options.decline}: write a share between 0 and 1")
    base = None if options.lat is None or options.lon is None else (options.lat, options.lon)
    clock = parse_clock(options.clock)
    return PartnerOptions(options.name, options.world, clock, options.seed, options.decline, base, options.fault)


def _driver_options(options: argparse.Namespace) -> DriverOptions:
    return DriverOptions(options.world, parse_clock(options.clock), options.answer, options.seed, options.caller)


def _misbehaviour(word: str) -> tuple[str, Misbehaviour]:
    kind, _, ecu = word.partition(":")
    try:
        return ecu or "all", Misbehaviour(kind)
    except ValueError:
        kinds = ", ".join(Misbehaviour)
        raise UsageError(f"--misbehave {word!r}: write KIND or KIND:ECU with KIND one of {kinds}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="outrider-sim", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("scenarios", help="list the stories a car can live through")
    listing.add_argument("--json", action="store_true", help="with the facts a fleet file needs")
    _add_car(commands.add_parser("car", help="run one car: ECUs on a CAN bus, physics, a fault, the truth"))
    add_fleet_words(commands.add_parser("fleet", help="make a whole fleet as Parquet, with the truth attached"))
    add_plot_words(commands.add_parser("fleet-plots", help="draw a fleet's distributions, beside real cars'"))
    _add_partner(commands.add_parser("partner", help="run one rescue partner: takes offers, drives, serves"))
    _add_driver(commands.add_parser("driver", help="run the drivers: they read notices, answer, and call for help"))
    return parser


def _add_car(car: argparse.ArgumentParser) -> None:
    car.add_argument("--scenario", required=True, help="one of `outrider-sim scenarios`")
    car.add_argument("--vehicle", required=True, help="the vehicle's id")
    car.add_argument("--seed", type=int, default=1, help="the same seed gives the same car, road and noise")
    car.add_argument("--dir", type=Path, required=True, help="its folder: supply_mv, bus.jsonl, truth.json, ...")
    car.add_argument("--clock", default="real", help="real, or scaled:FACTOR@EPOCH")
    car.add_argument("--lat", type=float, default=HOME[0], help="where it lives, WGS-84")
    car.add_argument("--lon", type=float, default=HOME[1], help="where it lives, WGS-84")
    car.add_argument("--odometer-km", type=float, help="its odometer at the start, else the scenario's")
    car.add_argument("--hold", action="store_true", help="begin the story only when an agent opens the bus")
    car.add_argument("--misbehave", action="append", default=[], metavar="KIND[:ECU]", help="let ECUs do wrong")
    car.add_argument("--wide-ids", action="store_true", help="29-bit identifiers (petrol cars)")


def _add_partner(partner: argparse.ArgumentParser) -> None:
    partner.add_argument("--api", required=True, help="the service, such as http://127.0.0.1:8080")
    partner.add_argument("--token", required=True, help="a token of the partner's role")
    partner.add_argument("--name", required=True, help="what it calls itself in its log")
    partner.add_argument("--world", type=Path, required=True, help="where the cars' folders are")
    partner.add_argument("--clock", default="real", help="real, or scaled:FACTOR@EPOCH")
    partner.add_argument("--seed", type=int, default=1, help="which offers it declines")
    partner.add_argument("--decline", type=float, default=0.0, help="share of offers it declines, 0..1")
    partner.add_argument("--fault", choices=PARTNER_FAULTS, help="how it fails: see docs/rescue-network.md")
    partner.add_argument("--lat", type=float, help="where its trucks stand, WGS-84")
    partner.add_argument("--lon", type=float, help="where its trucks stand, WGS-84")


def _add_driver(driver: argparse.ArgumentParser) -> None:
    driver.add_argument("--world", type=Path, required=True, help="where the cars' folders are")
    driver.add_argument("--port", type=int, default=0, help="port for notices on 127.0.0.1; 0 takes a free one")
    driver.add_argument("--clock", default="real", help="real, or scaled:FACTOR@EPOCH")
    driver.add_argument("--answer", choices=("yes", "no", "never"), default="yes", help="what they say when asked")
    driver.add_argument("--seed", type=int, default=1, help="how long they think")
    driver.add_argument("--api", default="", help="the service, for drivers who call; without it nobody calls")
    driver.add_argument("--token", default="", help="a token that may open rescues")
    driver.add_argument("--caller", default="", help="only this vehicle's driver may call")


if __name__ == "__main__":
    sys.exit(main())
