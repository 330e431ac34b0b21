"""Frames to numbers by a compiled table, against cantools on the same DBC: the agent listens on a small computer.

The DBC is made up, seeded, in the mix that the 97 files of opendbc have which cantools reads: 8.4 signals a message,
36 % of them flags, 81 % within one byte, 70 % big-endian, 6 % signed, one message in a hundred multiplexed. cantools is
tried as it is where bitstruct has no C extension for the machine, and as it is where it has one. It makes a dictionary
of every frame, ours gives the values beside their names, which are the same for every frame; compared are dictionaries.
"""

import random
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

import bitstruct
import cantools
from cantools.database.can import Database

from benchmarks.harness import Contestant, Row, compare
from edge.dbc_compile import compile_dbc
from edge.obd.passive.decoder import Part, TableDecoder

MESSAGES: Final = 100
FRAMES: Final = 3_000
SEED: Final = 1
# Bits of a signal, and how many of a thousand signals have them.
SIZES: Final = {
    1: 359, 2: 142, 8: 129, 4: 65, 3: 61, 14: 33, 16: 32, 11: 26, 10: 25, 6: 25, 7: 24, 12: 22, 5: 15, 32: 9,
}  # fmt: skip
GAPS: Final = (0, 0, 0, 1, 3, 8)
BIG_ENDIAN: Final = 0.7
SCALES: Final = ((1, 0), (1, 0), (0.1, 0), (0.01, 0), (0.5, -40), (2, 0))
HEAD: Final = 'VERSION ""\nNS_ :\nBS_:\nBU_: ECU\n'
IDS_OF_A_PAGE: Final = 4


class Frame(NamedTuple):
    """One frame of a bus."""

    can_id: int
    data: bytes


def made_dbc() -> str:
    """Return a DBC of `MESSAGES` messages of 8 bytes, seeded."""
    draw = random.Random(SEED)
    lines = [HEAD]
    for number in range(MESSAGES):
        lines.append(f"BO_ {0x100 + number} M{number}: 8 ECU")
        pages = [""] if number else [f" m{page}" for page in range(IDS_OF_A_PAGE)]
        if not number:
            lines.append(' SG_ Page M : 0|2@1+ (1,0) [0|3] "" ECU')
        for page in pages:
            lines += _signals(draw, page, 8 if page else 0)
        lines.append("")
    return "\n".join(lines) + "\n"


def _signals(draw: random.Random, page: str, bit: int) -> list[str]:
    """Return signals that fill the message from `bit` on, some bits left out between them."""
    lines: list[str] = []
    big = draw.random() < BIG_ENDIAN
    while True:
        (size,) = draw.choices(tuple(SIZES), tuple(SIZES.values()))
        bit += draw.choice(GAPS)
        if size % 8 == 0 and bit % 8:
            bit += 8 - bit % 8
        if bit + size > 64:
            return lines
        start = bit // 8 * 8 + 7 - bit % 8 if big else bit
        scale, offset = draw.choice(SCALES) if size > 4 else (1, 0)
        sign = "-" if size >= 8 and draw.random() < 0.2 else "+"
        name = f"S{bit}{page.strip()}"
        lines.append(f' SG_ {name}{page} : {start}|{size}@{1 - big}{sign} ({scale},{offset}) [0|0] "" ECU')
        bit += size


def frames() -> list[Frame]:
    """Return `FRAMES` frames with random payloads, seeded; every page there is comes up."""
    draw = random.Random(SEED)
    return [Frame(0x100 + draw.randrange(MESSAGES), draw.randbytes(8)) for _ in range(FRAMES)]


def table(text: str) -> TableDecoder:
    """Return our decoder for the DBC in `text`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.dbc"
        path.write_text(text)
        return TableDecoder(compile_dbc(path).table)


def database(text: str, *, in_c: bool) -> Database:
    """Return cantools' own for the DBC in `text`, with or without the help of bitstruct's C extension."""
    extension = getattr(bitstruct, "c", None)
    bitstruct.c = extension if in_c else None
    try:
        loaded = cantools.database.load_string(text, "dbc", strict=False)
    finally:
        bitstruct.c = extension
    assert isinstance(loaded, Database)
    return loaded


def ours(text: str, bus: list[Frame]) -> Contestant:
    """Return our decoder on every frame of `bus`."""

    def run(decoder: TableDecoder) -> list[list[Part]]:
        return [found.parts(data) for can_id, data in bus if (found := decoder.find(can_id, False))]

    decoder = table(text)
    return Contestant("outrider", lambda: decoder, run, len(bus), lambda _, frames: [as_dictionary(p) for p in frames])


def as_dictionary(parts: list[Part]) -> dict[str, float]:
    """Return the names and values of one frame as cantools gives them."""
    return {name: value for names, values in parts for name, value in zip(names, values, strict=True)}


def peer(text: str, bus: list[Frame], *, in_c: bool) -> Contestant:
    """Return cantools on every frame of `bus`, to numbers as we do."""
    loaded = database(text, in_c=in_c)
    return Contestant(
        "cantools",
        lambda: loaded,
        lambda loaded: [loaded.decode_message(can_id, data, decode_choices=False) for can_id, data in bus],
        len(bus),
    )


def same(ours: list[Any], theirs: list[Any]) -> bool:
    """Say whether both came to the same numbers, every one of them."""
    return ours == theirs


def rows() -> list[Row]:
    """Return the rows of this suite."""
    text, bus = made_dbc(), frames()
    mine = ours(text, bus)
    return [
        compare(
            "dbc: frames to numbers, against cantools in pure Python",
            mine,
            peer(text, bus, in_c=False),
            same=same,
            floor=5.0,
            target=6.0,
        ),
        compare(
            "dbc: frames to numbers, against cantools with bitstruct in C",
            mine,
            peer(text, bus, in_c=True),
            same=same,
            floor=1.0,
            target=2.0,
        ),
    ]
