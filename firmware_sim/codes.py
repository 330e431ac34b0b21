"""The trouble codes one car has stored, and the counters that J1979 ties to them."""

from dataclasses import dataclass, replace

from firmware_sim.protocol.j1979 import FreezeFrame


@dataclass(frozen=True)
class Codes:
    """What modes 03, 07 and 0A list, the freeze frame of mode 02, and the counters of PIDs 21, 31 and 4E."""

    pending: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    permanent: tuple[str, ...] = ()
    freeze: FreezeFrame | None = None
    mil_km: float = 0.0
    since_clear_km: float = 4_321.0
    since_clear_s: float = 372_000.0

    @property
    def mil_on(self) -> bool:
        """Whether the malfunction indicator lamp is lit."""
        return bool(self.confirmed)

    def wiped(self) -> "Codes":
        """Return what a tester's clearing or a lost supply leaves: the permanent codes, which only healing ends."""
        return replace(Codes(since_clear_km=0.0, since_clear_s=0.0), permanent=self.permanent)
