"""The ledger sees each way in which a sample can come to harm, and nothing else."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from contract import codec, columns
from contract.columns import Sample
from contract.messages import TelemetryBatch
from demo import ledger, ledger_bus
from demo.ledger import Ledger, Row, Witness
from demo.ledger_bus import Answers

STREAM = "a" * 32 + "-t"
SPEED = "Vehicle.Speed"
EPOCH_MS = 1_800_000_000_000


def payload(seq: int, *speeds: float, vehicle: str = "car-1", start_ms: int = 0, stream: str = STREAM) -> bytes:
    samples = [Sample(start_ms + 1_000 * n, speed) for n, speed in enumerate(speeds)]
    return codec.encode(
        TelemetryBatch(
            vehicle=vehicle,
            stream=stream,
            seq=seq,
            boot_id="boot",
            mono_ms=0,
            wall_ms=EPOCH_MS,
            clock_quality="synchronised",
            columns=(columns.pack(SPEED, "7E8", 0.01, 0.0, 0, samples),),
        )
    )


def row(seq: int, data: bytes, *, vehicle: str = "car-1", stream: str = STREAM) -> Row:
    return Row(vehicle, stream, seq, data)


def witness(*rows: Row, samples: int = 2) -> dict[ledger.Key, Witness]:
    return {(r.vehicle, r.stream, r.seq): Witness(hashlib.sha256(r.payload).hexdigest(), samples) for r in rows}


def audit(rows: list[Row], witnesses: dict[ledger.Key, Witness], **buses: Answers) -> Ledger:
    of_car = {name.replace("_", "-"): {("7E8", SPEED): answers} for name, answers in buses.items()}
    return ledger.audit(iter(rows), witnesses, of_car, slack_s=60.0)


FIRST = row(1, payload(1, 10.0, 11.0))
SECOND = row(2, payload(2, 12.0, 13.0, start_ms=2_000))
SAID = Answers([EPOCH_MS / 1000.0 + n for n in range(4)], [10.0, 11.0, 12.0, 13.0])


def test_what_was_accepted_and_answered_and_stored_is_clean() -> None:
    found = audit([SECOND, FIRST], witness(FIRST, SECOND), car_1=SAID)

    assert found.clean
    assert (found.records, found.accepted, found.samples, found.checked) == (2, 4, 4, 4)


def test_an_accepted_record_that_is_not_stored_is_lost() -> None:
    found = audit([FIRST], witness(FIRST, SECOND))

    assert (found.lost, found.clean) == (2, False)


def test_a_record_stored_twice_is_duplicated_under_its_own_key_or_another() -> None:
    again = row(3, payload(3, 10.0, 11.0))

    assert audit([FIRST, FIRST], witness(FIRST)).duplicated > 0
    assert audit([FIRST, again], witness(FIRST, again)).duplicated == 2


def test_another_payload_than_the_accepted_one_is_corrupted() -> None:
    changed = row(1, payload(1, 10.0, 99.0))

    assert audit([changed], witness(FIRST)).corrupted == 2
    assert audit([row(1, b"OR\x01\x00rubbish")], witness(FIRST)).corrupted > 0


def test_a_value_that_no_car_answered_is_corrupted_and_one_of_another_car_misattributed() -> None:
    odd = row(1, payload(1, 10.0, 50.0))
    other = Answers([EPOCH_MS / 1000.0], [50.0])

    assert audit([odd], witness(odd), car_1=SAID).corrupted == 1
    found = audit([odd], witness(odd), car_1=SAID, car_2=other)
    assert (found.corrupted, found.misattributed) == (0, 1)


def test_a_record_under_another_vehicle_or_key_than_its_own_is_misattributed() -> None:
    stolen = row(1, FIRST.payload, vehicle="car-2")
    moved = row(7, FIRST.payload)

    assert audit([stolen], witness(FIRST)).misattributed > 0
    assert audit([moved], {}).misattributed == 2


def test_time_that_runs_backwards_within_a_stream_is_out_of_order_however_it_arrived() -> None:
    earlier = row(2, payload(2, 12.0, 13.0, start_ms=-10_000))

    assert audit([SECOND, FIRST], witness(FIRST, SECOND)).out_of_order == 0
    assert audit([FIRST, earlier], witness(FIRST, earlier)).out_of_order == 1


def test_a_record_stored_before_its_witness_was_written_is_counted_and_no_fault() -> None:
    found = audit([FIRST, SECOND], witness(FIRST))

    assert (found.unwitnessed, found.clean) == (1, True)


@pytest.mark.parametrize(
    ("response", "meaning"),
    [
        ("410C1AF80D64", [("Vehicle.Powertrain.CombustionEngine.Speed", 1726.0), (SPEED, 100.0)]),
        ("41426464", [("Vehicle.OBD.ControlModuleVoltage", 25.7)]),
        ("41FF00", []),
        ("7F0112", []),
        ("410C1A", []),
    ],
)
def test_answers_are_read_by_the_standards_own_examples(response: str, meaning: list[tuple[str, float]]) -> None:
    assert list(ledger_bus.meanings(bytes.fromhex(response))) == meaning


def test_the_command_reads_the_files_and_prints_one_line(tmp_path: Path) -> None:
    log = sqlite3.connect(tmp_path / "log.sqlite")
    log.execute("CREATE TABLE entries(offset INTEGER PRIMARY KEY, vehicle, stream, seq, kind, payload)")
    for r in (FIRST, SECOND):
        log.execute("INSERT INTO entries VALUES (NULL, ?, ?, ?, 'telemetry', ?)", r)
    log.execute("INSERT INTO entries VALUES (NULL, 'car-1', 'facts', 1, 'facts', x'00')")
    log.commit()
    log.close()
    lines = [
        {"vehicle": v, "stream": s, "seq": n, "sha256": w.sha256, "samples": w.samples}
        for (v, s, n), w in witness(FIRST, SECOND).items()
    ]
    written = "\n".join(json.dumps(line) for line in lines)
    (tmp_path / "witness.jsonl").write_text(written + '\n{"vehicle": "car-1", "stre')
    (tmp_path / "bus.jsonl").write_text(
        json.dumps({"t": EPOCH_MS / 1000.0, "ecu": "7E8", "request": "010D", "response": "410D0A"}) + "\n"
    )
    command = ["--log", "log.sqlite", "--witness", "witness.jsonl", "--bus", "car-1=bus.jsonl", "--json"]

    done = subprocess.run(
        [sys.executable, "-m", "demo.ledger", *command], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    said = json.loads(done.stdout)
    assert (said["accepted"], said["lost"], said["checked"], said["corrupted"]) == (4, 0, 4, 3)
