"""`outrider-edge doctor` on a bus, a disk and a real broker."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import can
import pytest

from edge.obd.frames import CanFrame
from tests.edge.authority import Authority, tls_broker
from tests.edge.brokers import free_port
from tests.edge.car import Ecu
from tests.edge.commands import printed, run
from tests.edge.test_config import write

Examine = Callable[..., dict[str, Any]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agent.toml"


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> str:
    return f"doctor {request.node.name}"


@pytest.fixture
def examine(path: Path, channel: str, capsys: pytest.CaptureFixture[str]) -> Examine:
    """Return the findings by name, of settings with these tables, and the exit status under `status`."""

    def examined(*words: str, **tables: str) -> dict[str, Any]:
        bus = f'interface = "virtual"\nchannel = "{channel}"\n'
        mqtt = f'host = "127.0.0.1"\nport = {free_port()}\nprotocol = "3.1.1"\n'
        spool = f'path = "{path.parent}/spool.sqlite"\nmax_bytes = 1048576\n'
        write(path, **({"bus": bus, "mqtt": mqtt, "spool": spool} | tables))
        status = run("doctor", "--config", path, "--json", "--seconds", "0.3", *words)
        return {found["what"]: found for found in printed(capsys)["findings"]} | {"status": status}

    return examined


@pytest.fixture
def car(channel: str) -> Iterator[list[can.Message]]:
    """A car that talks to itself and answers the doctor; yields what others put on its bus."""
    ecu, stop, heard = Ecu(), threading.Event(), list[can.Message]()

    def live() -> None:
        with can.Bus(interface="virtual", channel=channel) as bus:
            while not stop.is_set():
                bus.send(can.Message(arbitration_id=0x1A0, data=bytes(8), is_extended_id=False))
                message = bus.recv(0.005)
                if message is not None:
                    heard.append(message)
                    frame = CanFrame(message.arbitration_id, message.is_extended_id, bytes(message.data))
                    for answer in ecu.answer(frame):
                        bus.send(can.Message(arbitration_id=answer.can_id, data=answer.data, is_extended_id=False))

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    yield heard
    stop.set()
    thread.join(5.0)


def test_a_doctor_that_only_looks_puts_nothing_on_the_bus(examine: Examine, car: list[can.Message]) -> None:
    found = examine()

    assert found["bit rate"]["well"] is True
    assert found["ECUs"]["well"] is None
    assert car == []


def test_asked_to_ask_it_says_which_ecus_answer(examine: Examine, car: list[can.Message]) -> None:
    found = examine("--ask")

    assert found["ECUs"]["well"] is True
    assert found["ECUs"]["seen"] == "7E8 answered, 11 bits"
    assert {message.arbitration_id for message in car} <= {0x7DF, 0x7E0, 0x18DB33F1}


def test_a_silent_bus_is_not_asked(examine: Examine) -> None:
    found = examine("--ask")

    assert "may be asleep" in found["ECUs"]["seen"]


def test_an_interface_that_is_not_there_is_wrong_with_advice(examine: Examine) -> None:
    found = examine(bus='interface = "slcan"\nchannel = "/dev/nowhere"\n')

    assert found["interface"]["well"] is False
    assert "plugged in" in found["interface"]["advice"]
    assert found["status"] == 1


def test_a_broker_that_is_away_is_wrong(examine: Examine) -> None:
    assert examine()["broker"]["well"] is False


@pytest.mark.broker
def test_a_broker_behind_tls_is_looked_at_up_to_the_login(
    examine: Examine, mosquitto_program: Path, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "ours")
    certificate, key = authority.issue("car-1")
    with tls_broker(mosquitto_program, authority, by_certificate=True) as port:
        mqtt = f'host = "localhost"\nport = {port}\ntls = true\nca_file = "{authority.ca_file}"\n'
        mine = f'cert_file = "{certificate}"\nkey_file = "{key}"\n'

        found = examine(mqtt=mqtt + mine)

    assert (found["broker"]["well"], found["TLS"]["well"], found["login"]["well"]) == (True, True, True)
    assert found["certificate's name"]["well"] is True
    assert found["certificate's key"]["well"] is True


@pytest.mark.broker
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_that_is_not_who_it_says_is_not_logged_in_to(
    examine: Examine, mosquitto_program: Path, tmp_path: Path
) -> None:
    with tls_broker(mosquitto_program, Authority(tmp_path / "theirs")) as port:
        ours = Authority(tmp_path / "ours").ca_file
        found = examine(mqtt=f'host = "localhost"\nport = {port}\ntls = true\nca_file = "{ours}"\n')

    assert found["TLS"]["well"] is False
    assert "login" not in found


@pytest.mark.parametrize(("content", "well"), [(None, True), (b"not a database" * 100, False)])
def test_a_spool_is_read_through_and_left_alone(
    examine: Examine, tmp_path: Path, content: bytes | None, well: bool
) -> None:
    spool = tmp_path / "spool.sqlite"
    if content is None:
        with sqlite3.connect(spool) as line:
            line.execute("CREATE TABLE records(x)")
        line.close()
    else:
        spool.write_bytes(content)
    before = spool.read_bytes()

    assert examine()["spool"]["well"] is well
    assert spool.read_bytes() == before


def test_a_wire_that_measures_nothing_is_wrong_and_none_at_all_is_no_verdict(examine: Examine, tmp_path: Path) -> None:
    assert examine()["power"]["well"] is None
    assert examine(supply=f'source = "iio:{tmp_path}/nothing"\n')["power"]["well"] is False
    (tmp_path / "wire").write_text("12600\n")
    assert examine(supply=f'source = "iio:{tmp_path}/wire"\n')["power"]["seen"] == "12.60 V"


def test_settings_that_cannot_be_read_are_status_2(path: Path) -> None:
    assert run("doctor", "--config", path) == 2
