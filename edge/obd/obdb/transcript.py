"""What an ELM327 printed, as frames: echoes, prompts and its own words are passed over, damaged lines counted.

A line is the CAN id and up to eight bytes, with or without spaces: 3 hex digits and an even number make an odd length,
8 and an even number an even one, so that the width of the id needs no telling.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from edge.obd.frames import CanFrame

_HEX: Final = frozenset("0123456789ABCDEF")
_DIGITS_11BIT: Final = 3
_DIGITS_29BIT: Final = 8
_MOST_DATA: Final = 16  # hex digits of eight bytes
_MAX_29BIT: Final = 0x1FFFFFFF
# Words of the adapter, which may stand on a frame's own line.
_WORDS: Final = re.compile(
    r"SEARCHING\.*|BUS ?INIT:? ?(?:\.*OK)?\.*|NO DATA|UNABLE TO CONNECT|CAN ERROR|BUS ERROR|BUS BUSY|BUFFER FULL"
    r"|DATA ERROR|<DATA ERROR|<RX ERROR|FB ERROR|LV RESET|LP ALERT|ACT ALERT|STOPPED|ERR\d\d|ELM327.*|OK|[?>]",
    re.IGNORECASE,
)


class Transcript(NamedTuple):
    """The frames in the order of the lines, and how many lines were neither frame nor words of the adapter."""

    frames: tuple[CanFrame, ...]
    damaged: int
    lines: tuple[str, ...]  # the hex digits of every line that holds nothing else, damaged ones too


def read(text: str | Iterable[str], *, extended: bool | None = None) -> Transcript:
    """Return the frames in `text`, one text or several.

    Args:
        extended: the id width that the command has; a line of the other width is damaged. None: either.
    """
    texts = [text] if isinstance(text, str) else text
    frames: list[CanFrame] = []
    lines: list[str] = []
    damaged = 0
    for line in (line for part in texts for line in re.split(r"[\r\n\x00]+", part)):
        bare = "".join(_WORDS.sub(" ", line).split()).upper()
        if not bare:
            continue
        if _HEX.issuperset(bare):
            lines.append(bare)
        frame = _frame(bare)
        if frame is None or (extended is not None and frame.extended is not extended):
            damaged += 1
        else:
            frames.append(frame)
    return Transcript(tuple(frames), damaged, tuple(lines))


def _frame(digits: str) -> CanFrame | None:
    if not _HEX.issuperset(digits):
        return None
    extended = len(digits) % 2 == 0
    head = _DIGITS_29BIT if extended else _DIGITS_11BIT
    if not head < len(digits) <= head + _MOST_DATA:
        return None
    can_id = int(digits[:head], 16)
    if can_id > (_MAX_29BIT if extended else 0x7FF):
        return None
    return CanFrame(can_id, extended, bytes.fromhex(digits[head:]))
