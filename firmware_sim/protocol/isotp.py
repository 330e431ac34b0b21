"""ISO 15765-2 as an ECU speaks it: one link, both ways, stepped by hand with the time as an argument."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

FRAME_BYTES: Final = 8
CLEAR_TO_SEND: Final = 0
WAIT: Final = 1
OVERFLOW: Final = 2


@dataclass(frozen=True)
class LinkOptions:
    """How one ECU uses the protocol; times in real seconds.

    `block_size` and `st_min` go into the flow control that it sends, `own_gap_s` is the least time between its own
    consecutive frames, and `wrong_sn` makes it skip a sequence number, which a tester has to notice.
    """

    block_size: int = 0
    st_min: int = 0
    padding: int = 0xAA
    longest: int = 0xFFF
    own_gap_s: float = 0.001
    n_bs_s: float = 1.0
    n_cr_s: float = 1.0
    most_waits: int = 10
    wrong_sn: bool = False


def separation_s(st_min: int) -> float:
    """Return STmin in seconds; reserved values count as 127 ms (ISO 15765-2, 9.6.5.4)."""
    if st_min <= 0x7F:
        return st_min / 1_000.0
    if 0xF1 <= st_min <= 0xF9:
        return (st_min - 0xF0) / 10_000.0
    return 0.127


@dataclass
class _Reception:
    length: int
    data: bytearray
    deadline_s: float
    next_sn: int = 1
    in_block: int = 0


@dataclass
class _Transmission:
    rest: bytes
    deadline_s: float
    sn: int = 1
    waits: int = 0
    may_send: bool = False
    left_in_block: int = 0
    gap_s: float = 0.0
    next_s: float = 0.0


@dataclass
class Link:
    """One end of a link between an ECU and a tester; frames are data fields of at most 8 bytes."""

    options: LinkOptions = field(default_factory=LinkOptions)
    _receiving: _Reception | None = None
    _sending: _Transmission | None = None
    _ready: deque[bytes] = field(default_factory=deque)

    @property
    def busy(self) -> bool:
        """Whether a message is still on its way out."""
        return self._sending is not None or bool(self._ready)

    def feed(self, data: bytes, now_s: float) -> bytes | None:
        """Take one frame from the tester; return the message that it completes, if any."""
        if not data:
            return None
        match data[0] >> 4:
            case 0x0:  # single frame
                return self._single(data)
            case 0x1:  # first frame
                self._first(data, now_s)
            case 0x2:  # consecutive frame
                return self._consecutive(data, now_s)
            case 0x3:  # flow control
                self._flow_control(data, now_s)
        return None

    def send(self, payload: bytes, now_s: float) -> None:
        """Queue `payload`; a message longer than a single frame waits for the tester's flow control."""
        if len(payload) < FRAME_BYTES:
            self._ready.append(self._padded(bytes([len(payload)]) + payload))
            return
        head = bytes([0x10 | len(payload) >> 8, len(payload) & 0xFF])
        self._ready.append(head + payload[:6])
        self._sending = _Transmission(payload[6:], now_s + self.options.n_bs_s)

    def due(self, now_s: float) -> list[bytes]:
        """Return the frames to put on the bus at `now_s`, and give up on whatever timed out."""
        frames = list(self._ready)
        self._ready.clear()
        if self._receiving is not None and now_s > self._receiving.deadline_s:
            self._receiving = None  # N_Cr
        sending = self._sending
        if sending is None:
            return frames
        if not sending.may_send:
            if now_s > sending.deadline_s:
                self._sending = None  # N_Bs
        elif now_s >= sending.next_s:
            frames.append(self._next_consecutive(sending, now_s))
        return frames

    def next_due_s(self) -> float | None:
        """Return when `due` will have something to do, None if only the tester can change that."""
        if self._ready:
            return 0.0
        if self._sending is not None:
            return self._sending.next_s if self._sending.may_send else self._sending.deadline_s
        return None

    def _single(self, data: bytes) -> bytes | None:
        length = data[0] & 0x0F
        if length == 0 or length > len(data) - 1:
            return None
        self._receiving = None
        return bytes(data[1 : 1 + length])

    def _first(self, data: bytes, now_s: float) -> None:
        if len(data) < FRAME_BYTES:
            return
        length = (data[0] & 0x0F) << 8 | data[1]
        if 0 < length < FRAME_BYTES:
            return
        if length == 0 or length > self.options.longest:  # 0 announces a 32-bit length
            self._ready.append(self._padded(bytes([0x30 | OVERFLOW, 0, 0])))
            return
        self._receiving = _Reception(length, bytearray(data[2:]), now_s + self.options.n_cr_s)
        self._clear_to_send()

    def _consecutive(self, data: bytes, now_s: float) -> bytes | None:
        receiving = self._receiving
        if receiving is None or now_s > receiving.deadline_s:
            return None
        if data[0] & 0x0F != receiving.next_sn:
            self._receiving = None
            return None
        receiving.data += data[1:]
        receiving.next_sn = receiving.next_sn + 1 & 0x0F
        receiving.deadline_s = now_s + self.options.n_cr_s
        if len(receiving.data) >= receiving.length:
            self._receiving = None
            return bytes(receiving.data[: receiving.length])
        receiving.in_block += 1
        if receiving.in_block == self.options.block_size:
            receiving.in_block = 0
            self._clear_to_send()
        return None

    def _clear_to_send(self) -> None:
        control = bytes([0x30 | CLEAR_TO_SEND, self.options.block_size, self.options.st_min])
        self._ready.append(self._padded(control))

    def _flow_control(self, data: bytes, now_s: float) -> None:
        sending = self._sending
        if sending is None or sending.may_send or len(data) < 3:
            return
        match data[0] & 0x0F:
            case 0x0:  # continue to send
                sending.may_send = True
                sending.waits = 0
                sending.left_in_block = data[1]
                sending.gap_s = max(separation_s(data[2]), self.options.own_gap_s)
                sending.next_s = now_s
            case 0x1:  # wait
                sending.waits += 1
                sending.deadline_s = now_s + self.options.n_bs_s
                if sending.waits > self.options.most_waits:
                    self._sending = None
            case _:  # overflow, or a reserved flow status
                self._sending = None

    def _next_consecutive(self, sending: _Transmission, now_s: float) -> bytes:
        skip = 1 if self.options.wrong_sn and sending.sn == 2 else 0
        frame = self._padded(bytes([0x20 | sending.sn + skip & 0x0F]) + sending.rest[:7])
        sending.rest = sending.rest[7:]
        sending.sn = sending.sn + 1 + skip & 0x0F
        sending.next_s = now_s + sending.gap_s
        if not sending.rest:
            self._sending = None
        elif sending.left_in_block:
            sending.left_in_block -= 1
            if sending.left_in_block == 0:
                sending.may_send = False
                sending.deadline_s = now_s + self.options.n_bs_s
        return frame

    def _padded(self, data: bytes) -> bytes:
        return data.ljust(FRAME_BYTES, bytes([self.options.padding]))
