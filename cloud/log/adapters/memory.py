"""A log that lives as long as its process: for tests and trials."""

from collections.abc import Sequence
from itertools import islice
from threading import Condition

from cloud.log.ports import WHOLE, Clash, DeadLetter, LogEntry, Partition, Record, slot_of


class MemoryLog:
    """The whole log in lists; see `Log` for what each method promises."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[LogEntry] = []
        self._by_key: dict[tuple[str, str, int], LogEntry] = {}
        self._dead: list[DeadLetter] = []
        self._last_dead = 0
        self._committed: dict[str, int] = {}
        self._grown = Condition()

    def append(self, records: Sequence[Record], dead: Sequence[DeadLetter] = ()) -> list[int | Clash | None]:
        """Store all of it; see `Log`."""
        with self._grown:
            places = [self._store(record) for record in records]
            for letter in dead:
                self._last_dead += 1
                self._dead.append(letter._replace(id=self._last_dead))
            self._grown.notify_all()
        return places

    def read(
        self, after_offset: int, limit: int, partition: Partition = WHOLE, kind: str | None = None
    ) -> list[LogEntry]:
        """Return the next entries of that share and kind; see `Log`."""
        later = islice(self._entries, after_offset, None)
        shared = (e for e in later if slot_of(e.vehicle) % partition.of == partition.share)
        return list(islice((e for e in shared if kind is None or e.kind == kind), limit))

    def tail(self, vehicle: str, after_offset: int) -> list[LogEntry]:
        """Return that vehicle's newest entries; see `Log`."""
        return [entry for entry in islice(self._entries, after_offset, None) if entry.vehicle == vehicle]

    def last(self, vehicle: str, stream: str) -> LogEntry | None:
        """Return the entry with that stream's highest seq; see `Log`."""
        of_stream = (e for e in self._entries if (e.vehicle, e.stream) == (vehicle, stream))
        return max(of_stream, key=lambda entry: entry.seq, default=None)

    def last_offset(self) -> int:
        """Return the highest offset; see `Log`."""
        return len(self._entries)

    def wait(self, after_offset: int, timeout_s: float) -> bool:
        """Wait for an entry above `after_offset`; see `Log`."""
        with self._grown:
            return self._grown.wait_for(lambda: len(self._entries) > after_offset, timeout_s)

    def committed(self, consumer: str) -> int:
        """Return how far `consumer` is; see `Log`."""
        return self._committed.get(consumer, 0)

    def commit(self, consumer: str, offset: int) -> None:
        """Note how far `consumer` is; see `Log`."""
        self._committed[consumer] = max(offset, self.committed(consumer))

    def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Return the latest refused messages; see `Log`."""
        return self._dead[: -limit - 1 : -1]

    def forget_dead_letters(self, ids: Sequence[int]) -> int:
        """Remove those refused messages; see `Log`."""
        before, gone = len(self._dead), set(ids)
        self._dead = [letter for letter in self._dead if letter.id not in gone]
        return before - len(self._dead)

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    def _store(self, record: Record) -> int | Clash | None:
        key = (record.vehicle, record.stream, record.seq)
        if (standing := self._by_key.get(key)) is not None:
            return None if standing.payload == record.payload else Clash(standing.offset)
        entry = LogEntry(len(self._entries) + 1, *record)
        self._by_key[key] = entry
        self._entries.append(entry)
        return entry.offset
