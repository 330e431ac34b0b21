"""Commands for insurers: claim models on a table of policies, and what a saved one says of another."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cloud import cli_feed
from cloud.cli import AsJson
from cloud.errors import StartError

Books = Annotated[
    list[Path], typer.Argument(help="Tables of policies (Parquet or CSV), and of claims if the map says.")
]


def add_to(cli: typer.Typer) -> None:
    """Add these commands to `cli`."""
    insurer = typer.Typer(
        help="Claim models and the monthly feed for insurers; none of it sets a price.", no_args_is_help=True
    )
    insurer.command("fit")(fit)
    insurer.command("score")(score)
    cli_feed.add_to(insurer)
    cli.add_typer(insurer, name="insurer")


def fit(
    books: Books,
    map_file: Annotated[Path, typer.Option("--map", help="TOML file that names the book's columns.")],
    test: Annotated[list[Path] | None, typer.Option(help="A book to test on; again for its claims.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Folder for pictures (SVG).")] = None,
    card: Annotated[Path | None, typer.Option(help="Folder for the model card in English and Chinese.")] = None,
    save: Annotated[
        Path | None, typer.Option(help="Folder for the fitted models, for `outrider insurer score`.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the 5x2 cross-validation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit frequency and severity of claims, and show on rows held out how right they are."""
    # numpy, scikit-learn and polars are no part of the service's start.
    from cloud.insurer.models import artefact, fitting, mapping
    from cloud.insurer.models import card as cards
    from cloud.insurer.models import plots as pictures

    try:
        text = map_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read the map: {error}") from error
    chosen = mapping.parse(text, str(map_file))
    done = fitting.fit(books, test or [], chosen, _progress(), cross_validate=not quick)
    report = done.report
    try:
        if plots is not None:
            report["plots"] = [str(plots / file) for file in pictures.write(plots, report)]
        if card is not None:
            report["card"] = [str(card / file) for file in cards.write(card, report)]
        if save is not None:
            about = {key: report[key] for key in ("book", "rows", "exposure", "claims", "split")}
            report["model"] = artefact.save(save, done.map, done.linear, done.boosted, about)
    except OSError as error:
        raise StartError(f"cannot write: {error}") from error
    print(_one_line(report) if as_json else cards.card(report, "en"))


def score(
    books: Books,
    model: Annotated[Path, typer.Option(help="Folder that `outrider insurer fit --save` wrote.")],
    out: Annotated[Path | None, typer.Option(help="File for the scores, .csv or .parquet.")] = None,
    as_json: AsJson = False,
) -> None:
    """Apply a saved model to a book; it is refused where a byte of it or a column is not as it was."""
    from cloud.insurer.models import scoring

    table, told = scoring.score(books, model)
    if out is not None:
        try:
            if out.suffix == ".parquet":
                table.write_parquet(out)
            else:
                table.write_csv(out)
        except OSError as error:
            raise StartError(f"cannot write the scores: {error}") from error
        told["scores"] = str(out)
    print(_one_line(told) if as_json else f"{told['rows']} rows scored by model {told['model'][:12]}")


def _one_line(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, allow_nan=False)


def _progress() -> Callable[[str], None]:
    """Return what says to stderr what was done, and after how many seconds."""
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {what}", file=sys.stderr, flush=True)

    return say
