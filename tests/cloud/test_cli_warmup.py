"""The command that compiles the kernels ahead of the first start."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from cloud import cli_warmup


def test_warmup_says_where_the_kernels_are_kept_and_for_which_processor() -> None:
    app = typer.Typer()
    cli_warmup.add_to(app)

    done = CliRunner().invoke(app, ["--json"])

    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert Path(said["kept_in"]).is_dir()
    assert said["cpu"]
    assert said["seconds"] >= 0.0
