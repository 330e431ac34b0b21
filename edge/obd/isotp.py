"""ISO 15765-2 on classic CAN, the receiving half: a state machine that time and frames are handed to.

N_PCI by the high nibble of the first byte: 0 single frame, 1 first frame, 2 consecutive frame, 3 flow control. With
extended addressing (`Link.response_address`) one address byte stands before it, and every length is one byte shorter.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from edge.errors import IsoTpError
from edge.obd.addressing import LINKS, Link, by_response
from edge.obd.frames import CanFrame

N_CR_S: Final = 1.0
MAX_MESSAGE_BYTES: Final = 4095  # FF_DL of 12 bits; longer messages use an escape that no diagnostic answer needs
MAX_TRANSFERS: Final = 16  # 16 x 4095 bytes stay under the 64 KiB promised
PADDING: Final = 0x55
CONTINUE_TO_SEND: Final = 0x0
OVERFLOW: Final = 0x2


class Message(NamedTuple):
    """One reassembled answer."""

    link: Link
    payload: bytes


class Fed(NamedTuple):
    """What one frame led to: a whole message, and a flow control frame to send, either or neither."""

    message: Message | None = None
    flow_control: CanFrame | None = None


NOTHING: Final = Fed()


class _Transfer:
    __slots__ = ("data", "deadline_s", "expected_sn", "total")

    def __init__(self, first: bytes, total: int, now_s: float) -> None:
        self.data = bytearray(first)
        self.total = total
        self.expected_sn = 1
        self.deadline_s = now_s + N_CR_S


class Reassembler:
    """Puts together the answers of many ECUs at once; frames of other ids are none of its business.

    Args:
        links: who may answer; a flow control goes to the request id of the link.
        st_min: the separation time asked of the sender, as it travels (0x00-0x7F ms, 0xF1-0xF9 100-900 us).
    """

    def __init__(self, links: Iterable[Link] = LINKS, *, st_min: int = 0) -> None:
        self._links = by_response(links)
        self._st_min = st_min
        self._transfers: dict[Link, _Transfer] = {}
        self.errors: Counter[str] = Counter()

    @property
    def buffered_bytes(self) -> int:
        """Bytes held for transfers under way, at most MAX_TRANSFERS * MAX_MESSAGE_BYTES."""
        return sum(len(transfer.data) for transfer in self._transfers.values())

    def transferring(self, frame: CanFrame) -> Link | None:
        """Return who sent `frame` if that ECU is in the middle of a message."""
        link = self._links.get((frame.can_id, frame.extended))
        return link if link in self._transfers else None

    def feed(self, frame: CanFrame, now_s: float) -> Fed:
        """Take one received frame; raise `IsoTpError` (already counted) when it or its transfer is malformed."""
        link = self._links.get((frame.can_id, frame.extended))
        if link is None:
            return NOTHING
        self.expire(now_s)
        data = frame.data
        if len(data) > 8:
            raise self._fault("longer than a classic frame", link)
        if link.response_address is not None:
            if data[:1] != bytes((link.response_address,)):
                return NOTHING  # for another tester
            data = data[1:]
        if not data:
            raise self._fault("no N_PCI", link)
        match data[0] >> 4:
            case 0x0:
                return self._single(link, data)
            case 0x1:
                return self._first(link, data, now_s)
            case 0x2:
                return self._consecutive(link, data, now_s)
            case 0x3:
                return NOTHING  # flow control is for the sending half
            case _:
                raise self._fault("reserved N_PCI", link)

    def expire(self, now_s: float) -> None:
        """Drop and count every transfer whose next consecutive frame is later than N_Cr."""
        for link in [link for link, transfer in self._transfers.items() if now_s >= transfer.deadline_s]:
            del self._transfers[link]
            self.errors["N_Cr timeout"] += 1

    def _single(self, link: Link, data: bytes) -> Fed:
        if self._transfers.pop(link, None):
            self.errors["interrupted"] += 1
        length = data[0]  # SF_DL; the high nibble is 0
        if not 1 <= length < _room(link):
            raise self._fault("SF_DL", link)
        if length > len(data) - 1:
            raise self._fault("single frame cut short", link)
        return Fed(Message(link, data[1 : 1 + length]))

    def _first(self, link: Link, data: bytes, now_s: float) -> Fed:
        if self._transfers.pop(link, None):
            self.errors["interrupted"] += 1
        if len(data) != _room(link):
            raise self._fault("first frame cut short", link)
        total = (data[0] & 0x0F) << 8 | data[1]
        if total == 0:  # the 32-bit escape: more than MAX_MESSAGE_BYTES, or a length that belongs in 12 bits
            self.errors["FF_DL over the limit"] += 1
            return Fed(flow_control=self._flow_control(link, OVERFLOW))
        if total < _room(link):
            raise self._fault("FF_DL", link)
        if len(self._transfers) >= MAX_TRANSFERS:
            self.errors["too many transfers"] += 1
            return Fed(flow_control=self._flow_control(link, OVERFLOW))
        self._transfers[link] = _Transfer(data[2:], total, now_s)
        return Fed(flow_control=self._flow_control(link, CONTINUE_TO_SEND))

    def _consecutive(self, link: Link, data: bytes, now_s: float) -> Fed:
        transfer = self._transfers.get(link)
        if transfer is None:
            raise self._fault("consecutive frame without a first", link)
        if data[0] & 0x0F != transfer.expected_sn:
            del self._transfers[link]
            raise self._fault("SN", link)
        missing = transfer.total - len(transfer.data)
        if len(data) - 1 < min(missing, _room(link) - 1):
            del self._transfers[link]
            raise self._fault("consecutive frame cut short", link)
        transfer.data += data[1 : 1 + missing]
        if len(transfer.data) == transfer.total:
            del self._transfers[link]
            return Fed(Message(link, bytes(transfer.data)))
        transfer.expected_sn = (transfer.expected_sn + 1) % 16
        transfer.deadline_s = now_s + N_CR_S
        return NOTHING

    def _flow_control(self, link: Link, status: int) -> CanFrame:
        # BS 0: no further flow control is needed, whatever the length.
        head = b"" if link.request_address is None else bytes((link.request_address,))
        body = head + bytes((0x30 | status, 0, self._st_min))
        return CanFrame(link.request_id, link.extended, body.ljust(8, bytes((PADDING,))))

    def _fault(self, what: str, link: Link) -> IsoTpError:
        self.errors[what] += 1
        return IsoTpError(f"{link.ecu}: {what}")


def _room(link: Link) -> int:
    """Bytes of a full frame from N_PCI on."""
    return 8 if link.response_address is None else 7
