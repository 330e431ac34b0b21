"""A DBC to the agent's table. cantools reads the DBC, here and nowhere else: a running agent never needs it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from edge.errors import ConfigError
from edge.obd.passive import table
from edge.obd.passive.table import Message, Ranges, Signal, Table

if TYPE_CHECKING:
    from cantools.database.can import Message as DbcMessage
    from cantools.database.can import Signal as DbcSignal


class Left(NamedTuple):
    """Something that a DBC holds and no frame can carry, and why it is not in the table."""

    name: str
    reason: str


class Compiled(NamedTuple):
    """A whole DBC as a table without readings, and what had to be left out."""

    table: Table
    left_out: tuple[Left, ...]


def compile_dbc(path: Path, *, j1939: bool = False) -> Compiled:
    """Return the table of the DBC at `path`; raise `ConfigError` where it cannot be read.

    `j1939` reads every 29-bit id as a parameter group, for files that do not say so themselves.
    """
    messages, left_out = [], []
    for message in _load(path):
        compiled = _message(message, j1939)
        wrong = next(table.faults(Table(name=path.stem, source=path.name, messages=(compiled,))), None)
        if wrong is not None:
            left_out.append(Left(message.name, wrong.removeprefix(f"message {message.name!r}: ")))
            continue
        left_out += [
            Left(f"{message.name}.{signal.name}", f"bit {signal.last_bit()} is not within {compiled.length} bytes")
            for signal in compiled.signals
            if signal.last_bit() >= 8 * compiled.length
        ]
        messages.append(compiled)
    return Compiled(Table(name=path.stem, source=path.name, messages=tuple(messages)), tuple(left_out))


def _load(path: Path) -> "Sequence[DbcMessage]":
    try:
        import cantools.database as reader
        from cantools.database.can import Database
        from cantools.database.errors import UnsupportedDatabaseFormatError
    except ImportError as error:
        raise ConfigError("reading a DBC needs cantools: install outrider[dbc]") from error
    try:
        database = reader.load_file(path, database_format="dbc", strict=False)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}; name a readable DBC") from error
    except UnsupportedDatabaseFormatError as error:
        raise ConfigError(f"{path}: cannot be read as a DBC: {error}") from error
    if not isinstance(database, Database):
        raise ConfigError(f"{path}: is no DBC")
    return database.messages


def _message(message: "DbcMessage", j1939: bool) -> Message:
    return Message(
        id=message.frame_id,
        extended=message.is_extended_frame,
        name=message.name,
        length=message.length,
        j1939=message.is_extended_frame and (j1939 or message.protocol == "j1939"),
        signals=tuple(_signal(signal) for signal in message.signals),
    )


def _signal(signal: "DbcSignal") -> Signal:
    # Where no value table names it, cantools keeps whole numbers whole; so does the table.
    exact = not signal.is_float and _is_whole(signal.scale) and _is_whole(signal.offset)
    return Signal(
        name=signal.name,
        start=signal.start,
        bits=signal.length,
        big_endian=signal.byte_order == "big_endian",
        signed=signal.is_signed,
        is_float=signal.is_float,
        scale=int(signal.scale) if exact else signal.scale,
        offset=int(signal.offset) if exact else signal.offset,
        unit=signal.unit or "",
        low=None if signal.minimum is None else float(signal.minimum),
        high=None if signal.maximum is None else float(signal.maximum),
        choices={} if signal.choices is None else {int(raw): str(name) for raw, name in signal.choices.items()},
        selector=signal.multiplexer_signal or "",
        selected_by=ranges(signal.multiplexer_ids or ()),
    )


def _is_whole(number: float) -> bool:
    return float(number).is_integer()


def ranges(numbers: Iterable[int]) -> Ranges:
    """Return `numbers` as ranges, ends included: a signal may be chosen by thousands of them."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
