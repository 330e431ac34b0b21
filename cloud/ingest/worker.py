"""The main story of ingest: take what arrived, judge it, store it, act on what is urgent, tell the cars, let go."""

import time
from collections.abc import Sequence
from threading import Event
from typing import Final, NamedTuple

import structlog

from cloud.errors import LogError
from cloud.ingest.allowance import Allowance
from cloud.ingest.judge import Accepted, Noted, Refused, Verdict, judge
from cloud.ingest.ports import Counts, Delivery, Lines, Pipe, Presence
from cloud.ingest.receipts import receipts
from cloud.ingest.urgent import Urgent
from cloud.log.ports import Clash, DeadLetter, Log, Record
from contract import codec, topics
from contract.clock import Clock

ROUND: Final = 1_000
IDLE_S: Final = 0.05
LOOK_S: Final = 0.02
FIRST_BACK_OFF_S: Final = 0.05
LAST_BACK_OFF_S: Final = 2.0


class Parts(NamedTuple):
    """What ingest is put together from."""

    pipe: Pipe
    log: Log
    lines: Lines
    urgent: Urgent
    counts: Counts
    clock: Clock
    allowance: Allowance


class Ingest:
    """Moves messages from the pipe into the log. A car hears of a record only after it is durably stored."""

    def __init__(self, parts: Parts) -> None:
        """Nothing moves until `run`."""
        self._parts = parts
        self._events = structlog.get_logger()
        self._wished = 0
        self._looked_s = 0.0

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; what is in hand is then either finished or not acknowledged."""
        parts = self._parts
        while not stop.is_set():
            if deliveries := parts.pipe.take(ROUND, IDLE_S):
                started_s = time.monotonic()
                self.handle(deliveries, stop)
                parts.counts.took(time.monotonic() - started_s)
            self._look_around(time.monotonic())
        parts.urgent.note()

    def _look_around(self, now_s: float) -> None:
        """Do what no message asks for: urgent events that wait, and what is wanted of the vehicles."""
        if now_s - self._looked_s >= LOOK_S:
            self._looked_s = now_s
            self._parts.urgent.advance(now_s)
            self._send_wishes()

    def handle(self, deliveries: Sequence[Delivery], stop: Event) -> None:
        """Bring these messages to their end; return with nothing acknowledged when `stop` is set meanwhile."""
        received_ms = round(self._parts.clock.wall_s() * 1000.0)
        verdicts = [judge(d.topic, d.payload, received_ms) for d in self._admitted(deliveries)]
        records, presences, refused = _sorted_out(verdicts)
        places = self._stored(records, [refusal.letter for refusal in refused], stop)
        if places is None:
            return
        clashing = [r for r, place in zip(records, places, strict=True) if isinstance(place, Clash)]
        clashes = [_refusal_of(record, received_ms) for record in clashing]
        if clashes and self._stored([], [refusal.letter for refusal in clashes], stop) is None:
            return
        if any(record.kind == "urgent" for record in records):
            self._parts.urgent.advance(time.monotonic())
        self._note(presences)
        self._tell(set(records) - set(clashing), [*refused, *clashes])
        self._parts.pipe.acknowledge(deliveries)
        self._count(places, refused, presences)

    def _admitted(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Leave out what a vehicle sends beyond its share: without a receipt it comes again, later."""
        parts = self._parts
        now_s = time.monotonic()
        admitted = [d for d in deliveries if parts.allowance.admits(_claimed_vehicle(d.topic), now_s)]
        if len(admitted) < len(deliveries):
            parts.counts.count("throttled", len(deliveries) - len(admitted))
        # Urgent lanes first; the order within a stream stays, because a stream is of one lane.
        return sorted(admitted, key=lambda d: d.topic.endswith("/telemetry"))

    def _stored(
        self, records: Sequence[Record], letters: Sequence[DeadLetter], stop: Event
    ) -> list[int | Clash | None] | None:
        """Store all of it, however often that takes; None when `stop` is set first."""
        back_off_s = FIRST_BACK_OFF_S
        while True:
            try:
                return self._parts.log.append(records, letters)
            except LogError as error:
                self._parts.counts.retried("log")
                self._events.error("log_refuses", reason=str(error), waiting=len(records), again_in_s=back_off_s)
            if stop.wait(back_off_s):
                return None
            back_off_s = min(LAST_BACK_OFF_S, back_off_s * 2.0)

    def _note(self, presences: Sequence[Presence]) -> None:
        if not presences:
            return
        try:
            self._parts.lines.note(presences)
        except LogError as error:
            # A status is retained by the broker and comes again; it is not worth holding up the log.
            self._parts.counts.retried("lines")
            self._events.error("status_not_kept", reason=str(error))

    def _tell(self, stored: set[Record], refused: Sequence[Refused]) -> None:
        if refused:  # one line a round, however many: every one is among the dead letters
            first = refused[0].letter
            self._events.warning("message_refused", count=len(refused), topic=first.topic, reason=first.reason)
        said = receipts(
            ((r.vehicle, r.stream, r.seq) for r in stored),
            ((*refusal.key, refusal.letter.reason) for refusal in refused if refusal.key is not None),
        )
        for receipt in said:
            self._parts.pipe.publish(topics.build(receipt.vehicle, "receipt"), codec.encode(receipt))

    def _send_wishes(self) -> None:
        try:
            wishes = self._parts.lines.wishes(self._wished)
        except LogError as error:
            self._parts.counts.retried("lines")
            self._events.error("wishes_not_read", reason=str(error))
            return
        for wish in wishes:
            self._parts.pipe.publish(topics.build(wish.vehicle, "config"), wish.payload, retain=True)
            self._wished = wish.serial

    def _count(
        self, places: Sequence[int | Clash | None], refused: Sequence[Refused], presences: Sequence[Presence]
    ) -> None:
        counts = self._parts.counts
        counts.count("stored", sum(isinstance(place, int) for place in places))
        counts.count("duplicate", sum(place is None for place in places))
        counts.count("refused", len(refused) + sum(isinstance(place, Clash) for place in places))
        counts.count("status", len(presences))


def _sorted_out(verdicts: Sequence[Verdict]) -> tuple[list[Record], list[Presence], list[Refused]]:
    records = [verdict.record for verdict in verdicts if isinstance(verdict, Accepted)]
    presences = [verdict.presence for verdict in verdicts if isinstance(verdict, Noted)]
    return records, presences, [verdict for verdict in verdicts if isinstance(verdict, Refused)]


def _refusal_of(record: Record, received_ms: int) -> Refused:
    key = (record.vehicle, record.stream, record.seq)
    topic = topics.build(record.vehicle, record.kind)
    return Refused(
        DeadLetter(received_ms, topic, f"seq {record.seq} of {record.stream} holds another payload", record.payload),
        key,
    )


def _claimed_vehicle(topic: str) -> str:
    """Return whose share of the work a message on `topic` is."""
    parts = topic.split("/", 3)
    return parts[2] if len(parts) == 4 else ""
