"""The scoring engine as the consumer takes it."""

from collections.abc import Sequence

from cloud.log.ports import LogEntry
from cloud.runner.consumer import Engine
from cloud.runner.ports import Scored
from cloud.scoring import engine, snapshot
from cloud.scoring.causes import MODEL_OF
from cloud.scoring.engine import State
from cloud.scoring.types import FEATURES, encode


def scoring_engine() -> Engine:
    """Return the engine; a snapshot counts only for the features, models and layout that made it."""
    models = ",".join(sorted(MODEL_OF.values()))
    return Engine(
        version=f"snapshot-{snapshot.VERSION};{FEATURES};{models}",
        fresh=engine.new_state,
        step=_step,
        dump=engine.dump,
        load=engine.load,
    )


def _step(state: State, entries: Sequence[LogEntry]) -> tuple[State, list[Scored]]:
    state, assessments = engine.step(state, entries)
    return state, [Scored(a.offset, a.vehicle, a.cause, encode(a)) for a in assessments]
