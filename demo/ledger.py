"""The ledger check: what the agents accepted and the cars answered, against what the cloud stored.

`python -m demo.ledger --log log.sqlite --witness car-1.witness.jsonl --bus car-1=bus.jsonl --json`

It shares no code with either side. All but `records`, `accepted`, `samples`, `checked` and `unwitnessed` must be
0: then `clean` is true. Without --json it leaves with 1 when it is not.
"""

import argparse
import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from demo import ledger_bus, ledger_wire
from demo.ledger_bus import Answers
from demo.ledger_wire import Reading, WireError

SLACK_S: Final = 1_800.0
EXAMPLES: Final = 5
RECORDED: Final = ("telemetry", "urgent", "dtc")

Key = tuple[str, str, int]
Bus = dict[tuple[str, str], Answers]


class Witness(NamedTuple):
    """One record that an agent's spool had on the disk: the hash of its payload, how many samples."""

    sha256: str
    samples: int


class Row(NamedTuple):
    """One entry of the log."""

    vehicle: str
    stream: str
    seq: int
    payload: bytes


@dataclass
class Ledger:
    """What came out; counts of samples but for `records` and `unwitnessed`, which count records."""

    records: int = 0  # accepted by agents
    accepted: int = 0  # samples in them
    lost: int = 0  # accepted and not stored
    duplicated: int = 0  # stored a second time in effect
    corrupted: int = 0  # stored otherwise than accepted, or otherwise than the car answered
    misattributed: int = 0  # stored under another vehicle or record than they were made for
    out_of_order: int = 0  # of a signal, earlier than the one before in the same stream
    samples: int = 0  # stored
    checked: int = 0  # stored samples that were compared with the car's own answers
    unwitnessed: int = 0  # stored, though the agent was killed before it could write so to its witness
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.duplicated or self.corrupted or self.misattributed or self.out_of_order)

    def fault(self, kind: str, number: int, what: str) -> None:
        """Count `number` samples as `kind`, and keep the first few of them in words."""
        setattr(self, kind, getattr(self, kind) + number)
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{kind}: {what}")


def audit(rows: Iterator[Row], witnesses: dict[Key, Witness], buses: dict[str, Bus], slack_s: float) -> Ledger:
    """Return the ledger of `rows`, in any order, against what was witnessed and answered."""
    ledger = Ledger(records=len(witnesses), accepted=sum(witness.samples for witness in witnesses.values()))
    owner = {stream: vehicle for vehicle, stream, _ in witnesses}
    stored: Counter[Key] = Counter()
    moments: Counter[tuple[str, str, str, str, int]] = Counter()
    streams: dict[tuple[str, str], list[tuple[int, str, list[Reading]]]] = defaultdict(list)
    for row in rows:
        key = (row.vehicle, row.stream, row.seq)
        stored[key] += 1
        said = _said(row, ledger)
        if said is None:
            continue
        boot, found = said
        witness = witnesses.get(key)
        if owner.get(row.stream, row.vehicle) != row.vehicle:
            ledger.fault("misattributed", len(found) or 1, f"{key}: the stream is {owner[row.stream]}'s")
        elif witness is None:
            ledger.unwitnessed += 1
        elif hashlib.sha256(row.payload).hexdigest() != witness.sha256:
            ledger.fault("corrupted", witness.samples, f"{key}: not the payload that was accepted")
        ledger.samples += len(found)
        moments.update((row.vehicle, boot, r.signal, r.ecu, r.mono_ms) for r in found)
        streams[row.vehicle, row.stream].append((row.seq, boot, found))
        _compare(ledger, key, found, buses, slack_s)
    for key, witness in witnesses.items():
        if key not in stored:
            ledger.fault("lost", witness.samples, f"{key}")
        elif stored[key] > 1:
            ledger.fault("duplicated", witness.samples * (stored[key] - 1), f"{key}: stored {stored[key]} times")
    for moment, times in moments.items():
        if times > 1:
            ledger.fault("duplicated", times - 1, f"{moment}: {times} times")
    _order(ledger, streams)
    return ledger


