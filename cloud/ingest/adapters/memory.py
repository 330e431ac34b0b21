"""Lines that are remembered as long as the process lives: for tests and trials."""

from collections.abc import Sequence

from cloud.ingest.ports import Presence, Wish


class MemoryLines:
    """See `Lines` for what each method promises."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._presences: dict[str, Presence] = {}
        self._healths: dict[str, Presence] = {}
        self._wishes: dict[str, Wish] = {}
        self._serial = 0

    def note(self, presences: Sequence[Presence]) -> None:
        """Keep each as its vehicle's last status; see `Lines`."""
        self._presences.update({presence.vehicle: presence for presence in presences})
        self._healths.update({presence.vehicle: presence for presence in presences if presence.has_health})

    def health(self, vehicle: str) -> Presence | None:
        """Return the last status with its health; see `Lines`."""
        return self._healths.get(vehicle)

    def presences(self) -> list[Presence]:
        """Return every vehicle's last status; see `Lines`."""
        return [self._presences[vehicle] for vehicle in sorted(self._presences)]

    def configure(self, vehicle: str, payload: bytes) -> None:
        """Ask that `payload` be sent; see `Lines`."""
        self._serial += 1
        self._wishes[vehicle] = Wish(self._serial, vehicle, payload)

    def wishes(self, after_serial: int) -> list[Wish]:
        """Return the later wishes; see `Lines`."""
        return sorted(wish for wish in self._wishes.values() if wish.serial > after_serial)

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""
