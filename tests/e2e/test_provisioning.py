"""A dongle out of its box: a claim, a key made on the device, and a Mosquitto that lets it in by its certificate."""

import datetime as dt
import json
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cloud.adapters.web import answer, listen
from cloud.api.app import build
from cloud.api.services import Series, Services
from cloud.provisioning.adapters.files import CERTIFICATE_FILE, load_authority
from cloud.provisioning.adapters.sqlite import SqliteClaims
from cloud.provisioning.desk import Broker, Desk, offer
from cloud.store.engine import open_store
from contract import codec
from contract.messages import Status
from edge import config
from edge.adapters.uplink import MqttUplink
from edge.ports import LinkChange
from tests.edge.authority import Authority
from tests.edge.brokers import eventually, free_port, mosquitto_broker
from tests.edge.commands import run

pytestmark = [pytest.mark.broker, pytest.mark.source]


class RealClock:
    """The machine's."""

    def wall_s(self) -> float:
        return time.time()

    def mono_s(self) -> float:
        return time.monotonic()

    def real_s(self, domain_s: float) -> float:
        return domain_s


class NoHistory:
    """Knows nothing."""

    def series(self, vehicle: str, path: str, start_ms: int, end_ms: int, points: int) -> Series:
        return Series([], [], [])


class Office(NamedTuple):
    """The service's address, its claims, and the port that its broker will be on."""

    url: str
    claims: SqliteClaims
    folder: Path
    broker_port: int
    broker_authority: Authority

    def claim(self, serial: str = "") -> str:
        return offer(self.claims, "car-1", serial, 60_000, round(time.time() * 1000))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The API on loopback over plain HTTP, as behind a proxy, with a desk for a broker that asks for certificates."""
    folder = tmp_path / "service"
    folder.mkdir()
    brokers = Authority(tmp_path / "broker")
    claims, store, stop, port = (
        SqliteClaims(folder / "claims.sqlite"),
        open_store(folder),
        threading.Event(),
        free_port(),
    )
    broker = Broker("localhost", port, "certificate", Path(brokers.ca_file).read_text())
    desk = Desk(claims, load_authority(folder, dt.datetime.now(dt.UTC)), broker, lambda vehicle, secret: None)
    listening: socket.socket = listen("127.0.0.1", 0)
    app = build(Services(store, RealClock(), NoHistory(), b"k" * 32, dict, stop, desk), tmp_path)
    thread = threading.Thread(target=answer, args=(app, listening, stop), daemon=True)
    thread.start()
    yield Office(f"http://127.0.0.1:{listening.getsockname()[1]}", claims, folder, port, brokers)
    stop.set()
    thread.join(10.0)
    listening.close()
    claims.close()
    store.close()


@pytest.fixture
def provision(tmp_path: Path) -> Callable[..., int]:
    def provisioned(office: Office, claim: str, *more: str) -> int:
        words = [
            "provision",
            "--claim",
            claim,
            "--cloud",
            office.url,
            "--config",
            str(tmp_path / "agent.toml"),
            "--json",
        ]
        return run(*words, *more)

    return provisioned


def test_a_claimed_device_is_let_in_by_its_certificate(
    office: Office,
    provision: Callable[..., int],
    mosquitto_program: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert provision(office, office.claim(), "--serial", "s-1") == 0

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["vehicle"] == "car-1"
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in [*told["files"], "agent.toml"]}
    assert modes == {0o600}
    settings = config.load(tmp_path / "agent.toml")
    assert settings.position.release_key == office.claims.key("car-1")
    certificate, key = office.broker_authority.issue("broker")
    lines = (
        f"cafile {office.folder / CERTIFICATE_FILE}",
        f"certfile {certificate}",
        f"keyfile {key}",
        "require_certificate true",
        "use_identity_as_username true",
    )
    with mosquitto_broker(mosquitto_program, tmp_path, *lines, port=office.broker_port):
        said = codec.encode(Status(vehicle="car-1", online=True, boot_id="b", wall_ms=1, agent_version="0"))
        uplink = MqttUplink(settings, lambda _: said)
        uplink.start()
        changes: list[LinkChange] = []

        def is_up() -> bool:
            changes.extend(heard for heard in uplink.heard() if isinstance(heard, LinkChange))
            return any(change.up for change in changes)

        eventually(is_up)
        uplink.stop(5.0)


def test_a_claim_that_was_used_leaves_the_device_as_it_was(
    office: Office, provision: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = office.claim()
    assert provision(office, claim) == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}

    assert provision(office, claim) == 1

    assert "used before" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_claim_for_another_device_is_refused(
    office: Office, provision: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert provision(office, office.claim("s-1"), "--serial", "s-2") == 1

    assert "another serial number" in capsys.readouterr().err
    assert not (tmp_path / "device.key").exists()


@pytest.mark.parametrize("url", ["http://192.0.2.1", "ftp://127.0.0.1", "cloud.example.net", "https://"])
def test_a_claim_is_shown_to_nobody_without_tls(
    office: Office, provision: Callable[..., int], capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert provision(office._replace(url=url), office.claim()) == 1

    assert "must begin with https://" in capsys.readouterr().err
