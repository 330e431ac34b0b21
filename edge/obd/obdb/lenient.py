"""What the reference scanner makes of lines that our reassembler refuses; for comparing with its figures, nothing else.

It takes a line of any length for a frame, checks no sequence number, fits no length, and reads on into the padding of a
single frame. Where a recording adapter swallowed a line's end, the published values are what this gives.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Answer(NamedTuple):
    """Who answered, and the payload."""

    response_id: int
    payload: bytes


def answers(lines: Iterable[str], *, extended: bool, addressed: bool) -> Iterator[Answer]:
    """Yield what comes together, however it does; `addressed` lines have an address byte behind the id."""
    head = 8 if extended else 3
    open_transfers: dict[str, tuple[bytes, int]] = {}
    for line in lines:
        ident, body = line[:head], line[head + (2 if addressed else 0) :]
        kind = body[:1]
        pci = {"0": 2, "1": 4, "2": 2}.get(kind)  # digits before the data
        if pci is None or len(body) <= pci or (len(body) - pci) % 2:
            continue
        data = bytes.fromhex(body[pci:])
        if kind == "0":
            yield Answer(int(ident, 16), data)
        elif kind == "1":
            open_transfers[ident] = (data, int(body[1:4], 16))
        elif ident in open_transfers:
            so_far, total = open_transfers.pop(ident)
            if len(so_far + data) >= total:
                yield Answer(int(ident, 16), (so_far + data)[:total])
            else:
                open_transfers[ident] = (so_far + data, total)
