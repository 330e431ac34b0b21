"""One ECU on the bus: an address, a server, a link, and the time it takes to think."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from firmware_sim.protocol.answers import RESPONSE_PENDING, Server, negative
from firmware_sim.protocol.isotp import Link, LinkOptions


class Frame(NamedTuple):
    """One CAN frame."""

    can_id: int
    data: bytes
    extended: bool = False


class Misbehaviour(StrEnum):
    """What an ECU under test may do wrong."""

    NONE = "none"
    SILENT = "silent"
    GARBAGE = "garbage"
    WRONG_SN = "wrong_sn"
    PENDING_FOREVER = "pending_forever"
    LATE = "late"


class Answer(NamedTuple):
    """One answer that went onto the bus whole."""

    ecu: int
    request: bytes
    response: bytes


# ISO 15031-5: P2CAN at most 50 ms, P2*CAN at most 5 s after a response pending.
THINK_S: Final = (0.002, 0.012)
PENDING_S: Final = 0.15
PENDING_AGAIN_S: Final = 2.0
LATE_S: Final = 0.4


@dataclass(frozen=True)
class EcuOptions:
    """Where one ECU listens and sends, how it thinks and how it misbehaves; `slow` services say 0x78 first."""

    name: str
    request_id: int
    response_id: int
    extended: bool = False
    functional: bool = True
    slow: frozenset[int] = frozenset()
    misbehaviour: Misbehaviour = Misbehaviour.NONE


@dataclass
class Ecu:
    """A server behind a link; frames go in by `receive` and come out by `due`, both with real seconds."""

    options: EcuOptions
    server: Server
    random: random.Random
    link: Link = field(init=False)
    _waiting: list[tuple[float, bytes, bool]] = field(default_factory=list)
    _request: bytes = b""
    _response: bytes = b""

    def __post_init__(self) -> None:
        """Make the link, wrong where this ECU is to be wrong."""
        wrong = self.options.misbehaviour is Misbehaviour.WRONG_SN
        self.link = Link(LinkOptions(wrong_sn=wrong))

    def receive(self, data: bytes, now_s: float, *, functional: bool) -> None:
        """Take a frame's data field; functional requests are single frames only (ISO 15765-2, 10.2)."""
        if functional and (not data or data[0] >> 4):
            return
        request = self.link.feed(data, now_s)
        if request is None or self._waiting or self.link.busy:
            return
        if self.options.misbehaviour is Misbehaviour.SILENT:
            return
        response = self.server.answer(request, functional=functional)
        if response is None:
            return
        self._request = request
        self._schedule(request[0], response, now_s)

    def due(self, now_s: float) -> tuple[list[Frame], list[Answer]]:
        """Return the frames to send now and the answers that are complete with them."""
        while self._waiting and self._waiting[0][0] <= now_s and not self.link.busy:
            _, response, final = self._waiting.pop(0)
            self.link.send(response, now_s)
            self._response = response
            if not final:
                self._waiting.append((now_s + PENDING_AGAIN_S, response, False))
        frames = [Frame(self.options.response_id, data, self.options.extended) for data in self.link.due(now_s)]
        if not self._response or self.link.busy:
            return frames, []
        answer = Answer(self.options.response_id, self._request, self._response)
        self._response = b""
        return frames, [answer] if frames else []  # without frames the link gave up half-way

    def next_due_s(self) -> float | None:
        """Return when `due` will have something to do; None if only a request can change that."""
        link = self.link.next_due_s()
        if self._waiting and not self.link.busy:
            return self._waiting[0][0] if link is None else min(link, self._waiting[0][0])
        return link

    def forget(self) -> None:
        """Fall asleep: drop whatever was on its way."""
        self.link = Link(self.link.options)
        self._waiting.clear()
        self._response = b""

    def _schedule(self, service: int, response: bytes, now_s: float) -> None:
        at_s = now_s + self.random.uniform(*THINK_S)
        pending = negative(service, RESPONSE_PENDING)
        match self.options.misbehaviour:
            case Misbehaviour.PENDING_FOREVER:
                self._waiting.append((at_s, pending, False))
            case Misbehaviour.LATE:
                self._waiting.append((at_s + LATE_S, response, True))
            case Misbehaviour.GARBAGE:
                noise = self.random.randbytes(self.random.randint(1, 40))
                self._waiting.append((at_s, noise, True))
            case _ if service in self.options.slow:
                self._waiting += [(at_s, pending, True), (at_s + PENDING_S, response, True)]
            case _:
                self._waiting.append((at_s, response, True))
