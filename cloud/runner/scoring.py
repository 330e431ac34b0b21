"""The scoring engine as the consumer takes it."""

from collections.abc import Callable, Sequence

from cloud.log.ports import LogEntry
from cloud.runner.consumer import Engine
from cloud.runner.ports import Scored
from cloud.scoring import engine, snapshot
from cloud.scoring.causes import MODEL_OF
from cloud.scoring.engine import State
from cloud.scoring.hazards import RULES, Serving
from cloud.scoring.types import FEATURES, encode


def scoring_engine(serving: Serving = RULES, stepped: Callable[[], None] = lambda: None) -> Engine:
    """Return the engine; a snapshot counts only for the features, rules and layout that made it.

    The state is the rules' own whoever answers, so that models come and go without scoring the log again. `stepped` is
    called after each step.
    """

    def step(state: State, entries: Sequence[LogEntry]) -> tuple[State, list[Scored]]:
        state, assessments = engine.step(state, entries, serving)
        stepped()
        return state, [Scored(a.offset, a.vehicle, a.cause, encode(a)) for a in assessments]

    models = ",".join(sorted(MODEL_OF.values()))
    return Engine(
        version=f"snapshot-{snapshot.VERSION};{FEATURES};{models}",
        fresh=engine.new_state,
        step=step,
        dump=engine.dump,
        load=engine.load,
    )
