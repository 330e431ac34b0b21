"""TLS to a real Mosquitto: who is let in, and whom the agent refuses to speak to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contract import codec
from contract.messages import Status
from edge.adapters.tls import context
from edge.adapters.uplink import UNANSWERED_CONNECTS, MqttUplink
from edge.config import Settings
from edge.errors import ConfigError
from edge.ports import Heard, LinkChange
from tests.edge.authority import Authority, tls_broker, tls_settings
from tests.edge.brokers import eventually

# paho leaves a socket whose handshake failed to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


class Line:
    """An uplink and what it has said of its link."""

    def __init__(self, settings: Settings) -> None:
        said = codec.encode(Status(vehicle="car-1", online=True, boot_id="b", wall_ms=1, agent_version="0"))
        self.uplink = MqttUplink(settings, lambda _: said)
        self.all: list[Heard] = []
        self.uplink.start()

    def changes(self) -> list[LinkChange]:
        self.all += self.uplink.heard()
        return [heard for heard in self.all if isinstance(heard, LinkChange)]


@pytest.fixture
def call() -> Iterator[Callable[[Settings], Line]]:
    lines: list[Line] = []

    def made(settings: Settings) -> Line:
        lines.append(Line(settings))
        return lines[-1]

    yield made
    for line in lines:
        line.uplink.stop(5.0)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


def test_a_certificate_lets_the_car_in_under_its_common_name(
    mosquitto_program: Path, authority: Authority, call: Callable[[Settings], Line]
) -> None:
    rules = authority.folder / "acl"
    rules.write_text("pattern readwrite outrider/v1/%u/#\n")
    certificate, key = authority.issue("car-1")
    with tls_broker(mosquitto_program, authority, f"acl_file {rules}", by_certificate=True) as port:
        line = call(tls_settings(port, authority.ca_file, cert_file=certificate, key_file=key))

        eventually(lambda: any(change.up for change in line.changes()))


@pytest.mark.parametrize("expired", [True, False], ids=["expired", "of a stranger"])
def test_a_certificate_that_the_broker_does_not_believe_does_not_get_in(
    mosquitto_program: Path, tmp_path: Path, authority: Authority, call: Callable[[Settings], Line], expired: bool
) -> None:
    issuer = authority if expired else Authority(tmp_path / "theirs")
    certificate, key = issuer.issue("car-1", expired=expired)
    with tls_broker(mosquitto_program, authority, by_certificate=True) as port:
        line = call(tls_settings(port, authority.ca_file, cert_file=certificate, key_file=key))

        eventually(lambda: len(line.changes()) > UNANSWERED_CONNECTS)  # it is no reason to give up: it may be renewed

    assert not any(change.up for change in line.changes())


def test_a_broker_of_another_authority_is_never_spoken_to(
    mosquitto_program: Path, tmp_path: Path, authority: Authority, call: Callable[[Settings], Line]
) -> None:
    with tls_broker(mosquitto_program, Authority(tmp_path / "theirs")) as port:
        line = call(tls_settings(port, authority.ca_file))
        eventually(lambda: len(line.changes()) >= 2)

    assert not any(change.up for change in line.changes())
    assert "CERTIFICATE_VERIFY_FAILED" in line.changes()[0].reason


def test_a_broker_of_another_name_is_never_spoken_to(
    mosquitto_program: Path, authority: Authority, call: Callable[[Settings], Line]
) -> None:
    with tls_broker(mosquitto_program, authority) as port:
        line = call(tls_settings(port, authority.ca_file, host="127.0.0.1"))
        eventually(lambda: len(line.changes()) >= 2)

    assert not any(change.up for change in line.changes())
    assert "CERTIFICATE_VERIFY_FAILED" in line.changes()[0].reason


def test_a_broker_whose_certificate_ran_out_is_never_spoken_to(
    mosquitto_program: Path, authority: Authority, call: Callable[[Settings], Line]
) -> None:
    with tls_broker(mosquitto_program, authority, expired=True) as port:
        line = call(tls_settings(port, authority.ca_file))
        eventually(lambda: len(line.changes()) >= 2)

    assert not any(change.up for change in line.changes())
    assert "expired" in line.changes()[0].reason


def test_a_key_that_is_not_the_certificate_s_is_named_before_anything_starts(authority: Authority) -> None:
    certificate, _ = authority.issue("car-1")
    _, other = authority.issue("car-2")

    with pytest.raises(ConfigError, match=r"mqtt\.cert_file.*mqtt\.key_file.*its own key"):
        context(tls_settings(1, authority.ca_file, cert_file=certificate, key_file=other).mqtt)


@pytest.mark.parametrize("text", [None, "no certificate"], ids=["missing", "not PEM"])
def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "ca.pem").write_text(text)

    with pytest.raises(ConfigError, match=r"mqtt\.ca_file"):
        context(tls_settings(1, str(tmp_path / "ca.pem")).mqtt)
