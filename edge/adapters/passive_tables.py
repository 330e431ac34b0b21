"""Passive tables from disk: those that travel with the agent, by name, and a compiled file by its path."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from edge.errors import SignalSetError
from edge.obd.passive.table import Table, parse

_SUFFIX: Final = ".json"


def names() -> tuple[str, ...]:
    """Return the names of the tables that travel with the agent."""
    folder = files("edge.obd.passive").joinpath("data")
    return tuple(sorted(entry.name.removesuffix(_SUFFIX) for entry in folder.iterdir() if entry.name.endswith(_SUFFIX)))


def load(name: str) -> Table:
    """Return the table called `name`, or in the file so named where that ends in .json; raise `SignalSetError`."""
    try:
        if name.endswith(_SUFFIX):
            table = parse(Path(name).read_bytes(), name)
        elif name in names():
            table = parse(files("edge.obd.passive").joinpath("data", name + _SUFFIX).read_bytes(), name + _SUFFIX)
        else:
            raise SignalSetError(
                f"no passive table {name!r}; there are {', '.join(names())}, or a path ending in .json"
            )
    except OSError as error:
        raise SignalSetError(f"{name}: {error.strerror or error}; name a readable table") from error
    if not table.paths:
        raise SignalSetError(f"{name}: reports nothing; compile it with `outrider-edge dbc compile --map`")
    return table
