"""Signal sets from disk: those that travel with the agent, by name, and a file of one's own, by its path."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from edge.errors import SignalSetError
from edge.obd.interpreter import Interpreter
from edge.obd.signalset import SignalSet
from edge.obd.signalset_reader import parse

_SUFFIX = ".toml"
_STANDARD = "sae-j1979"


def names() -> tuple[str, ...]:
    """Return the names of the sets that travel with the agent."""
    folder = files("edge.obd").joinpath("data")
    return tuple(sorted(entry.name.removesuffix(_SUFFIX) for entry in folder.iterdir() if entry.name.endswith(_SUFFIX)))


def load(wanted: Iterable[str]) -> tuple[SignalSet, ...]:
    """Return the sets called `wanted`, or in the files so named; raise `SignalSetError`."""
    return tuple(_load(name) for name in dict.fromkeys(wanted))


def interpreter(wanted: Iterable[str], model_year: int | None = None) -> Interpreter:
    """Return the interpreter of the sets called `wanted`, as far as they hold for that model year."""
    sets = [signal_set.of_year(model_year) for signal_set in load(wanted)]
    # What was frozen with a code is read whole, whatever of it is polled.
    standard = [name for name in names() if name.startswith(_STANDARD)] if sets else []
    return Interpreter(sets, frozen=load(standard))


def of_some_years(wanted: Iterable[str]) -> int:
    """Return how many commands of the sets called `wanted` are for cars of some model years only."""
    return sum(command.years is not None for signal_set in load(wanted) for command in signal_set.commands)


def _load(name: str) -> SignalSet:
    try:
        if name in names():
            return parse(files("edge.obd").joinpath("data", name + _SUFFIX).read_text("utf-8"), name + _SUFFIX)
        if name.endswith(_SUFFIX) or "/" in name or Path(name).is_file():
            return parse(Path(name).read_text("utf-8"), name)
        raise SignalSetError(f"no signal set {name!r}; there are {', '.join(names())}, or a path to a file")
    except (OSError, UnicodeDecodeError) as error:
        raise SignalSetError(f"{name}: {error}") from error
