"""The large evaluation: a fleet to learn from, another to judge by, the bars that a release is held to."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

TRAIN_SEED: Final = 101
TEST_SEED: Final = 202
MOST_RESCUE: Final = 10.0  # false rescue-grade alerts in 1,000 vehicle-years
MOST_ADVICE: Final = 1.0  # false pieces of advice in a vehicle-year
MOST_ANNUNCIATIONS: Final = 1.5


def main() -> None:
    """Make both fleets, train, evaluate, print the result as the last line; leave with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vehicles", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--fault-rate", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outrider-evaluate-") as held:
        folder = Path(held)
        for seed in (TRAIN_SEED, TEST_SEED):
            run("firmware_sim", "fleet", "--out", str(folder / str(seed)), "--seed", str(seed), *_size(options))
        run("cloud", "train", str(folder / str(TRAIN_SEED)), "--out", str(folder / "model"))
        said = run("cloud", "evaluate", str(folder / str(TEST_SEED)), "--model", str(folder / "model"), "--json")
    lines = said.splitlines()
    result = json.loads(lines[-1])
    missed = missed_bars(result)
    print("\n".join(lines[:-1] + [f"MISSED: {bar}" for bar in missed]), file=sys.stderr)
    if options.json:
        print(json.dumps(result | {"missed": missed}))
    raise SystemExit(1 if missed else 0)


def run(module: str, *words: str) -> str:
    """Run a command of ours and return what it printed; its progress goes to our stderr."""
    done = subprocess.run([sys.executable, "-m", module, *words], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"long-evaluate: {module} {words[0]} ended with {done.returncode}; it said why above")
    return done.stdout


def missed_bars(result: dict[str, Any]) -> list[str]:
    """Return which of the bars the last line of an evaluation misses, in words."""
    missed = []
    for name, most in (
        ("rescue_grade_false_per_1000_vehicle_years", MOST_RESCUE),
        ("advice_false_per_vehicle_year", MOST_ADVICE),
        ("annunciations_per_excursion", MOST_ANNUNCIATIONS),
    ):
        if result[name] is not None and result[name] > most:
            missed.append(f"{name} is {result[name]:.3f}, at most {most:g} is allowed")
    for cause, told in result["causes"].items():
        for name, cost in told["baselines"].items():
            if told["events"] and cost is not None and told["net_cost"] >= cost:
                missed.append(f"{cause}: net cost {told['net_cost']:,.0f}, {name} has {cost:,.0f}")
    return missed


def _size(options: argparse.Namespace) -> list[str]:
    return ["--vehicles", str(options.vehicles), "--days", str(options.days), "--fault-rate", str(options.fault_rate)]


if __name__ == "__main__":
    main()
