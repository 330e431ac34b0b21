"""`python -m tests.proof.offline_week [--days 7] [--json]`: what days off line take, and how they come home.

Ten signals a second through the agent's own batcher, sealer and spool by a clock that is turned by hand; then the link
is back, a thin one of 1 Mbit/s with 200 ms there and back, on which the car goes on living and something urgent happens
every minute. The link is arithmetic; spool, delivery and payloads are the real ones.
"""

import argparse
import heapq
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from contract import signals
from contract.columns import Sample
from contract.messages import Receipt
from edge.adapters.spool_sqlite import SqliteSpool
from edge.batch import SEAL_S, Batcher
from edge.delivery import Delivery
from edge.ports import Draft, Record
from edge.sealer import Sealer
from tests.edge.fakes import FakeClock, FakeWitness

SIGNALS: Final = (
    signals.SPEED,
    signals.ENGINE_SPEED,
    signals.COOLANT_TEMPERATURE,
    signals.SUPPLY_VOLTAGE,
    signals.PACK_VOLTAGE,
    signals.PACK_CURRENT,
    *signals.TYRES,
)
MAX_BYTES: Final = 1 << 30
DAY_S: Final = 86_400
BYTES_PER_S: Final = 125_000  # 1 Mbit/s
ROUND_TRIP_S: Final = 0.2
PACKET_BYTES: Final = 100  # MQTT, TLS, TCP and IP around one payload
URGENT_EVERY_S: Final = 60.0


class Figures(NamedTuple):
    """What `days` off line took; times in seconds of the link."""

    days: float
    samples: int
    payload_bytes_per_sample: float
    file_mib: float
    days_in_one_gib: float
    given_up: int
    drained_s: float
    urgent_p95_s: float
    urgent_worst_s: float
    sent_per_payload: float


