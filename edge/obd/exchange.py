"""One request on the bus, and what may still answer it: P2, NRC 0x78 up to P2* under an overall cap, echoes checked."""

from collections.abc import Set
from enum import Enum
from typing import Final

from edge.errors import ServiceError
from edge.obd.addressing import Functional, Link
from edge.obd.isotp import N_CR_S, Message
from edge.obd.services import (
    current_data,
    dtc_information,
    freeze_frame,
    negative,
    read_data_by_identifier,
    read_data_by_local_identifier,
    vehicle_information,
)

ANSWER_S: Final = 0.5  # P2 of the standard is 50 ms; a busy host and a slow adapter need the rest
PENDING_S: Final = 5.0  # P2*
OVERALL_S: Final = 10.0


class Took(Enum):
    """What a message was to the request."""

    STRANGER = "strangers"  # an answer to something else, or from somebody else
    ANSWER = "answers"
    PENDING = "pending"
    BUSY = "busy"
    REFUSED = "refused"  # will be refused again in this ignition cycle
    NOT_NOW = "not_now"  # any other negative response


class Exchange:
    """Open from the moment the request was sent; `now_s` is real monotonic time.

    Args:
        target: one ECU, or all of one id width.
        expected: ECUs known to answer a functional request; when all have, it closes early. Empty: nobody knows.
    """

    def __init__(self, target: Link | Functional, request: bytes, expected: Set[Link], now_s: float) -> None:
        self.target = target
        self.request = request
        self._waiting_for = set(expected)
        self._may_close_early = bool(expected)
        self._deadline_s = now_s + ANSWER_S
        self._cap_s = now_s + OVERALL_S
        self._over = False

    def closed(self, now_s: float) -> bool:
        """Say whether nothing can answer any more."""
        return self._over or now_s >= min(self._deadline_s, self._cap_s)

    def in_transfer(self, now_s: float) -> None:
        """A multi-frame answer of an ECU that was asked is under way: wait for its next frame."""
        self._deadline_s = max(self._deadline_s, now_s + N_CR_S)

    def concerns(self, link: Link) -> bool:
        """Say whether `link` was asked."""
        if isinstance(self.target, Link):
            return link == self.target
        return self.target.reaches(link)

    def take(self, message: Message, now_s: float) -> Took:
        """Say what `message` is to this request; an answer of the one ECU asked, or of the last expected, closes it."""
        if not self.concerns(message.link):
            return Took.STRANGER
        if message.payload[0] == negative.SID:
            return self._negative(message, now_s)
        if not self._echoes(message.payload):
            return Took.STRANGER
        self._settle(message.link)
        return Took.ANSWER

    def _negative(self, message: Message, now_s: float) -> Took:
        try:
            service, code = negative.interpret_response(message.payload)
        except ServiceError:
            return Took.STRANGER
        if service != self.request[0]:
            return Took.STRANGER
        if code == negative.RESPONSE_PENDING:
            self._deadline_s = max(self._deadline_s, now_s + PENDING_S)
            return Took.PENDING
        self._settle(message.link)
        if code == negative.BUSY_REPEAT_REQUEST:
            return Took.BUSY
        return Took.REFUSED if code in negative.REFUSALS else Took.NOT_NOW

    def _settle(self, link: Link) -> None:
        self._waiting_for.discard(link)
        if isinstance(self.target, Link) or (self._may_close_early and not self._waiting_for):
            self._over = True

    def _echoes(self, payload: bytes) -> bool:
        service = self.request[0]
        if payload[0] != service + 0x40:
            return False
        if service == current_data.SID:
            return payload[1:2] != b"" and payload[1] in self.request[1:]
        if service == read_data_by_identifier.SID:
            return payload[1:3] == self.request[1:3]
        if service in (vehicle_information.SID, read_data_by_local_identifier.SID):
            return payload[1:2] == self.request[1:2]
        if service == freeze_frame.SID:
            return payload[1:3] == self.request[1:3]
        if service == dtc_information.SID:  # the report, and the code it is about; not its status, which may change
            return payload[1:5] == self.request[1:5] if len(self.request) == 6 else payload[1:2] == self.request[1:2]
        return True
