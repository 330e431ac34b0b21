"""Commands about driving: the score's table, learned again."""

import json

import typer

from cloud.cli import AsJson


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    cli.command("driving-score")(driving_score)


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
