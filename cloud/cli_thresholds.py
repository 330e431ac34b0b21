"""The command `outrider thresholds`: how high thresholds must be for a fleet and its budget of false alarms."""

import json
from typing import Annotated

import typer

from cloud.cli import AsJson
from cloud.errors import SettingsError


def add_to(cli: typer.Typer) -> None:
    """Add this command to `cli`."""
    cli.command("thresholds")(thresholds)


def thresholds(
    vehicles: Annotated[int, typer.Option(help="Vehicles in the fleet.")],
    signals: Annotated[int, typer.Option(help="Signals watched on each.")],
    budget: Annotated[float, typer.Option(help="False alarms a day that the fleet may have.")],
    per_day: Annotated[float, typer.Option("--per-day", help="Readings a day that are judged, of each signal.")] = 1.0,
    phi: Annotated[float, typer.Option(help="Autocorrelation from one reading to the next.")] = 0.0,
    k: Annotated[float, typer.Option("--k", help="CUSUM's allowance in sd; half the shift to be found.")] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Print the thresholds that keep a fleet within its budget of false alarms."""
    from cloud.scoring.thresholds import budget as choosing

    fleet = choosing.Fleet(vehicles, signals, budget, per_day, phi)
    try:
        chosen = choosing.choose(fleet, k)
    except ValueError as error:
        raise SettingsError(f"thresholds: {error}") from error
    if as_json:
        told = {name: _shown(value) for name, value in chosen._asdict().items()}
        print(json.dumps({"fleet": fleet._asdict(), **told}))
        return
    print(f"{fleet.tests_per_day:,.0f} readings a day, {budget:g} false alarms a day: one in {chosen.arl0:,.0f} a side")
    print(f"CUSUM k = {k:g}: h = {chosen.cusum_h:.2f} prewhitened ({chosen.cusum_h_siegmund:.2f} by Siegmund),")
    print(f"  {chosen.cusum_h_raw:.2f} on autocorrelated readings as they are (phi = {phi:g})")
    print(f"  a shift of 1 sd is found after {chosen.delay_prewhitened:.1f} readings, or {chosen.delay_raw:.1f}")
    print(f"SPOT q = {chosen.spot_q:.3g}; conformal: {chosen.calibration_scores:,} calibration scores reach that")
    print(f"fleet-wide, each day: Benjamini-Hochberg at {chosen.fdr_alpha:g}; within a day: LORD at the same")
    print(f"on-delay {chosen.on_delay}, off-delay {chosen.off_delay}, deadband {chosen.deadband_sd:g} sd of the noise:")
    print(f"  {chosen.annunciations_per_excursion:.2f} annunciations per true excursion")


def _shown(value: float | int) -> float | int:
    return float(f"{value:.6g}") if isinstance(value, float) else value
