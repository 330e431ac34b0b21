"""The only thing that may transmit on the car's bus, and what it may transmit.

The lists below are code on purpose: no file, argument or message of the cloud can widen them (docs/adr/0010). What
settings and cloud may do is take something off them (docs/adr/0106).
"""

from collections import Counter, deque
from enum import Enum
from math import inf
from typing import Final, NamedTuple, Protocol

from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, LINKS, Link, by_response
from edge.obd.frames import CanFrame

REQUESTS_PER_S: Final = 10
OTHER_TESTER_PAUSE_S: Final = 60.0
ANSWER_WINDOW_S: Final = 10.0  # how long after a request its answer may still begin (P2* with pendings, capped)
FLOW_CONTROL_WINDOW_S: Final = 1.0  # N_Bs of the ECU: later it has given up

# Outside of ISO 15765-4's range: these whole requests to these ECUs and nothing else (docs/adr/0011, 0105).
_PLATFORMS: Final = {
    Link(0x7A0, 0x7A8): ("22C00B",),  # Hyundai, Kia E-GMP: tyres
    Link(0x744, 0x74C): ("22E003",),  # E-GMP: charger
    Link(0x17FC007B, 0x17FE007B, True): ("22028C", "221E3B"),  # VW MEB: traction battery
    Link(0x17FC0076, 0x17FE0076, True): ("22295A",),  # MEB: gateway
    Link(0x710, 0x77A): ("222AF7", "222AB6"),  # MEB: 12 V battery, range
    Link(0x713, 0x77D): ("221821",),  # VW e-Up: brakes, which know the tyres
    Link(0x714, 0x77E): ("222260", "222261"),  # e-Up: service due
    Link(0x79B, 0x7BB): ("2101", "2161"),  # Nissan Leaf: traction battery, by KWP 2000 local identifier
    Link(0x797, 0x79A): ("221103", "221183"),  # Leaf: vehicle control
    Link(0x743, 0x763): ("220E25", "220E26", "220E27", "220E28", "220E2D"),  # Leaf: instruments
    Link(0x704, 0x784): ("221101", "221103", "221105", "221106", "221107", "221108", "221109", "22110A"),  # XPeng
    Link(0x1DD01635, 0x1EC6AE80, True): ("224801",),  # Zeekr
    Link(0x78A, 0x7CA): ("22D062",),  # GWM: traction battery
    Link(0x76C, 0x7AC): ("220210",),  # GWM: tyres
    Link(0x78B, 0x7CB): ("22D004",),  # GWM: odometer
    Link(0x781, 0x789): ("22B046", "22B061"),  # SAIC MG: traction battery
    Link(0x724, 0x72C): ("22B001", "22B003"),  # MG: tyres
    Link(0x785, 0x78D): ("22B022", "22B025", "22B026"),  # MG: converter
    Link(0x706, 0x716): ("190209",),  # NETA: codes, in the session that it is in
}
_PLATFORM_REQUESTS: Final = frozenset(
    (link.request_id, link.extended, bytes.fromhex(request))
    for link, requests in _PLATFORMS.items()
    for request in requests
)

_LINKS: Final = by_response((*LINKS, *_PLATFORMS))
_STANDARD_IDS: Final = frozenset((link.request_id, link.extended) for link in LINKS) | {
    FUNCTIONAL_11BIT,
    FUNCTIONAL_29BIT,
}
_REQUEST_IDS: Final = _STANDARD_IDS | {(link.request_id, link.extended) for link in _PLATFORMS}

# What a request starts with, and its whole length. SAE J1979 01 02 03 07 09 0A, ISO 14229 22: they read, nothing more.
_REQUESTS: Final = frozenset(
    {(b"\x01", length) for length in range(2, 8)}  # up to six PIDs
    | {(b"\x02", length) for length in (3, 5, 7)}  # PID and frame number, up to three times
    | {(b"\x03", 1), (b"\x07", 1), (b"\x09", 2), (b"\x0a", 1)}
    | {(b"\x22", length) for length in (3, 5, 7)}  # up to three DIDs
)
# ISO 14229 19: reports only; bit 7 (suppress the answer) is in none of them.
_DTC_REPORTS: Final = frozenset(
    {(b"\x19\x01", 3), (b"\x19\x02", 3), (b"\x19\x03", 2), (b"\x19\x04", 6), (b"\x19\x06", 6), (b"\x19\x0a", 2)}
)
_TESTER_PRESENT: Final = frozenset({b"\x3e\x00", b"\x3e\x80"})
_PADDING: Final = frozenset({0x00, 0x55, 0xAA, 0xCC})
_CONTINUE_TO_SEND: Final = 0x30
_OVERFLOW: Final = 0x32


class FrameSink(Protocol):
    """Where frames leave for the bus; nobody but the guard is handed one."""

    def send(self, frame: CanFrame) -> None:
        """Put `frame` on the bus, or raise `BusError`."""


class Stops(NamedTuple):
    """What is not to be asked although the lists have it: services, and request ids with their width."""

    services: frozenset[int] = frozenset()
    request_ids: frozenset[tuple[int, bool]] = frozenset()

    def hold(self, frame: CanFrame) -> bool:
        """Say whether `frame`, a request or flow control, is kept back: its id is, or the service it asks for."""
        asks = frame.data[0] < _CONTINUE_TO_SEND
        return (frame.can_id, frame.extended) in self.request_ids or (asks and frame.data[1] in self.services)


