"""What the agent overhears: readings by a table and J1939 fault messages, each no more often than its period.

Of a signal that is sent a hundred times a second the latest is kept and told once a period; a change of sender or of
what a multiplexer selects is another signal. Nothing here ever answers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from edge.errors import IsoTpError, ServiceError
from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.passive import j1939
from edge.obd.passive.j1939_transport import Reassembler
from edge.obd.passive.reading import MessageReader, readers
from edge.obd.passive.table import Table

FAULTS_PERIOD_S: Final = 60.0  # the same fault message again; a changed one is told at once
MAX_PARTS: Final = 4096  # (message, sender, selectors) that are told apart; a bus with more of them is not one


class Heard(NamedTuple):
    """One thing overheard, and when in the domain's monotonic time."""

    what: Reading | j1939.DiagnosticMessage
    at_s: float


@dataclass(slots=True)
class _Part:
    """The signals of one message that change together: what came last, and when it may be told again."""

    reader: MessageReader
    ecu: str
    due_s: float
    waiting: tuple[bytes, float] | None = None


class Listener:
    """Hand every received frame to `feed` and call `due` now and then; `domain_s` is the domain's monotonic time."""

    def __init__(self, table: Table | None) -> None:
        messages = table.messages if table else ()
        found = readers(messages)
        self._by_id = {(m.id, m.extended): reader for m, reader in found if not m.j1939}
        self._exact = {m.id: reader for m, reader in found if m.j1939}
        self._by_group = {j1939.pgn(m.id): reader for m, reader in reversed(found) if m.j1939}
        self._speaks_j1939 = any(message.j1939 for message in messages)
        self._transport = Reassembler()
        self._parts: dict[tuple[int, bool, tuple[int, ...]], _Part] = {}
        self._waiting: set[tuple[int, bool, tuple[int, ...]]] = set()
        self._next_s = float("inf")
        self._faults: dict[tuple[int, bool], tuple[j1939.DiagnosticMessage, float]] = {}
        self.counts: Counter[str] = Counter()

    @property
    def transport_errors(self) -> Counter[str]:
        """J1939 transfers that were dropped, by why."""
        return self._transport.errors

    def feed(self, frame: CanFrame, now_s: float, domain_s: float) -> list[Heard]:
        """Take one frame; `now_s` is real monotonic time, for transfers of several frames."""
        if self._speaks_j1939 and frame.extended:
            return self._feed_j1939(frame, now_s, domain_s)
        reader = self._by_id.get((frame.can_id, frame.extended))
        if reader is None:
            return []
        ecu = f"{frame.can_id:08X}" if frame.extended else f"{frame.can_id:03X}"
        return self._take(reader, frame.can_id, frame.extended, ecu, frame.data, domain_s)

    def due(self, domain_s: float) -> list[Heard]:
        """Return what came too soon after the last of its kind and whose time is now."""
        if domain_s < self._next_s:
            return []
        told: list[Heard] = []
        for key in [key for key in self._waiting if self._parts[key].due_s <= domain_s]:
            part = self._parts[key]
            self._waiting.discard(key)
            if part.waiting is not None:
                told += self._tell(part, *part.waiting, domain_s)
        self._next_s = min((self._parts[key].due_s for key in self._waiting), default=float("inf"))
        return told

    def _feed_j1939(self, frame: CanFrame, now_s: float, domain_s: float) -> list[Heard]:
        try:
            transfer = self._transport.feed(frame.can_id, frame.data, now_s)
        except IsoTpError:
            self.counts["broken_transfers"] += 1
            return []
        if transfer is not None:
            self.counts["transfers"] += 1
            return list(self._group(transfer.pgn, transfer.source, transfer.data, domain_s, None))
        header = j1939.split(frame.can_id)
        plain = self._by_id.get((frame.can_id, True))
        if plain is not None:
            return self._take(plain, frame.can_id, True, f"{frame.can_id:08X}", frame.data, domain_s)
        return list(self._group(header.pgn, header.source, frame.data, domain_s, frame.can_id))

    def _group(self, group: int, source: int, data: bytes, domain_s: float, can_id: int | None) -> Iterator[Heard]:
        if group in (j1939.DM1, j1939.DM2):
            yield from self._diagnose(group, source, data, domain_s)
        reader = self._exact.get(can_id) if can_id is not None else None
        reader = reader or self._by_group.get(group)
        if reader is not None:
            # The group and who sent it, whatever its priority was.
            yield from self._take(reader, group << 8 | source, True, f"{source:02X}", data, domain_s)

    def _diagnose(self, group: int, source: int, data: bytes, domain_s: float) -> Iterator[Heard]:
        try:
            message = j1939.diagnostic_message(group, source, data)
        except ServiceError:
            self.counts["broken_fault_messages"] += 1
            return
        before = self._faults.get((source, message.is_active))
        if before is not None and before[0] == message and domain_s < before[1] + FAULTS_PERIOD_S:
            return
        self._faults[source, message.is_active] = (message, domain_s)
        yield Heard(message, domain_s)

    def _take(
        self, reader: MessageReader, number: int, extended: bool, ecu: str, data: bytes, domain_s: float
    ) -> list[Heard]:
        key = (number, extended, reader.part(data))
        if not key[2]:
            return []  # its selectors chose something that nobody wants
        part = self._parts.get(key)
        if part is None:
            if len(self._parts) >= MAX_PARTS:
                self.counts["too_many_parts"] += 1
                return []
            part = self._parts[key] = _Part(reader, ecu, domain_s)
        if domain_s < part.due_s:
            if part.waiting is None:
                self._waiting.add(key)
                self._next_s = min(self._next_s, part.due_s)
            part.waiting = (data, domain_s)
            return []
        self._waiting.discard(key)
        return self._tell(part, data, domain_s, domain_s)

    def _tell(self, part: _Part, data: bytes, at_s: float, domain_s: float) -> list[Heard]:
        part.waiting = None
        part.due_s = domain_s + part.reader.period_s
        self.counts["messages"] += 1
        return [Heard(reading, at_s) for reading in part.reader.readings(part.ecu, data)]
