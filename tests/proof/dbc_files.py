"""DBC files of other people through `outrider-edge dbc compile`, and every frame held against cantools.

    python -m tests.proof.dbc_files            # prints the figures as JSON; needs the data folder (OUTRIDER_DATA)

Every message of every file that cantools reads is given random payloads. What cantools cannot say (it shifts signals
that overlap within one byte order, and gives up a frame whose selector chose nothing) is held against a reading of the
DBC bit by bit, written here and sharing nothing with either.
"""

import json
import math
import random
import struct
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cantools
from cantools.database.can import Database, Message, Signal
from cantools.database.errors import DecodeError, UnsupportedDatabaseFormatError

from edge.dbc_compile import compile_dbc
from edge.errors import ConfigError
from edge.obd.passive.decoder import MessageDecoder, Values
from edge.obd.passive.table import dump, parse
from tests.proof.real_cars import data_folder

SEED: Final = 1
PAYLOADS: Final = 200
ARCHIVES: Final = ("dbc/opendbc_dbc.tar.xz", "dbc/cantools_test_dbc.tar.xz")


@dataclass
class Figures:
    """What became of one collection of files."""

    files: int = 0
    read_by_cantools: int = 0
    compiled: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    messages: int = 0
    left_out: list[str] = field(default_factory=list)
    frames: int = 0
    equal_to_cantools: int = 0
    silent_cantools_equal_to_naive: int = 0
    overlapping_equal_to_naive: int = 0
    differ: list[str] = field(default_factory=list)