NO_STOPS: Final = Stops()


class Verdict(Enum):
    """What became of a frame."""

    SENT = "sent"
    LISTEN_ONLY = "listen_only"
    FORBIDDEN = "forbidden"
    STOPPED = "stopped"
    ASLEEP = "asleep"
    OTHER_TESTER = "other_tester"
    TOO_SOON = "too_soon"


def allows(frame: CanFrame, *, tester_present: bool = False) -> bool:
    """Say whether `frame` is a request on the list; pure, so that a signal set is judged before it is used."""
    if len(frame.data) != 8:
        return False
    length = frame.data[0]  # a single frame's PCI; every other PCI is a length that is on no list
    payload = frame.data[1 : 1 + length]
    if not _is_padding(frame.data[1 + length :]):
        return False
    if (frame.can_id, frame.extended) not in _STANDARD_IDS:
        return (frame.can_id, frame.extended, payload) in _PLATFORM_REQUESTS
    if payload in _TESTER_PRESENT:
        return tester_present
    return (payload[:1], length) in _REQUESTS or (payload[:2], length) in _DTC_REPORTS


def _is_padding(rest: bytes) -> bool:
    return len(set(rest)) <= 1 and _PADDING.issuperset(rest)


class Guard:
    """Sends what is allowed, when it is allowed; `now_s` is real monotonic time throughout.

    It starts asleep and listens only, unless it was built to poll. Hand it every received frame by `observe`.
    """

    def __init__(
        self, sink: FrameSink, *, polling: bool = False, tester_present: bool = False, stops: Stops = NO_STOPS
    ) -> None:
        self._sink = sink
        self._polling = polling
        self._tester_present = tester_present
        self._stops = stops
        self._further_stops = NO_STOPS
        self._awake = False
        self._silent_until_s = -inf
        self._sent_s: deque[float] = deque(maxlen=REQUESTS_PER_S)
        self._asked_until_s: dict[tuple[int, bool], float] = {}
        self._owed_until_s: dict[tuple[int, bool], float] = {}
        self.verdicts: Counter[Verdict] = Counter()

    def wake(self) -> None:
        """The car is awake by itself: requests may go out."""
        self._awake = True

    def sleep(self) -> None:
        """The car sleeps or is locked: nothing goes out, and no transfer is owed anything."""
        self._awake = False
        self._asked_until_s.clear()
        self._owed_until_s.clear()

    def narrow(self, stops: Stops) -> None:
        """Keep `stops` back too, in the place of those that were given so before; the ones it was built with stay."""
        self._further_stops = stops

    def observe(self, frame: CanFrame, now_s: float) -> None:
        """Take note of a received frame: another tester's request, or a first frame that we asked for."""
        if (frame.can_id, frame.extended) in _REQUEST_IDS:
            self._silent_until_s = now_s + OTHER_TESTER_PAUSE_S
            self._asked_until_s.clear()
            self._owed_until_s.clear()
            return
        link = _LINKS.get((frame.can_id, frame.extended))
        if link is None or not frame.data or frame.data[0] >> 4 != 0x1:
            return
        if now_s < self._asked_until(link):
            self._owed_until_s[link.request_id, link.extended] = now_s + FLOW_CONTROL_WINDOW_S

    def send(self, frame: CanFrame, now_s: float) -> Verdict:
        """Put `frame` on the bus if it may go, and say what became of it; only the sink's `BusError` comes out."""
        verdict = self._judge(frame, now_s)
        self.verdicts[verdict] += 1
        if verdict is Verdict.SENT:
            self._sink.send(frame)
        return verdict

    def _judge(self, frame: CanFrame, now_s: float) -> Verdict:
        if not self._polling:
            return Verdict.LISTEN_ONLY
        flow_control = self._is_owed(frame, now_s)
        if not flow_control and not allows(frame, tester_present=self._tester_present):
            return Verdict.FORBIDDEN
        if self._stops.hold(frame) or self._further_stops.hold(frame):
            return Verdict.STOPPED
        if not self._awake:
            return Verdict.ASLEEP
        if now_s < self._silent_until_s:
            return Verdict.OTHER_TESTER
        target = (frame.can_id, frame.extended)
        if flow_control:
            del self._owed_until_s[target]
            return Verdict.SENT
        if len(self._sent_s) == REQUESTS_PER_S and now_s - self._sent_s[0] < 1.0:
            return Verdict.TOO_SOON
        self._sent_s.append(now_s)
        self._asked_until_s[target] = now_s + ANSWER_WINDOW_S
        return Verdict.SENT

    def _is_owed(self, frame: CanFrame, now_s: float) -> bool:
        """Say whether `frame` is a flow control for a transfer whose first frame has come and waits."""
        if len(frame.data) != 8 or frame.data[0] not in (_CONTINUE_TO_SEND, _OVERFLOW):
            return False
        if not _is_padding(frame.data[3:]):
            return False
        return now_s < self._owed_until_s.get((frame.can_id, frame.extended), -inf)

    def _asked_until(self, link: Link) -> float:
        functional = FUNCTIONAL_29BIT if link.extended else FUNCTIONAL_11BIT
        never = -inf
        physical_s = self._asked_until_s.get((link.request_id, link.extended), never)
        # A platform's own ECU does not listen to the functional id.
        standard = (link.request_id, link.extended) in _STANDARD_IDS
        return max(physical_s, self._asked_until_s.get(functional, never) if standard else never)
