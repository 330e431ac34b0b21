"""The main story of training: fleets through the service by its rules, their truth beside it, a model out of it."""

from pathlib import Path
from typing import Any

import polars as pl

from cloud.decision.policy import Policy
from cloud.errors import EvaluationError
from cloud.evaluation import artefact, folder, run, training
from cloud.evaluation.folder import Fleet
from cloud.evaluation.run import Say
from cloud.evaluation.stream import Kept
from cloud.evaluation.truth import Truth
from cloud.scoring.hazards import Hazard
from cloud.scoring.types import CAUSES

OUTCOME: tuple[str, ...] = ("vehicle", "cause", "onset_ms", "breakdown_ms", "treated_ms")


def train(paths: list[Path], out: Path, outcomes: Path | None, workers: int, say: Say) -> dict[str, Any]:
    """Train on the fleets in `paths`, write the model to `out` and return its manifest.

    `outcomes` is a Parquet table of what workshops and drivers reported, in the columns of truth.parquet; where it
    speaks of a vehicle and cause, it is believed instead.
    """
    fleets, windows = [], []
    for path in paths:
        fleet = folder.read(path)
        truth = Truth(_rows(fleet, outcomes), fleet.end_ms)
        runs: list[Kept] = [one.kept for one in run.stream(fleet, None, Policy(), workers, say, want_features=True)]
        fleets.append((truth, runs))
        windows.append({"seed": fleet.seed, "start_ms": fleet.start_ms, "end_ms": fleet.end_ms})
    hazards: dict[str, Hazard] = {}
    told: dict[str, Any] = {}
    for cause in CAUSES:
        hazard, told[cause] = training.fit(cause, training.rows_of(cause, fleets))
        if hazard is not None:
            hazards[cause] = hazard
        became = "its rule stays" if hazard is None else "trained"
        say(f"{cause}: {became} ({told[cause]['breakdowns']} breakdowns)")
    if not hazards:
        raise EvaluationError("no cause has breakdowns enough to learn from; make a larger fleet")
    seeds = sorted({window["seed"] for window in windows})
    version = artefact.save(out, hazards, {"seeds": seeds, "windows": windows, "metrics": told})
    return {"version": version, "seeds": seeds, "windows": windows, "causes": told}


def _rows(fleet: Fleet, outcomes: Path | None) -> list[dict[str, Any]]:
    rows = fleet.truth.to_dicts()
    if outcomes is None:
        return rows
    of_fleet = pl.col("vehicle").is_in(fleet.vehicles["vehicle"].implode())
    told = folder.table(outcomes, OUTCOME).filter(of_fleet).to_dicts()
    known = {(row["vehicle"], row["cause"]) for row in told}
    return [row for row in rows if (row["vehicle"], row["cause"]) not in known] + told
