"""ISO 15765-2 on classic CAN, the sending half: a state machine that time and flow controls are handed to."""

from typing import Final

from edge.errors import IsoTpError
from edge.obd.frames import CanFrame
from edge.obd.isotp import MAX_MESSAGE_BYTES, PADDING

N_BS_S: Final = 1.0
MAX_WAITS: Final = 10  # N_WFTmax

_RESERVED_ST_MIN_S: Final = 0.127


def separation_s(st_min: int) -> float:
    """Return the seconds that an STmin byte stands for; reserved values count as the longest, 127 ms."""
    if st_min <= 0x7F:
        return st_min / 1000
    if 0xF1 <= st_min <= 0xF9:
        return (st_min - 0xF0) / 10_000
    return _RESERVED_ST_MIN_S


class Sender:
    """Sends one message: `start`, then `feed` each flow control and send what `due` returns until `done`.

    Args:
        can_id, extended: where the frames go.
        payload: 1 to 4095 bytes.
        target: the address byte that every frame starts with under extended addressing.
    """

    def __init__(self, can_id: int, extended: bool, payload: bytes, *, target: int | None = None) -> None:
        if not 1 <= len(payload) <= MAX_MESSAGE_BYTES:
            raise IsoTpError(f"a message has 1 to {MAX_MESSAGE_BYTES} bytes, not {len(payload)}")
        self._can_id = can_id
        self._extended = extended
        self._payload = payload
        self._head = b"" if target is None else bytes((target,))
        self._at = 0
        self._sn = 1
        self._waits = 0
        self._block_left: int | None = None  # None: the ECU asked for no further flow control
        self._separation_s = 0.0
        self._next_s: float | None = None  # None: a flow control is awaited
        self._flow_control_by_s: float | None = None

    @property
    def done(self) -> bool:
        """Say whether the whole message has been handed out."""
        return self._at == len(self._payload)

    def start(self, now_s: float) -> CanFrame:
        """Return the single frame, or the first frame of a longer message."""
        room = 7 - len(self._head)
        if len(self._payload) <= room:
            self._at = len(self._payload)
            return self._frame(bytes((len(self._payload),)) + self._payload)
        self._at = room - 1
        self._flow_control_by_s = now_s + N_BS_S
        length = len(self._payload)
        return self._frame(bytes((0x10 | length >> 8, length & 0xFF)) + self._payload[: self._at])

    def feed(self, frame: CanFrame, now_s: float) -> None:
        """Take a frame from the receiver; raise `IsoTpError` when it ends the transfer."""
        if self._flow_control_by_s is None:
            return  # not asked for: ISO 15765-2 says to ignore it
        data = frame.data
        if not data or data[0] >> 4 != 0x3:
            return
        if len(data) < 3:
            raise self._end("flow control cut short")
        match data[0] & 0x0F:
            case 0x0:  # continue to send
                self._block_left = data[1] or None
                self._separation_s = separation_s(data[2])
                self._next_s = now_s
                self._flow_control_by_s = None
                self._waits = 0
            case 0x1:  # wait
                self._waits += 1
                if self._waits > MAX_WAITS:
                    raise self._end("more waits than N_WFTmax")
                self._flow_control_by_s = now_s + N_BS_S
            case 0x2:
                raise self._end("the receiver has no room")
            case _:
                raise self._end("reserved flow status")

    def due(self, now_s: float) -> CanFrame | None:
        """Return the next consecutive frame if it may go now; raise `IsoTpError` when N_Bs has run out."""
        if self._flow_control_by_s is not None and now_s >= self._flow_control_by_s:
            raise self._end("N_Bs timeout")
        if self.done or self._next_s is None or now_s < self._next_s:
            return None
        end = self._at + 7 - len(self._head)
        frame = self._frame(bytes((0x20 | self._sn,)) + self._payload[self._at : end])
        self._at = min(end, len(self._payload))
        self._sn = (self._sn + 1) % 16
        self._next_s = now_s + self._separation_s
        if self._block_left is not None:
            self._block_left -= 1
            if self._block_left == 0 and not self.done:
                self._next_s = None
                self._flow_control_by_s = now_s + N_BS_S
        return frame

    def _frame(self, body: bytes) -> CanFrame:
        return CanFrame(self._can_id, self._extended, (self._head + body).ljust(8, bytes((PADDING,))))

    def _end(self, why: str) -> IsoTpError:
        self._flow_control_by_s = None
        self._next_s = None
        return IsoTpError(f"{self._can_id:X}: {why}")
