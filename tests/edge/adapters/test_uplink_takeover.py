"""Two dongles of one name at a real Mosquitto, which tells the first nothing when it gives its session away."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from edge.adapters.uplink import DROPS_TELLING
from edge.ports import LinkChange
from tests.edge.adapters.test_uplink import Link
from tests.edge.brokers import eventually, free_port, mosquitto_broker

pytestmark = pytest.mark.broker


@pytest.fixture
def connect() -> Iterator[Callable[..., Link]]:
    made: list[Link] = []

    def link(port: int, **mqtt: object) -> Link:
        made.append(Link(port, **mqtt))
        return made[-1]

    yield link
    for one in made:
        one.uplink.stop(5.0)


@pytest.fixture
def mosquitto(mosquitto_program: Path, tmp_path: Path) -> Iterator[int]:
    with mosquitto_broker(mosquitto_program, tmp_path) as port:
        yield port


def test_a_second_dongle_of_one_name_is_told_apart_and_neither_comes_back_at_once(
    mosquitto: int, connect: Callable[..., Link]
) -> None:
    with structlog.testing.capture_logs() as logs:
        first = connect(mosquitto, protocol="5").wait_up()
        second = connect(mosquitto, protocol="5")

        eventually(lambda: first.uplink.takeovers + second.uplink.takeovers == 2)
        downs = [line for line in list(logs) if line["event"] == "uplink_down"]

    advice = {line["advice"] for line in logs if line["event"] == "uplink_refused"}
    assert advice == {"somebody else is connected as this vehicle: a second dongle, or a copied key"}
    assert len(downs) <= 2 * DROPS_TELLING


def test_a_broker_that_dies_again_and_again_is_not_taken_for_a_second_dongle(
    mosquitto_program: Path, tmp_path: Path, connect: Callable[..., Link]
) -> None:
    port = free_port()
    link = connect(port, protocol="5")
    for _ in range(DROPS_TELLING + 1):
        with mosquitto_broker(mosquitto_program, tmp_path, port=port):
            link.all.clear()
            link.wait_up()
        eventually(lambda: link.has(LinkChange, up=False))

    assert link.uplink.takeovers == 0
