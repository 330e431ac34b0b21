"""A thin line that comes and goes over a real broker: nothing is lost, and little is sent twice."""

import random
import threading
import time
from pathlib import Path

import pytest

from contract import codec
from contract.columns import Sample
from contract.messages import Status
from contract.signals import SPEED
from edge.adapters.clock import MachineClock
from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.uplink import MqttUplink
from edge.batch import Batcher
from edge.config import Bus, Mqtt, Settings, SpoolSettings
from edge.outbox import Outbox
from edge.sealer import Sealer
from tests.edge.brokers import Cloud, mosquitto_broker
from tests.edge.fakes import FakeWitness
from tests.support.flapping import FlappingLine
from tests.support.waiting import until

BACKLOG = 220
SAMPLES = 1_200
BYTES_PER_S = 40_000.0  # a third of a Mbit/s
UP_S, DOWN_S = 8.0, 2.0
PATIENCE_S = 120.0

# What is on its way when the line is cut goes twice: the busier the machine, the more.
pytestmark = [pytest.mark.broker, pytest.mark.serial]


def fill(outbox: Outbox, sealer: Sealer, number: int) -> None:
    """Put batches of noise, which no compression makes small."""
    chance = random.Random(1)
    for _ in range(number):
        batch, now = Batcher(), sealer.now()
        for k in range(SAMPLES):
            batch.add(
                SPEED.path, "7E8", Sample(now.mono_ms + 50 * k + chance.randrange(50), chance.uniform(0.0, 250.0))
            )
        outbox.keep([sealer.telemetry(batch.seal(now.mono_ms), SAMPLES, now)])


def come_home(outbox: Outbox, spool: SqliteSpool, line: FlappingLine) -> int:
    """Live until the spool is empty while `line` comes and goes; return how often it went."""
    home, cuts = threading.Event(), list[int]()

    def flap() -> None:
        while not home.is_set():
            cuts.append(line.flap(up_s=UP_S, down_s=DOWN_S, until=time.monotonic() + UP_S))

    def lives() -> bool:
        outbox.hear()
        outbox.send()
        return spool.depth()[0] == 0

    flapping = threading.Thread(target=flap, daemon=True)
    flapping.start()
    until(lives, within_s=PATIENCE_S, what="the backlog's end")
    home.set()
    flapping.join(3 * (UP_S + DOWN_S))
    return sum(cuts)


@pytest.mark.timeout(300)
def test_a_line_that_comes_and_goes_loses_nothing_and_carries_little_twice(
    tmp_path: Path, mosquitto_program: Path
) -> None:
    with (
        mosquitto_broker(mosquitto_program, tmp_path) as port,
        FlappingLine(port, bytes_per_s=BYTES_PER_S) as line,
    ):
        cloud = Cloud(port)
        settings = Settings(
            vehicle="car-1",
            bus=Bus(interface="virtual", channel="none"),
            mqtt=Mqtt(host="127.0.0.1", port=line.port, protocol="5"),
            spool=SpoolSettings(path=str(tmp_path / "spool.sqlite")),
        )
        sealer = Sealer("car-1", MachineClock(settings.scale))
        spool = SqliteSpool(Path(settings.spool.path), settings.spool.max_bytes, FakeWitness())
        about = Status(vehicle="car-1", online=False, boot_id="", wall_ms=0, agent_version="test")
        uplink = MqttUplink(settings, lambda online: sealer.status(online, about))
        outbox = Outbox(spool, uplink, sealer, time.monotonic)
        fill(outbox, sealer, BACKLOG)
        messages, payload_bytes = spool.depth()
        put = {(r.stream, r.seq): r.payload for r in spool.waiting("t", after=0, limit=BACKLOG, skip=frozenset())}
        assert messages == len(put) == BACKLOG

        uplink.start()
        cuts = come_home(outbox, spool, line)
        uplink.stop(2.0)
        cloud.close()
        spool.close()

    assert cloud.records == put
    assert all(codec.decode(payload) for payload in cloud.records.values())
    print(f"{cuts} cuts, {payload_bytes} bytes of payload, {line.carried_up / payload_bytes:.3f} carried for each")
    assert cuts >= 2
    assert line.connections > 2
    assert line.carried_up <= 1.2 * payload_bytes
