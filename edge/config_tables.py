"""Tables of the agent's settings that may be left out: wires, campaigns, a broker of the owner's."""

from pathlib import Path

import msgspec

from contract.messages import CampaignWhen, Precision

PRECISIONS: tuple[Precision, ...] = ("none", "city", "cell", "exact")  # each says more than the one before


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the settings file."""


class Wire(Table, frozen=True, kw_only=True):
    """A wire of the dongle: `none`, `iio:PATH` (millivolts) or `nmea:PATH` (a receiver's serial port)."""

    source: str = "none"

    def path(self, kind: str) -> Path | None:
        """Return the path behind `kind`, or None when there is no such wire."""
        given, _, path = self.source.partition(":")
        return Path(path) if given == kind and path else None


class PositionWire(Wire, frozen=True, kw_only=True):
    """The receiver (`nmea:PATH` or `gpsd:HOST:PORT`), and how finely the car may ever say where it is.

    No grant of the cloud goes beyond `precision`. A release for one job, signed with the key in `release_key_file`,
    goes up to `ceiling`.
    """

    precision: Precision = "exact"
    ceiling: Precision = "exact"
    release_key_file: str = ""
    release_key: bytes = b""

    def __repr__(self) -> str:
        return f"PositionWire({self.source})"  # no key in any log or trace

    @property
    def gpsd(self) -> tuple[str, int] | None:
        """Where gpsd listens, or None when it is not the source."""
        kind, _, where = self.source.partition(":")
        host, _, port = where.rpartition(":")
        if kind != "gpsd" or not port.isdecimal() or not 1 <= int(port) <= 65_535:
            return None
        return host.strip("[]"), int(port)


class BoundSettings(Table, frozen=True, kw_only=True):
    """See `contract.messages.Bound`."""

    signal: str
    above: float | None = None
    below: float | None = None


class CampaignSettings(Table, frozen=True, kw_only=True):
    """A collection campaign of the owner's; see `contract.messages.Campaign`."""

    name: str
    signals: tuple[str, ...]
    period_ms: int
    when: CampaignWhen = "awake"
    bound: BoundSettings | None = None
    before_s: float = 0.0
    after_s: float = 0.0


class HomeAssistant(Table, frozen=True, kw_only=True):
    """A broker of the owner's, where Home Assistant finds the car by itself; off without a `host`."""

    host: str = ""
    port: int = 1883
    username: str = ""
    password: str = ""
    password_file: str = ""
    tls: bool = False
    ca_file: str = ""
    prefix: str = "homeassistant"
    name: str = ""

    def __repr__(self) -> str:
        return f"HomeAssistant({self.host}:{self.port})"  # no password in any log or trace
