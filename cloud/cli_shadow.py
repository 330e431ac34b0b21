"""The command `outrider shadow report`: where a candidate model would have decided otherwise."""

import json
from typing import Any

import typer

from cloud import settings
from cloud.cli import AsJson, Config, Data


def add_to(cli: typer.Typer) -> None:
    """Add this command to `cli`."""
    shadow = typer.Typer(help="A candidate model beside the active one.", no_args_is_help=True)
    shadow.callback()(_group)
    shadow.command("report")(report)
    cli.add_typer(shadow, name="shadow")


def _group() -> None:
    """Speak of the candidate that `outrider serve --shadow` scores beside the active model."""


def report(data: Data = None, config: Config = None, as_json: AsJson = False) -> None:
    """Say how often the candidate would have decided otherwise, since scoring was started with it."""
    from cloud.runner.adapters import shadow_file

    told = shadow_file.read(settings.load(config, data_dir=data).data_dir)
    print(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_in_words(told)))


def _in_words(told: dict[str, Any]) -> list[str]:
    lines = [f"candidate {told['candidate']}: {told['differences']} decisions apart, {told['vehicles']} vehicles"]
    for cause, counts in told["causes"].items():
        lines.append(f"{cause}: {counts['differences']} apart in {counts['assessments']} assessments")
        lines += [f"  {pair}: {count}" for pair, count in counts["told"].items()]
    return lines
