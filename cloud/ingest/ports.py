"""What ingest stands on: the pipe to the cars, what it knows of their lines, and who acts at once."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from contract.messages import UrgentEvent


class Delivery(NamedTuple):
    """One message as the broker handed it over; `token` is the pipe's own, for the acknowledgement."""

    topic: str
    payload: bytes
    token: object


class Pipe(Protocol):
    """The broker. It may lose and repeat messages; nothing depends on what it stores."""

    def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        """Return up to `limit` messages that have arrived, waiting up to `timeout_s` real seconds for the first."""
        ...

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that it need not deliver these again."""
        ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send at least once while the line holds; a lost one is asked for again by the car."""
        ...


class Presence(NamedTuple):
    """A birth, a will or word in between; `payload` is the status message, `has_health` when health is in it."""

    vehicle: str
    online: bool
    received_ms: int
    payload: bytes
    has_health: bool = False


class Wish(NamedTuple):
    """A Config message for a vehicle; a later one for the same vehicle takes its place and has a higher serial."""

    serial: int
    vehicle: str
    payload: bytes


class Lines(Protocol):
    """What is known of the vehicles' lines, and what is wanted of the vehicles; kept over restarts.

    Every method may raise `LogError`; then nothing has changed.
    """

    def note(self, presences: Sequence[Presence]) -> None:
        """Keep each as its vehicle's last status; of two for one vehicle the later in the sequence counts."""
        ...

    def presences(self) -> list[Presence]:
        """Return every vehicle's last status, by vehicle id."""
        ...

    def health(self, vehicle: str) -> Presence | None:
        """Return the vehicle's last status that said how its agent fares, whatever came after it."""
        ...

    def configure(self, vehicle: str, payload: bytes) -> None:
        """Ask that `payload` (a Config message) be sent to `vehicle`, now and whenever the broker has forgotten it."""
        ...

    def wishes(self, after_serial: int) -> list[Wish]:
        """Return the wishes with a serial above `after_serial`, lowest first."""
        ...

    def close(self) -> None: ...


class Emergencies(Protocol):
    """Who acts at once on what cannot wait for scoring."""

    def open(self, event: UrgentEvent, received_ms: int) -> None:
        """Act on `event`; the same event again changes nothing. Raises `CloudError` when it must be tried again."""
        ...


class Counts(Protocol):
    """Figures for those who watch."""

    def count(self, what: str, number: int = 1) -> None:
        """Add to the messages that were `what`: stored, duplicate, refused, throttled, status or overflow."""
        ...

    def retried(self, what: str) -> None:
        """Note that the log or the store (`what`) did not take something and it is tried again."""
        ...

    def took(self, seconds: float) -> None:
        """Note how long one round lasted, from taking messages to acknowledging them."""
        ...
