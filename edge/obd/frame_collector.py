"""A freeze frame of service 02, put together from one answer for each of its PIDs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract.messages import FreezeFrame
from edge.obd.facts import FrameCause, FrozenData, Supports
from edge.obd.services import current_data, freeze_frame

_STEP = 0x20


@dataclass(slots=True)
class _Growing:
    """One ECU's frame, and the requests that are not settled."""

    code: str
    number: int
    waiting: set[bytes]
    values: dict[str, float] = field(default_factory=dict)
    raw: dict[int, bytes] = field(default_factory=dict)


class FrameCollector:
    """Hand it what answers say, send what it asks for, and take what is `complete`."""

    def __init__(self, lengths: Mapping[int, int]) -> None:
        """Take the lengths of the PIDs that can be read; others are not asked for."""
        self._lengths = dict(lengths)
        self._growing: dict[str, _Growing] = {}

    def take(self, fact: FrameCause | Supports | FrozenData) -> list[bytes]:
        """Take one answer's fact; return what is to be asked next."""
        if isinstance(fact, FrameCause):
            return self._begin(fact)
        growing = self._growing.get(fact.ecu)
        if growing is None:
            return []
        if isinstance(fact, FrozenData):
            growing.waiting.discard(freeze_frame.make_request(fact.pid, fact.number))
            growing.values |= fact.values
            growing.raw |= fact.raw
            return []
        base = fact.request[1]
        wanted = [
            freeze_frame.make_request(pid, growing.number)
            for pid in sorted(fact.identifiers)
            if (pid in self._lengths and pid != freeze_frame.STORED_BY) or pid == base + _STEP
        ]
        growing.waiting.discard(fact.request)
        growing.waiting.update(wanted)
        return wanted

    def give_up(self, ecu: str, request: bytes) -> None:
        """Nobody will answer `request` any more."""
        if ecu in self._growing:
            self._growing[ecu].waiting.discard(request)

    def forget(self, ecu: str) -> None:
        """`ecu` lists no codes: its frame is gone with them."""
        self._growing.pop(ecu, None)

    def complete(self) -> list[FreezeFrame]:
        """Return, once, the frames that nothing is missing of any more; one of which nothing could be read is none."""
        done = [ecu for ecu, growing in self._growing.items() if not growing.waiting]
        grown = [(ecu, self._growing.pop(ecu)) for ecu in done]
        return [
            FreezeFrame(ecu=ecu, code=one.code, number=one.number, values=one.values, raw=one.raw)
            for ecu, one in grown
            if one.values or one.raw
        ]

    def _begin(self, cause: FrameCause) -> list[bytes]:
        self._growing.pop(cause.ecu, None)
        if cause.code is None:
            return []
        first = freeze_frame.make_request(current_data.SUPPORT_PIDS[0], cause.number)
        self._growing[cause.ecu] = _Growing(cause.code, cause.number, {first})
        return [first]
