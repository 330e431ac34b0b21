"""`outrider-sim fleet-plots`: a fleet's distributions as pictures, beside those of real cars where their data is."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from firmware_sim.adapters import fleet_samples, real_cars
from firmware_sim.errors import WorldError
from firmware_sim.fleet.arrays import Floats
from firmware_sim.fleet.drawing import Source, histogram, quantiles


class Picture(NamedTuple):
    """One picture: which samples it shows, over which range, and the real car it is held against."""

    name: str
    title: str
    across: str
    low: float
    high: float
    real: str = ""


PICTURES: Final = (
    Picture("wake_v", "Petrol cars: supply before the start", "V", 10.0, 14.0, "Toyota Etios (carOBD)"),
    Picture("crank_v", "Petrol cars: lowest polled voltage of a start", "V", 3.0, 14.0, "Toyota Etios (carOBD)"),
    Picture("run_v", "Petrol cars: supply while running", "V", 10.5, 16.0, "Toyota Etios (carOBD)"),
    Picture("tyre_kpa", "Electric family car: tyre pressure", "kPa", 150.0, 340.0, "IONIQ 5 (OBDb)"),
    Picture("speed_kmh", "Petrol cars: speed", "km/h", 0.0, 180.0, "Seat Leon (KIT)"),
    Picture("coolant_degc", "Petrol cars: coolant", "degC", -20.0, 120.0, "Seat Leon (KIT)"),
    Picture("crank_true_v", "Petrol cars: captured dip of a start", "V", 3.0, 13.0),
    Picture("rest_v", "Supply at rest, as the night watch reads it", "V", 10.5, 13.5),
    Picture("late_min", "How late a row comes, by the agent's clock", "min", -5.0, 60.0),
    Picture("soc_pct", "Electric cars: charge", "percent", 0.0, 100.0),
    Picture("leak_kpa_d", "Tyre leaks", "kPa a day", 0.0, 25.0),
    Picture("days_to_breakdown", "From onset to breakdown, all causes", "days", 0.0, 90.0),
)


def run(options: argparse.Namespace) -> None:
    """Draw every picture and print how the fleet and the real cars lie."""
    simulated = fleet_samples.read(options.fleet)
    real = real_cars.read(options.data) if options.data is not None else {}
    figures: dict[str, Any] = {}
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for picture in PICTURES:
            figures[picture.name] = _draw(options.out, picture, simulated, real)
    except OSError as error:
        raise WorldError(f"{options.out}: {error.strerror}; give --out a folder that can be written") from error
    if options.data is None:
        print("fleet-plots: without --data no real car is beside the fleet", file=sys.stderr)
    if options.json:
        print(json.dumps({"figures": figures, "out": str(options.out)}))
        return
    for name, told in figures.items():
        for source, at in told.items():
            print(f"{name:18} {source:24} " + " ".join(f"{key}={value}" for key, value in at.items()))


def _draw(out: Path, picture: Picture, simulated: dict[str, Floats], real: dict[str, Floats]) -> dict[str, Any]:
    sources = [Source("simulated", simulated.get(picture.name, np.empty(0)))]
    if picture.real and picture.name in real:
        sources.append(Source(picture.real, real[picture.name]))
    drawn = histogram(picture.title, picture.across, sources, picture.low, picture.high)
    (out / f"{picture.name.replace('_', '-')}.svg").write_text(drawn, encoding="utf-8")
    return {source.name: quantiles(source.values) for source in sources}
