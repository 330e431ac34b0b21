"""A Mosquitto behind TLS with an authority of its own, and the settings of a car that speaks to it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import trustme

from edge.config import Bus, Mqtt, Settings, SpoolSettings
from tests.edge.brokers import mosquitto_broker

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Authority:
    """Issues what is asked for into `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._ca = trustme.CA()
        self.ca_file = str(folder / "ca.pem")
        self._ca.cert_pem.write_to_path(self.ca_file)

    def issue(self, name: str, *, expired: bool = False) -> tuple[str, str]:
        """Return the paths of a certificate with the common name `name`, and of its key."""
        made = self._ca.issue_cert(
            "localhost", common_name=name, not_before=PAST if expired else None, not_after=self._end(expired)
        )
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        made.private_key_pem.write_to_path(str(key))
        return str(certificate), str(key)

    def _end(self, expired: bool) -> dt.datetime | None:
        return PAST + dt.timedelta(days=1) if expired else None


@contextmanager
def tls_broker(
    program: Path, authority: Authority, *lines: str, by_certificate: bool = False, expired: bool = False
) -> Iterator[int]:
    """Run Mosquitto with a certificate for localhost; yield its port."""
    certificate, key = authority.issue("broker", expired=expired)
    client = ("require_certificate true", "use_identity_as_username true") if by_certificate else ()
    tls = (f"cafile {authority.ca_file}", f"certfile {certificate}", f"keyfile {key}", *client)
    with mosquitto_broker(program, authority.folder, *tls, *lines) as port:
        yield port


def tls_settings(port: int, ca_file: str, **mqtt: object) -> Settings:
    """Return the settings of car-1 for a broker at localhost that `ca_file` vouches for."""
    spoken = {"host": "localhost", "port": port, "tls": True, "ca_file": ca_file, "keepalive_s": 5}
    return Settings(
        vehicle="car-1",
        bus=Bus(interface="virtual", channel="x"),
        mqtt=msgspec.convert(spoken | mqtt, Mqtt),
        spool=SpoolSettings(path="unused"),
    )
