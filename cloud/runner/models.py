"""Which models answer: those that were asked for and found whole; a refused one leaves the rules, loudly."""

from collections.abc import Callable
from pathlib import Path

import structlog

from cloud.errors import EvaluationError
from cloud.evaluation import artefact
from cloud.scoring.hazards import Models


def models_of(folder: Path | None, refused: Callable[[], None]) -> Models | None:
    """Return the models in `folder`, None where none was asked for or it was refused; `refused` hears of that."""
    if folder is None:
        return None
    try:
        return artefact.load(folder).models
    except EvaluationError as error:
        structlog.get_logger().error("model_refused", reason=str(error), instead="the rules score")
        refused()
        return None
