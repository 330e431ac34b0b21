"""The commands `outrider train` and `outrider evaluate`: fleets whose truth is known."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cloud.cli import AsJson
from cloud.decision.policy import Policy
from cloud.errors import EvaluationError

Workers = Annotated[int, typer.Option(help="Processes side by side, 0 for one on each core.", min=0)]


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    cli.command("evaluate")(evaluate)
    cli.command("train")(train)


def evaluate(
    fleet: Annotated[Path, typer.Argument(help="Folder that outrider-sim fleet wrote.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a trained model; without it the rules score.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write everything that was measured here, as JSON.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Folder for pictures (SVG).")] = None,
    card: Annotated[Path | None, typer.Option(help="Folder for the model card in English and Chinese.")] = None,
    workers: Workers = 0,
    as_json: AsJson = False,
) -> None:
    """Send a fleet through the service and hold what it says against what really happened."""
    from cloud.evaluation import artefact, folder, run
    from cloud.evaluation import card as cards
    from cloud.evaluation import plots as pictures
    from cloud.evaluation import report as reports

    chosen = None if model is None else artefact.load(model)
    found = run.evaluate(folder.read(fleet), chosen, Policy(), workers, _progress())
    try:
        if plots is not None:
            pictures.write(plots, found)
        if card is not None:
            cards.write(card, found, None if chosen is None else chosen.manifest)
        if report is not None:
            report.write_text(_one_line(found) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"cannot write: {error}") from error
    print("\n".join(reports.in_words(found)))
    if as_json:
        print(_one_line(reports.last_line(found)))


def train(
    fleets: Annotated[list[Path], typer.Argument(help="Folders that outrider-sim fleet wrote, each of its own seed.")],
    out: Annotated[Path, typer.Option(help="Folder for the model.")],
    outcomes: Annotated[
        Path | None, typer.Option(help="Parquet of what was reported: vehicle, cause, onset, breakdown, treated (ms).")
    ] = None,
    workers: Workers = 0,
    as_json: AsJson = False,
) -> None:
    """Learn calibrated hazards of each cause from fleets whose truth is known."""
    from cloud.evaluation import fleets as story

    told = story.train(fleets, out, outcomes, workers, _progress())
    print(_one_line(told) if as_json else f"{told['version'][:12]} in {out}, trained on seeds {told['seeds']}")


def _one_line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def _progress() -> Callable[[str], None]:
    """Return what says to stderr what was done, and after how many seconds."""
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - started:7.1f} s  {what}", file=sys.stderr, flush=True)

    return say