def _said(row: Row, ledger: Ledger) -> tuple[str, list[Reading]] | None:
    try:
        decoded = ledger_wire.message(row.payload)
        found = list(ledger_wire.readings(decoded))
    except WireError as error:
        ledger.fault("corrupted", 1, f"{row[:3]}: {error}")
        return None
    if (decoded.get("vehicle"), decoded.get("stream"), decoded.get("seq")) != row[:3]:
        ledger.fault("misattributed", len(found) or 1, f"{row[:3]}: the payload says otherwise")
    return str(decoded.get("boot_id")), found


def _compare(ledger: Ledger, key: Key, found: Sequence[Reading], buses: dict[str, Bus], slack_s: float) -> None:
    own = buses.get(key[0], {})
    for reading in found:
        answers = own.get((reading.ecu, reading.signal))
        if reading.value is None or answers is None:
            continue
        ledger.checked += 1
        if _fits(reading, answers, slack_s):
            continue
        others = (bus.get((reading.ecu, reading.signal)) for name, bus in buses.items() if name != key[0])
        elsewhere = any(other is not None and _fits(reading, other, slack_s) for other in others)
        kind = "misattributed" if elsewhere else "corrupted"
        ledger.fault(kind, 1, f"{key}: {reading.signal} {reading.value} was not what {reading.ecu} answered")


def _fits(reading: Reading, answers: Answers, slack_s: float) -> bool:
    if reading.value is None:
        return True
    near = answers.near(reading.wall_ms / 1000.0, slack_s)
    return any(abs(value - reading.value) <= 0.51 * reading.resolution + 1e-9 for value in near)


def _order(ledger: Ledger, streams: dict[tuple[str, str], list[tuple[int, str, list[Reading]]]]) -> None:
    for (vehicle, stream), records in streams.items():
        last: dict[tuple[str, str, str], int] = {}
        for seq, boot, found in sorted(records, key=lambda record: record[0]):
            for reading in found:
                line = (boot, reading.signal, reading.ecu)
                if reading.mono_ms < last.get(line, reading.mono_ms):
                    ledger.fault("out_of_order", 1, f"{(vehicle, stream, seq)}: {reading.signal}")
                last[line] = reading.mono_ms


def rows_of(log: Path) -> Iterator[Row]:
    """Yield every recorded entry of the log; it is opened for reading only."""
    connection = sqlite3.connect(f"file:{log}?mode=ro", uri=True)
    try:
        kinds = ",".join("?" * len(RECORDED))
        query = f"SELECT vehicle, stream, seq, payload FROM entries WHERE kind IN ({kinds}) ORDER BY offset"
        for row in connection.execute(query, RECORDED):
            yield Row._make(row)
    finally:
        connection.close()


def witnesses_of(paths: Sequence[Path]) -> dict[Key, Witness]:
    """Return what the agents wrote after each fsync of their spools; a line cut short by a kill is no witness."""
    found: dict[Key, Witness] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                said: dict[str, Any] = json.loads(line)
                found[said["vehicle"], said["stream"], said["seq"]] = Witness(said["sha256"], said["samples"])
            except (json.JSONDecodeError, KeyError, TypeError):
                continue
    return found


def main() -> int:
    """Check, print what came out, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.ledger", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--log", type=Path, required=True, help="the cloud's log.sqlite")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="an agent's witness file")
    parser.add_argument("--bus", action="append", default=[], metavar="VEHICLE=FILE", help="a simulated car's answers")
    parser.add_argument("--slack-s", type=float, default=SLACK_S, help="domain seconds between answer and sample")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    chosen = parser.parse_args()
    buses = {vehicle: ledger_bus.answers(Path(path)) for vehicle, _, path in (b.partition("=") for b in chosen.bus)}
    ledger = audit(rows_of(chosen.log), witnesses_of(chosen.witness), buses, chosen.slack_s)
    said = {**asdict(ledger), "clean": ledger.clean}
    print(json.dumps(said) if chosen.json else "\n".join(f"{name}: {value}" for name, value in said.items()))
    return 0 if ledger.clean or chosen.json else 1


if __name__ == "__main__":
    raise SystemExit(main())
