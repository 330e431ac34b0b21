"""Putting what was stored and refused into receipts: one a stream, with ranges. Pure."""

from collections.abc import Iterable
from typing import Final

from contract.messages import Receipt

MAX_REFUSALS: Final = 500


def receipts(stored: Iterable[tuple[str, str, int]], refused: Iterable[tuple[str, str, int, str]]) -> list[Receipt]:
    """Return the receipts for these records, given as (vehicle, stream, seq) and (vehicle, stream, seq, reason)."""
    seqs: dict[tuple[str, str], set[int]] = {}
    reasons: dict[tuple[str, str], dict[int, str]] = {}
    for vehicle, stream, seq in stored:
        seqs.setdefault((vehicle, stream), set()).add(seq)
    for vehicle, stream, seq, reason in refused:
        reasons.setdefault((vehicle, stream), {})[seq] = reason
    return [
        Receipt(
            vehicle=vehicle,
            stream=stream,
            stored=ranges(seqs.get((vehicle, stream), set())),
            rejected=tuple(sorted(reasons.get((vehicle, stream), {}).items())[:MAX_REFUSALS]),
        )
        for vehicle, stream in {**seqs, **reasons}
    ]


def ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return `numbers` as the fewest ranges, lowest first, both ends included."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
