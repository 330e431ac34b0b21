"""The agent as people run it: a process on a real broker and an slcan bus, ended by signals or killed at random."""

import random
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import columns
from contract.messages import DtcReport, TelemetryBatch
from contract.signals import SPEED, SUPPLY_VOLTAGE
from tests.edge.brokers import Cloud, amqtt_broker, eventually, mosquitto_broker
from tests.edge.process import Process, SlcanCar, digest

# amqtt leaves the sockets of clients that vanished to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
SEED = 20260115


def fast_clock() -> str:
    """Return a clock in which a batch is sealed every quarter of a second."""
    return f"scaled:240@{datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"


@pytest.fixture
def car() -> Iterator[SlcanCar]:
    made = SlcanCar()
    yield made
    made.close()


@pytest.fixture
def broker() -> Iterator[int]:
    with amqtt_broker() as port:
        yield port


@pytest.fixture
def cloud(broker: int) -> Iterator[Cloud]:
    made = Cloud(broker)
    yield made
    made.close()


def heard_signals(cloud: Cloud) -> set[str]:
    return {column.signal for batch in cloud.of(TelemetryBatch) for column in batch.columns}


def test_a_car_on_slcan_reaches_the_cloud_and_sigterm_ends_it_well(
    tmp_path: Path, car: SlcanCar, broker: int, cloud: Cloud
) -> None:
    with Process(tmp_path, car, broker, clock=fast_clock()).start() as agent:
        eventually(lambda: {SPEED.path, SUPPLY_VOLTAGE.path} <= heard_signals(cloud))
        eventually(lambda: cloud.of(DtcReport))

        assert agent.end(signal.SIGTERM) == 0

    eventually(lambda: cloud.statuses[-1] is False)
    assert agent.witnessed().keys() == cloud.records.keys()
    speeds = {
        sample.value
        for batch in cloud.of(TelemetryBatch)
        for column in batch.columns
        if column.signal == SPEED.path
        for sample in columns.samples(column, batch.mono_ms)
    }
    assert speeds == {50.0}


@pytest.mark.faults
def test_killed_at_random_moments_nothing_that_was_accepted_is_missing(
    tmp_path: Path, car: SlcanCar, broker: int, cloud: Cloud, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("--kills")
    chance = random.Random(SEED)
    pause = threading.Event()
    with Process(tmp_path, car, broker, clock=fast_clock()) as agent:
        for _ in range(kills):
            cloud.answers = chance.random() < 0.7
            agent.supply.write_text(chance.choice(("14200", "10500")))  # the second brings urgent events
            agent.start().wait_accepted()
            pause.wait(chance.uniform(0.0, 0.8))
            assert agent.end(signal.SIGKILL) == -signal.SIGKILL
        cloud.answers = True
        agent.start().wait_accepted()
        eventually(lambda: agent.witnessed().keys() <= cloud.records.keys())
        assert agent.end(signal.SIGTERM) == 0

    witnessed = agent.witnessed()
    assert len(witnessed) > kills
    assert {place: digest(payload) for place, payload in cloud.records.items() if place in witnessed} == witnessed
    streams = {stream for stream, _ in cloud.records}
    assert len(streams) == 2
    for stream in streams:
        seqs = sorted(seq for name, seq in cloud.records if name == stream)
        assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.serial
def test_from_sample_to_cloud_takes_less_than_fifty_milliseconds(
    tmp_path: Path, car: SlcanCar, broker: int, cloud: Cloud
) -> None:
    with Process(tmp_path, car, broker, clock=fast_clock()).start() as agent:
        eventually(lambda: len(cloud.of(TelemetryBatch)) >= 20)
        agent.end(signal.SIGTERM)

    # Sealing is in domain time; from there on, what passes is real.
    boot_s = time.monotonic() - time.clock_gettime(time.CLOCK_BOOTTIME)
    late_s = [
        cloud.arrived_s[batch.stream, batch.seq] - (batch.mono_ms / 1000 / 240 + boot_s)
        for batch in cloud.of(TelemetryBatch)
    ]
    assert statistics.median(late_s) < 0.05


def test_a_broker_that_is_down_at_the_start_costs_nothing(tmp_path: Path, car: SlcanCar) -> None:
    with amqtt_broker() as port:
        pass
    with Process(tmp_path, car, port, clock=fast_clock()).start() as agent:
        eventually(lambda: len(agent.witnessed()) >= 5)
        with amqtt_broker(port):
            cloud = Cloud(port)
            eventually(lambda: agent.witnessed().keys() <= cloud.records.keys())
            assert agent.end(signal.SIGTERM) == 0
            cloud.close()


def test_it_runs_over_mqtt_5_and_mosquitto(tmp_path: Path, car: SlcanCar, mosquitto_program: Path) -> None:
    with mosquitto_broker(mosquitto_program, tmp_path) as port:
        cloud = Cloud(port)
        with Process(tmp_path, car, port, clock=fast_clock(), protocol="5").start() as agent:
            eventually(lambda: SPEED.path in heard_signals(cloud))
            assert agent.end(signal.SIGTERM) == 0
        assert agent.witnessed().keys() <= cloud.records.keys()
        cloud.close()


def test_a_bus_that_is_not_there_is_said_and_the_supply_is_watched_all_the_same(
    tmp_path: Path, car: SlcanCar, broker: int, cloud: Cloud
) -> None:
    agent = Process(tmp_path, car, broker, clock=fast_clock())
    agent.settings.write_text(agent.settings.read_text().replace(car.path, "/dev/not-there"))
    with agent.start():
        eventually(lambda: SUPPLY_VOLTAGE.path in heard_signals(cloud))
        assert agent.end(signal.SIGTERM) == 0

    (lost, *_) = [line for line in agent.log() if line["event"] == "bus_lost"]
    assert lost["channel"] == "/dev/not-there"
    assert "bus.channel" in lost["advice"]


def test_the_wrong_protocol_ends_it_with_the_status_of_bad_settings(tmp_path: Path, car: SlcanCar, broker: int) -> None:
    with Process(tmp_path, car, broker, protocol="5").start() as agent:
        assert agent.running is not None

        assert agent.running.wait(30.0) == 2

    assert b"mqtt.protocol" in (tmp_path / "log.jsonl").read_bytes()


def test_a_record_that_the_cloud_rejects_is_given_up_with_its_reason(
    tmp_path: Path, car: SlcanCar, broker: int, cloud: Cloud
) -> None:
    cloud.rejects = lambda record: record.seq == 2
    with Process(tmp_path, car, broker, clock=fast_clock()).start() as agent:
        eventually(lambda: max((seq for _, seq in cloud.records), default=0) >= 5)
        assert agent.end(signal.SIGTERM) == 0

    rejected = [line for line in agent.log() if line["event"] == "record_rejected"]
    assert {line["reason"] for line in rejected} == {"no"}
    assert len(rejected) <= 2


def test_two_agents_on_one_spool_are_told_apart(tmp_path: Path, car: SlcanCar, broker: int, cloud: Cloud) -> None:
    with Process(tmp_path, car, broker).start() as first:
        eventually(lambda: cloud.statuses)
        second = Process(tmp_path, car, broker)
        with second.start():
            assert second.running is not None
            assert second.running.wait(30.0) == 2
        assert first.end(signal.SIGTERM) == 0

    assert b"another agent uses this spool" in (tmp_path / "log.jsonl").read_bytes()