def collections(data: Path, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """Yield each collection's name and its DBC files, unpacked into `folder` where they are packed."""
    for archive in ARCHIVES:
        target = folder / Path(archive).name.split("_")[0]
        with tarfile.open(data / archive) as packed:
            packed.extractall(target, filter="data")
        yield target.name, sorted(path for path in target.rglob("*") if path.suffix.lower() == ".dbc")
    yield "kuksa", sorted((data / "dbc").glob("*.dbc"))
    yield "can_logs", sorted((data / "can_logs").glob("*.dbc"))


def compare_all(paths: list[Path], payloads: int) -> Figures:
    """Return the figures for `paths`, with so many random payloads for each message."""
    figures = Figures(files=len(paths))
    for path in paths:
        try:
            database = cantools.database.load_file(path, database_format="dbc", strict=False)
        except UnsupportedDatabaseFormatError as error:
            figures.refused[path.name] = type(error).__name__
            _check_refusal(path, figures)
            continue
        assert isinstance(database, Database)
        figures.read_by_cantools += 1
        _compare_file(path, database.messages, payloads, figures)
    return figures


def _check_refusal(path: Path, figures: Figures) -> None:
    try:
        compile_dbc(path)
    except ConfigError:
        return
    figures.differ.append(f"{path.name}: compiled though cantools refuses it")


def _compare_file(path: Path, messages: list[Message], payloads: int, figures: Figures) -> None:
    compiled = compile_dbc(path)
    table = parse(dump(compiled.table), path.name)
    figures.compiled += 1
    figures.left_out += [f"{path.name}: {left.name}: {left.reason}" for left in compiled.left_out]
    whole = {left.name for left in compiled.left_out if "." not in left.name}
    draw = random.Random(f"{SEED} {path.name}")
    ours = iter(table.messages)
    for message in messages:
        if message.name in whole:
            continue
        figures.messages += 1
        decoder = MessageDecoder(next(ours))
        assert decoder.message.name == message.name
        for number in range(payloads):
            data = bytes([0x00, 0xFF][number : number + 1] * message.length) or draw.randbytes(message.length)
            # Left to chance, a selector of 8 bits would hardly ever choose one of its four ids.
            _compare_frame(path, message, decoder, chosen(message, data, draw) if number % 4 else data, figures)


def _compare_frame(path: Path, message: Message, decoder: MessageDecoder, data: bytes, figures: Figures) -> None:
    figures.frames += 1
    ours = decoder.decode(data)
    try:
        theirs: Any = message.decode(data, decode_choices=False)
    except DecodeError:  # a selector that chose nothing, or a layout that it cannot unpack
        theirs = None
    if theirs is not None and same(ours, theirs):
        figures.equal_to_cantools += 1
    elif theirs is None and same(ours, naive(message, data)):
        figures.silent_cantools_equal_to_naive += 1
    elif theirs is not None and overlaps(message) and same(ours, naive(message, data)):
        figures.overlapping_equal_to_naive += 1
    else:
        figures.differ.append(f"{path.name} {message.name} {data.hex()}: {ours} is not {theirs}")


def chosen(message: Message, data: bytes, draw: random.Random) -> bytes:
    """Return `data` with ids that choose something in the selectors of `message`."""
    bits = [int(digit) for byte in data for digit in f"{byte:08b}"]
    for selector in message.signals:
        below = [s for s in message.signals if s.multiplexer_signal == selector.name and s.multiplexer_ids]
        if not below or max(positions(selector)) >= len(bits):
            continue
        wanted = draw.choice(draw.choice(below).multiplexer_ids or [0])
        for place, digit in zip(positions(selector), f"{wanted:0{selector.length}b}"[-selector.length :], strict=True):
            bits[place] = int(digit)
    whole = int("".join(map(str, bits)) or "0", 2)
    return whole.to_bytes(message.length, "big")


def same(ours: Values, theirs: dict[str, Any]) -> bool:
    """Say whether both hold the same signals with equal numbers; a NaN is equal to a NaN."""
    return ours.keys() == theirs.keys() and all(
        ours[name] == theirs[name] or (math.isnan(ours[name]) and math.isnan(theirs[name])) for name in ours
    )


def overlaps(message: Message) -> bool:
    """Say whether signals of one byte order share a bit, or lie outside of the message."""
    for big in (False, True):
        signals = [s for s in message.signals if (s.byte_order == "big_endian") == big]
        for number, signal in enumerate(signals):
            bits = set(positions(signal))
            if max(bits) >= 8 * message.length or any(bits & set(positions(other)) for other in signals[:number]):
                return True
    return False


def positions(signal: Signal) -> list[int]:
    """Return the bits of `signal`, most significant first, as 8 * byte + 7 - bit within the byte."""
    if signal.byte_order == "big_endian":
        first = 8 * (signal.start // 8) + 7 - signal.start % 8
        return list(range(first, first + signal.length))
    return [8 * (bit // 8) + 7 - bit % 8 for bit in reversed(range(signal.start, signal.start + signal.length))]


def naive(message: Message, data: bytes) -> dict[str, float]:
    """Return what stands in `data`, bit by bit and signal by signal."""
    bits = "".join(f"{byte:08b}" for byte in data)
    named = {signal.name: signal for signal in message.signals}
    values: dict[str, float] = {}

    def value(signal: Signal) -> float | None:
        if max(positions(signal)) >= len(bits):
            return None
        digits = "".join(bits[place] for place in positions(signal))
        raw: float = int(digits, 2)
        if signal.conversion.is_float:
            kind = {16: ">e", 32: ">f", 64: ">d"}[signal.length]
            raw = struct.unpack(kind, int(digits, 2).to_bytes(signal.length // 8, "big"))[0]
        elif signal.is_signed and digits[0] == "1":
            raw = int(digits, 2) - (1 << signal.length)
        return raw * signal.scale + signal.offset

    def is_chosen(signal: Signal) -> bool:
        if signal.multiplexer_signal is None:
            return True
        above = named[signal.multiplexer_signal]
        chosen = value(above)
        ids = signal.multiplexer_ids or []
        return chosen is not None and int(chosen) in ids and is_chosen(above)

    for signal in message.signals:
        number = value(signal)
        if number is not None and is_chosen(signal):
            values[signal.name] = number
    return values


def main() -> int:
    """Print the figures of every collection; 1 when something differs."""
    data = data_folder()
    if not data.is_dir():
        print(f"no recorded data in {data}; name the folder in OUTRIDER_DATA", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for name, paths in collections(data, Path(folder)):
            print(f"{name}: {len(paths)} files ...", file=sys.stderr)
            found[name] = vars(compare_all(paths, PAYLOADS))
    print(json.dumps(found))
    return 1 if any(figures["differ"] for figures in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
