"""Statuses and configurations by way of the file that ingest keeps of the vehicles' lines."""

from collections.abc import Iterator

import structlog

from cloud.ingest.ports import Lines
from contract import codec
from contract.errors import ContractError
from contract.messages import Config, Status


class LineStatuses:
    """See `Statuses`."""

    def __init__(self, lines: Lines) -> None:
        """Read from these lines."""
        self._lines = lines

    def statuses(self) -> list[tuple[int, Status]]:
        """Return each vehicle's last status; see `Statuses`."""
        return list(self._readable())

    def _readable(self) -> Iterator[tuple[int, Status]]:
        for presence in self._lines.presences():
            try:
                message = codec.decode(presence.payload)
            except ContractError as error:
                structlog.get_logger().warning("status_not_readable", vehicle=presence.vehicle, reason=str(error))
                continue
            if isinstance(message, Status):
                yield presence.received_ms, message


class LineDownlink:
    """See `Downlink`: ingest sends what is asked for here."""

    def __init__(self, lines: Lines) -> None:
        """Ask on these lines."""
        self._lines = lines

    def configure(self, config: Config) -> None:
        """Ask that the vehicle get `config`; see `Downlink`."""
        self._lines.configure(config.vehicle, codec.encode(config))
