"""Puts the parts together: a car with its physics, ECUs, bus and folder; a partner; the drivers."""

import json
import sys
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from firmware_sim.adapters.api import Api
from firmware_sim.adapters.can_bus import slcan
from firmware_sim.adapters.files import make_folder
from firmware_sim.adapters.mailbox import Mailbox
from firmware_sim.adapters.pty_pair import CrossedSerial, SerialEnd
from firmware_sim.car import Car
from firmware_sim.clock import DomainClock
from firmware_sim.driver import DriverOptions, Drivers
from firmware_sim.errors import UsageError
from firmware_sim.life import Life, forecast
from firmware_sim.models import egmp, petrol
from firmware_sim.partner import Partner, PartnerOptions
from firmware_sim.protocol.ecu import Misbehaviour
from firmware_sim.protocol.network import Network
from firmware_sim.scenarios import E_GMP, PETROL, PETROL_UDS, Scenario
from firmware_sim.vehicle import Vehicle

_LAST_DAY_S: Final = 253_370_764_800.0  # the year 9999, where dates end
_MODELS: Final = {
    PETROL: (petrol.ecus, petrol.broadcast),
    PETROL_UDS: (petrol.uds_ecus, petrol.broadcast),
    E_GMP: (egmp.ecus, egmp.broadcast),
}


@dataclass(frozen=True)
class CarOptions:
    """The words of `outrider-sim car`; `hold` keeps the story from beginning before an agent opens the bus."""

    scenario: Scenario
    vehicle: str
    seed: int
    folder: Path
    clock: DomainClock
    home: tuple[float, float]
    odometer_km: float
    hold: bool = False
    misbehaviour: tuple[tuple[str, Misbehaviour], ...] = ()
    wide_ids: bool = False


def network(vehicle: Vehicle, misbehaviour: dict[str, Misbehaviour], *, wide_ids: bool = False) -> Network:
    """Return the ECUs of `vehicle`'s model; `misbehaviour` is by the ECU's name, `all` for every one."""
    plans, broadcast = _MODELS[vehicle.build.model]
    built = plans(vehicle)
    unknown = misbehaviour.keys() - {plan.name for plan in built} - {"all"}
    if unknown:
        names = ", ".join(["all", *(plan.name for plan in built)])
        raise UsageError(f"--misbehave: no ECU {sorted(unknown)[0]!r} in this model; it has: {names}")
    usual = misbehaviour.get("all", Misbehaviour.NONE)
    ecus = [plan.build(vehicle.build.seed, misbehaviour.get(plan.name, usual), wide=wide_ids) for plan in built]
    return Network(ecus, partial(broadcast, vehicle))


def fresh_life(options: CarOptions) -> Life:
    """Return the car at its start."""
    scenario = options.scenario
    return Life(scenario, scenario.vehicle(options.vehicle, options.seed, options.home, options.odometer_km))


def run_car(options: CarOptions, stopped: threading.Event) -> None:
    """Run one car until `stopped`; prints its ready line on stdout."""
    if not 0.0 <= options.clock.now_s() < _LAST_DAY_S:
        raise UsageError("--clock: at this factor the epoch is too far off to be a date now; take one close to today")
    folder = make_folder(options.folder)
    foreseen = forecast(fresh_life(options))
    life = fresh_life(options)
    ecus = network(life.vehicle, dict(options.misbehaviour), wide_ids=options.wide_ids)
    position = SerialEnd()
    try:
        with CrossedSerial() as line:
            bus = slcan(line.near)
            begun = line.heard.is_set if options.hold else lambda: True
            try:
                car = Car(life, foreseen, ecus, bus, options.clock, folder, position.write, begun)
                print(json.dumps(car.ready(line.far, position.path), ensure_ascii=False), flush=True)
                print(f"car {options.vehicle}: {options.scenario.title}", file=sys.stderr, flush=True)
                car.run(stopped)
            finally:
                bus.close()
    finally:
        position.close()


def run_partner(options: PartnerOptions, url: str, token: str, stopped: threading.Event) -> None:
    """Run one rescue partner until `stopped`; prints its ready line on stdout."""
    api = Api(url, token)
    try:
        print(json.dumps({"partner": options.name}, ensure_ascii=False), flush=True)
        Partner(api, options, stopped).run()
    finally:
        api.close()


def run_driver(options: DriverOptions, port: int, url: str, token: str, stopped: threading.Event) -> None:
    """Run the world's drivers until `stopped`; prints its ready line on stdout."""
    make_folder(options.world)
    service = Api(url, token) if url else None
    drivers = Drivers(options, stopped, service)
    mailbox = Mailbox(port, drivers.take)
    try:
        print(json.dumps({"notices": mailbox.url}), flush=True)
        drivers.run()
    finally:
        mailbox.close()
        if service is not None:
            service.close()
