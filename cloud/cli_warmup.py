"""The command that compiles the kernels ahead of the first start: for the making of an image, or after an update."""

import json
import time

import typer

from cloud.cli import AsJson


def add_to(cli: typer.Typer) -> None:
    """Add this command to `cli`."""
    cli.command()(warmup)


def warmup(as_json: AsJson = False) -> None:
    """Compile or load every kernel of scoring, keep them, and say where and how long it took.

    They are kept for this processor and these sources in NUMBA_CACHE_DIR, without it beside the sources. For an image
    that runs on other machines set NUMBA_CPU_NAME=x86-64-v3 here and there.
    """
    began = time.perf_counter()
    from cloud.scoring import engine, kernels

    engine.warmup()
    seconds, folder, cpu = round(time.perf_counter() - began, 2), str(kernels.kept_in()), kernels.compiled_for()
    if as_json:
        print(json.dumps({"seconds": seconds, "kept_in": folder, "cpu": cpu}))
    else:
        print(f"kernels are ready after {seconds} s, kept in {folder} for {cpu}")
