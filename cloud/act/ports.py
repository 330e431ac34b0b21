"""What acting asks of the world."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from cloud.log.ports import LogEntry
from cloud.runner.ports import Placed
from contract.messages import Config, ConfigOutcome, Status


class Scores(Protocol):
    """The assessments that the score consumer has kept, in order."""

    def read(self, after_position: int, limit: int) -> list[Placed]:
        """Return up to `limit` with a position above `after_position`, lowest first; raise `CloudError`."""
        ...


class Entries(Protocol):
    """The log, as far as acting reads it."""

    def read(self, after_offset: int, limit: int) -> list[LogEntry]:
        """Return up to `limit` entries with an offset above `after_offset`, lowest first; raise `CloudError`."""
        ...


class Statuses(Protocol):
    """The last birth or will of every vehicle, and what its agent made of its configuration."""

    def statuses(self) -> Sequence[tuple[int, Status]]:
        """Return (received in domain ms, status) of each; raise `CloudError`."""
        ...

    def outcome(self, vehicle: str) -> ConfigOutcome | None:
        """Return what the vehicle's agent said last of a configuration, None if it never did; raise `CloudError`."""
        ...


class Downlink(Protocol):
    """The way to the vehicles."""

    def configure(self, config: Config) -> None:
        """See that the vehicle gets `config`, now or when it is back, unless a later one comes; raise `CloudError`."""
        ...


class Delivered(NamedTuple):
    """How a try ended: done, or why not, and whether another try can help."""

    is_done: bool
    error: str = ""
    is_final: bool = False


class Hook(NamedTuple):
    """Where an insurer is told, and the secret that the word is signed with."""

    url: str
    secret: str


class Insurers(Protocol):
    """The way to the insurers."""

    def send(self, hook: Hook, key: str, at_s: float, body: dict[str, Any]) -> Delivered:
        """POST `body`, signed by Standard Webhooks with `key` as its id; the same `key` on every try.

        Never raises for what the other side does, reaches no address of a network of our own, and gives up within a
        few real seconds.
        """
        ...

    def close(self) -> None: ...


class Notices(Protocol):
    """The way to the drivers."""

    def send(self, address: str, key: str, body: dict[str, Any]) -> Delivered:
        """Hand `body` to the channel at `address`; the same `key` on every try, so that the receiver acts once.

        Never raises for what the other side does, and gives up within a few real seconds.
        """
        ...

    def close(self) -> None: ...