class Car:
    """A car that samples ten signals a second, by its own clock."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.clock = FakeClock()
        self._sealer = Sealer("car-1", self.clock)
        self._batch = Batcher()
        self._values = [(signal.low + signal.high) / 2 for signal in SIGNALS]

    def minute(self) -> Draft:
        """Live for a minute and return its batch."""
        for _ in range(round(SEAL_S)):
            self.clock.pass_s(1.0)
            mono_ms = round(self.clock.mono_s() * 1000)
            for k, signal in enumerate(SIGNALS):
                step = signal.resolution * round(self._chance.gauss(0.0, 20.0))
                self._values[k] = min(max(self._values[k] + step, signal.low), signal.high)
                self._batch.add(
                    signal.path, "7E8", Sample(mono_ms + 37 * k + self._chance.randrange(40), self._values[k])
                )
        samples, now = self._batch.count, self._sealer.now()
        return self._sealer.telemetry(self._batch.seal(now.mono_ms), samples, now)

    def alarm(self) -> Draft:
        """Return something urgent that happens now."""
        return self._sealer.urgent("low_voltage", {"voltage_v": 10.5}, self._sealer.now())


class Link:
    """A thin line: what is handed to it arrives one after the other, and its receipt comes half a round trip later."""

    def __init__(self) -> None:
        self.sent_bytes = 0
        self._free_at_s = 0.0
        self._coming: list[tuple[float, str, int]] = []

    def take(self, record: Record, now_s: float) -> float:
        """Take `record` and return when it arrives."""
        size = len(record.payload) + PACKET_BYTES
        self.sent_bytes += size
        self._free_at_s = max(self._free_at_s, now_s) + size / BYTES_PER_S
        arrives_s = self._free_at_s + ROUND_TRIP_S / 2
        heapq.heappush(self._coming, (arrives_s + ROUND_TRIP_S / 2, record.stream, record.seq))
        return arrives_s

    def receipts(self, now_s: float) -> Iterator[Receipt]:
        """Yield the receipts that have come by `now_s`."""
        while self._coming and self._coming[0][0] <= now_s:
            _, stream, seq = heapq.heappop(self._coming)
            yield Receipt(vehicle="car-1", stream=stream, stored=((seq, seq),))


def measure(days: float, folder: Path, *, seed: int = 1) -> Figures:
    """Live `days` off line with a spool in `folder`, and come home."""
    path, car = folder / "spool.sqlite", Car(seed)
    spool = SqliteSpool(path, MAX_BYTES, FakeWitness())
    samples, told_s = 0, time.monotonic()
    group: list[Draft] = []
    minutes = round(days * DAY_S / SEAL_S)
    for minute in range(minutes):
        group.append(car.minute())
        samples += group[-1].samples
        if len(group) == 60 or minute == minutes - 1:
            spool.put(group)  # by the hour, for the sake of this machine's disk: the rows are the same
            group.clear()
        if time.monotonic() - told_s > 5.0:
            told_s = time.monotonic()
            print(f"day {minute * SEAL_S / DAY_S:.1f} of {days:g}", file=sys.stderr)
    messages, payload_bytes = spool.depth()
    given_up = sum(gap.messages or 0 for gap in spool.gaps())
    file_bytes = sum(file.stat().st_size for file in folder.iterdir())
    drained_s, lags_s, ratio = come_home(spool, car, messages)
    spool.close()
    return Figures(
        days=days,
        samples=samples,
        payload_bytes_per_sample=round(payload_bytes / samples, 2),
        file_mib=round(file_bytes / (1 << 20), 1),
        days_in_one_gib=round(days * (1 << 30) / file_bytes, 1),
        given_up=given_up,
        drained_s=round(drained_s, 1),
        urgent_p95_s=round(sorted(lags_s)[round(0.95 * (len(lags_s) - 1))], 2),
        urgent_worst_s=round(max(lags_s), 2),
        sent_per_payload=round(ratio, 3),
    )


def come_home(spool: SqliteSpool, car: Car, backlog: int) -> tuple[float, list[float], float]:
    """Send everything; return when the last of `backlog` was receipted, how late each urgent event was, and what was
    sent for each byte that had to be."""
    link, delivery = Link(), Delivery()
    now_s, next_urgent_s, next_batch_s, settled = 0.0, 0.0, SEAL_S, 0
    made_at_s: dict[tuple[str, int], float] = {}
    lags_s: dict[tuple[str, int], float] = {}
    owed_bytes = spool.depth()[1] + PACKET_BYTES * backlog
    while settled < backlog:
        now_s += 0.05
        while now_s >= next_batch_s:
            (record,) = spool.put([car.minute()])
            owed_bytes += len(record.payload) + PACKET_BYTES
            next_batch_s, backlog = next_batch_s + SEAL_S, backlog + 1
        if now_s >= next_urgent_s:
            (record,) = spool.put([car.alarm()])
            owed_bytes += len(record.payload) + PACKET_BYTES
            made_at_s[record.stream, record.seq] = now_s
            next_urgent_s, backlog = next_urgent_s + URGENT_EVERY_S, backlog + 1
        for receipt in link.receipts(now_s):
            settled += spool.forget(receipt.stream, delivery.settled(receipt, now_s))
        for record in delivery.next(spool, now_s, round(car.clock.wall_s() * 1000)):
            delivery.sent(record, now_s)
            arrives_s, place = link.take(record, now_s), (record.stream, record.seq)
            if place in made_at_s:
                lags_s.setdefault(place, arrives_s - made_at_s[place])
    return now_s, list(lags_s.values()), link.sent_bytes / owed_bytes


def main() -> None:
    """Print the figures; JSON as the last line where it is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.offline_week", description=__doc__)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = measure(options.days, Path(folder))
    if options.json:
        print(json.dumps(figures._asdict()))
    else:
        print("\n".join(f"{name:26} {value}" for name, value in figures._asdict().items()))


if __name__ == "__main__":
    main()
