"""Judge refused messages once more, after an upgrade: what can be read by now is stored as of when it came."""

from collections.abc import Sequence
from typing import NamedTuple

from cloud.ingest.judge import Noted, Refused, judge
from cloud.log.ports import Clash, DeadLetter, Log


class Looked(NamedTuple):
    """What became of one refused message: stored, or the reason why it still is not."""

    id: int
    stored: bool
    reason: str


def look_again(log: Log, letters: Sequence[DeadLetter]) -> list[Looked]:
    """Store what is no longer refused under the time it first came, and forget its letter; raise `LogError`."""
    return [_looked(log, letter) for letter in letters]


def _looked(log: Log, letter: DeadLetter) -> Looked:
    verdict = judge(letter.topic, letter.payload, letter.received_ms)
    if isinstance(verdict, Refused):
        return Looked(letter.id, False, verdict.letter.reason)
    if isinstance(verdict, Noted):
        return Looked(letter.id, False, "a status of then says nothing of now: discard it")
    (place,) = log.append([verdict.record])
    if isinstance(place, Clash):
        return Looked(letter.id, False, letter.reason)
    log.forget_dead_letters([letter.id])
    return Looked(letter.id, True, "")
