"""Which ECUs there are and which PIDs each supports: service 01 bitmaps 00, 20, 40 ... E0, as far as each goes.

First everybody is asked for bitmap 00, on both id widths; then every ECU that answered, by itself, for the next
bitmap that its last one announced. A car in which nobody answers service 01 is asked the way of SAE J1979-2 (OBDonUDS):
the same bitmaps are DIDs F400, F420 ... F4E0 of service 22 there.
"""

from typing import Final, Literal

from edge.errors import ServiceError
from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Functional, Link
from edge.obd.diagnostics import PID_DIDS
from edge.obd.isotp import Message
from edge.obd.services import current_data, read_data_by_identifier

Protocol = Literal["j1979", "j1979-2"]

_STEP: Final = 0x20
_EVERYBODY: Final = (FUNCTIONAL_11BIT, FUNCTIONAL_29BIT)


class Discovery:
    """Steps: send `request()`, hand every answer to `take`, say `closed` when no more can come; until it is None."""

    def __init__(self) -> None:
        self.protocol: Protocol = "j1979"
        self.supported: dict[Link, frozenset[int]] = {}
        self._ask: list[tuple[Functional | Link, int]] = [(everybody, 0x00) for everybody in _EVERYBODY]

    @property
    def done(self) -> bool:
        return not self._ask

    def request(self) -> tuple[Functional | Link, bytes] | None:
        """Return whom to ask, and what; None when all is known."""
        if not self._ask:
            return None
        target, base = self._ask[0]
        if self.protocol == "j1979":
            return target, current_data.make_request([base])
        return target, read_data_by_identifier.make_request(PID_DIDS | base)

    def take(self, message: Message) -> None:
        """Take one answer; `ServiceError` when it is no bitmap of the one asked for."""
        target, base = self._ask[0]
        bitmap = self._bitmap(message.payload, base)
        if bitmap is None:
            raise ServiceError(f"{message.link.ecu}: another bitmap than {base:02X}")
        if isinstance(target, Link) and message.link != target:
            raise ServiceError(f"{message.link.ecu}: was not asked")
        new = current_data.supported(base, bitmap)
        known = self.supported.get(message.link, frozenset())
        self.supported[message.link] = known | new
        following = (message.link, base + _STEP)
        if base + _STEP in new and following not in self._ask:
            self._ask.append(following)

    def closed(self) -> None:
        """No more answers can come to the last request; an ECU that left it open is asked no further."""
        self._ask.pop(0)
        if not self._ask and not self.supported and self.protocol == "j1979":
            self.protocol = "j1979-2"
            self._ask = [(everybody, 0x00) for everybody in _EVERYBODY]

    def _bitmap(self, payload: bytes, base: int) -> bytes | None:
        if self.protocol == "j1979":
            return current_data.interpret_response(payload, {}).get(base)
        did, data = read_data_by_identifier.interpret_response(payload)
        return data if did == PID_DIDS | base else None
