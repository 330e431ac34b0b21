"""Statuses and configurations by way of the file that ingest keeps of the vehicles' lines."""

from collections.abc import Callable, Iterator

import msgspec
import structlog

from cloud.ingest.ports import Lines, Presence
from contract import codec
from contract.errors import ContractError
from contract.messages import Config, ConfigOutcome, Health, Status
from contract.release import sign


class LineStatuses:
    """See `Statuses`."""

    def __init__(self, lines: Lines) -> None:
        """Read from these lines."""
        self._lines = lines

    def statuses(self) -> list[tuple[int, Status]]:
        """Return each vehicle's last status; see `Statuses`."""
        return list(self._readable())

    def outcome(self, vehicle: str) -> ConfigOutcome | None:
        """Return what the agent made of a configuration; see `Statuses`."""
        presence = self._lines.health(vehicle)
        status = None if presence is None else _status(presence)
        return status.health.config if status is not None and isinstance(status.health, Health) else None

    def _readable(self) -> Iterator[tuple[int, Status]]:
        for presence in self._lines.presences():
            status = _status(presence)
            if status is not None:
                yield presence.received_ms, status


def _status(presence: Presence) -> Status | None:
    try:
        message = codec.decode(presence.payload)
    except ContractError as error:
        structlog.get_logger().warning("status_not_readable", vehicle=presence.vehicle, reason=str(error))
        return None
    return message if isinstance(message, Status) else None


class LineDownlink:
    """See `Downlink`: ingest sends what is asked for here."""

    def __init__(self, lines: Lines, key_of: Callable[[str], bytes | None] = lambda _: None) -> None:
        """Ask on these lines; `key_of` gives the key that a vehicle shares with us, None where it has none."""
        self._lines = lines
        self._key_of = key_of

    def configure(self, config: Config) -> None:
        """Ask that the vehicle get `config`, every grant of the exact place for a job signed; see `Downlink`."""
        key = self._key_of(config.vehicle)
        if key is not None:
            exact = (grant for grant in config.grants if grant.job and grant.precision == "exact")
            releases = tuple(sign(key, config.vehicle, grant.job, grant.until_ms) for grant in exact)
            config = msgspec.structs.replace(config, releases=releases)
        self._lines.configure(config.vehicle, codec.encode(config))
