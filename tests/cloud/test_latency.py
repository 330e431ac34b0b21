"""From a message at the broker to its assessment, with everything in one process: soon enough to act on."""

import statistics
import time
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from cloud.broker import passwords
from cloud.runner.adapters.sqlite import SqliteScores
from tests.cloud.broker.peers import Peer
from tests.support import made
from tests.support.processes import Process

MESSAGES: Final = 120
LIMIT_MS: Final = 100.0


@pytest.mark.serial
def test_an_assessment_is_there_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    passwords.store(data / passwords.USERS_FILE, {"car-1": "one"})
    words = ["serve", "--data", str(data), "--port", "0", "--mqtt-port", "0", "--json"]
    serve = Process("cloud", *words, log=tmp_path / "serve.log")
    try:
        ready = serve.start()
        car = Peer(ready["mqtt"], "car-1", "one", "car-1", version="3.1.1")
        assert car.connected
        scores = SqliteScores(data / "scores.sqlite")

        taken_ms = [_milliseconds(car, scores, seq) for seq in range(1, MESSAGES + 1)]

        hundredths = statistics.quantiles(taken_ms[20:], n=100)
        print(f"broker to assessment, ms: p50 {hundredths[49]:.1f}, p95 {hundredths[94]:.1f}, p99 {hundredths[98]:.1f}")
        assert hundredths[94] < LIMIT_MS, sorted(taken_ms)
        car.leave()
        scores.close()
    finally:
        serve.clear_away()


def _milliseconds(car: Peer, scores: SqliteScores, seq: int) -> float:
    """Return how long one batch takes from its publication until its assessment can be read."""
    placed = scores.read(0, 1_000_000)
    payload = made.telemetry(
        seq, 12.5, signal="Vehicle.LowVoltageBattery.CurrentVoltage", wall_ms=round(time.time() * 1000.0)
    )
    began_s, pause = time.perf_counter(), Event()
    car.publish("outrider/v1/car-1/up/telemetry", payload)
    while not scores.read(placed[-1].position if placed else 0, 1):
        assert time.perf_counter() - began_s < 10.0, "no assessment"
        pause.wait(0.0005)
    return (time.perf_counter() - began_s) * 1000.0
