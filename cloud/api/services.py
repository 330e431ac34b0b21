"""What the routes stand on, put together once by the app."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import NamedTuple, Protocol

from fastapi import Request

from cloud.insurer.pseudonym import KeyRing
from cloud.provisioning.desk import Desk
from cloud.store.engine import Store
from cloud.trips.ports import Trips
from contract.clock import Clock
from contract.messages import Health


class Series(NamedTuple):
    """Points of one signal in time order: wall times in ms, values (NaN where there is none), validity."""

    wall_ms: list[int]
    values: list[float]
    validity: list[int]


class History(Protocol):
    """The past of one signal of one vehicle."""

    def series(self, vehicle: str, path: str, start_ms: int, end_ms: int, points: int) -> Series:
        """Return at most `points` points between the two times; thinning keeps every non-value it meets."""
        ...


class AgentHealth(NamedTuple):
    """When an agent last said how it fares (domain ms), and what it said."""

    received_ms: int
    said: Health


class Services(NamedTuple):
    """The store, the clock, the history, the pseudonyms' key, what is not ready (part: why), the sign to stop.

    `desk` admits new devices, `health` knows the agents' own, `trips` what was driven; None where this process has no
    such thing. `ring` holds every pseudonym key there was, `folder` the published periods.
    """

    store: Store
    clock: Clock
    history: History
    pseudonym_key: bytes
    ready: Callable[[], dict[str, str]]
    stopping: Event
    desk: Desk | None = None
    health: Callable[[str], AgentHealth | None] = lambda _: None
    ring: KeyRing | None = None
    folder: Path = Path("var/outrider")
    trips: Trips | None = None

    @property
    def names(self) -> KeyRing:
        """What insurers call vehicles."""
        return KeyRing((self.pseudonym_key,)) if self.ring is None else self.ring

    def now_ms(self) -> int:
        """Return domain time in ms since the Unix epoch."""
        return round(self.clock.wall_s() * 1000.0)


def services_of(request: Request) -> Services:
    """Return the services that the app was built with."""
    services: Services = request.app.state.services
    return services
