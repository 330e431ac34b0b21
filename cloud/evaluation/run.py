"""The main story of an evaluation: every part of a fleet through the service, then held against the truth."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from cloud.decision.policy import Policy
from cloud.errors import EvaluationError
from cloud.evaluation import baselines, daily, judged
from cloud.evaluation.artefact import Artefact
from cloud.evaluation.folder import OF_ROWS, Fleet, table
from cloud.evaluation.messages import strangers_in
from cloud.evaluation.stream import Kept, Stream
from cloud.evaluation.truth import Truth
from cloud.scoring.hazards import Models
from cloud.scoring.types import CAUSES

FORMAT: Final = 1

Say = Callable[[str], None]


class Done(NamedTuple):
    """What one part gave: what was kept of it, its days for the baselines, its vehicles, columns nobody knows."""

    kept: Kept
    days: pl.DataFrame
    vehicles: int
    strangers: list[str]


def evaluate(fleet: Fleet, artefact: Artefact | None, policy: Policy, workers: int, say: Say) -> dict[str, Any]:
    """Return the whole report of a fleet; raise `EvaluationError` where the model has seen this fleet's seed."""
    if artefact is not None and fleet.seed in artefact.seeds:
        raise EvaluationError(f"{fleet.path}: the model was trained on seed {fleet.seed}; evaluate on another")
    models = None if artefact is None else artefact.models
    done = list(stream(fleet, models, policy, workers, say, want_features=False))
    truth = Truth(fleet.truth.iter_rows(named=True), fleet.end_ms)
    runs = [one.kept for one in done]
    vehicle_days = sum(one.vehicles for one in done) * fleet.days
    days = pl.concat([one.days for one in done], how="diagonal").sort("day", "vehicle")
    if not baselines.has_river():
        say("NOT RUN: the half-space trees, for want of river; their column says null")
    causes = {}
    for cause in causes_of(truth):
        causes[cause] = judged.of_cause(cause, runs, truth, policy, vehicle_days)
        causes[cause]["baselines"] = baselines.net_costs(days, cause, truth, policy.cost_of(cause))
        say(f"{cause}: {causes[cause]['found']} of {causes[cause]['events']} breakdowns told of")
    return {
        "format": FORMAT,
        "seed": fleet.seed,
        "vehicles": sum(one.vehicles for one in done),
        "days": fleet.days,
        "entries": sum(kept.entries for kept in runs),
        "refused": {name: sum(kept.counts[name] for kept in runs) for name in runs[0].counts if name != "entries"},
        "model": "rules" if models is None else models.version,
        "calibrated": [] if models is None else sorted(models.hazards),
        "causes": causes,
        **judged.overall(runs, truth, vehicle_days),
    }


def causes_of(truth: Truth) -> list[str]:
    """Return every cause that scoring knows, then those that only the truth does."""
    return [*CAUSES, *sorted({cause for _, cause in truth.of} - set(CAUSES))]


def stream(
    fleet: Fleet, models: Models | None, policy: Policy, workers: int, say: Say, *, want_features: bool
) -> Iterator[Done]:
    """Yield what each part gave, in their order; `say` hears of each."""
    jobs = [(fleet, path, models, policy, want_features) for path in fleet.parts]
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    told: set[str] = set()
    if workers == 1:
        finished: Iterator[Done] = map(_part, jobs)
        yield from _telling(finished, fleet, told, say)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from _telling(pool.map(_part, jobs), fleet, told, say)


def _telling(finished: Iterator[Done], fleet: Fleet, told: set[str], say: Say) -> Iterator[Done]:
    for number, one in enumerate(finished, start=1):
        for name in one.strangers:
            if name not in told:
                told.add(name)
                say(f"column {name} is no signal of the catalogue and is left out")
        say(f"part {number} of {len(fleet.parts)}: {one.vehicles} vehicles, {one.kept.entries:,} entries")
        yield one


def _part(job: tuple[Fleet, Path, Models | None, Policy, bool]) -> Done:
    fleet, path, models, policy, want_features = job
    part = table(path, OF_ROWS)
    kept = Stream(fleet, policy, models, want_features=want_features).run(part, lambda _: None)
    names = part["vehicle"].unique()
    codes = fleet.codes.filter(pl.col("vehicle").is_in(names.implode()))
    return Done(kept, daily.features(part, codes), len(names), strangers_in(part.columns))
