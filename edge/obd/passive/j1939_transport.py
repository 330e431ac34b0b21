"""SAE J1939-21 transport protocol, overheard: BAM and RTS/CTS transfers put together, nothing ever sent.

A listener does not see what got lost on its own side, so a transfer with a hole is dropped whole and counted.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from edge.errors import IsoTpError
from edge.obd.passive import j1939

CONNECTION_PGN: Final = 0xEC00  # TP.CM
DATA_PGN: Final = 0xEB00  # TP.DT
T1_S: Final = 0.75  # between two packets
T3_S: Final = 1.25  # between RTS, CTS and data
MAX_TRANSFERS: Final = 32
LEAST_BYTES: Final = 9  # what is shorter goes into one frame
MOST_BYTES: Final = 1785
_PACKET: Final = 7

_RTS: Final = 16
_CTS: Final = 17
_END_OF_MESSAGE: Final = 19
_BAM: Final = 32
_ABORT: Final = 255


class Transfer(NamedTuple):
    """A parameter group that came in several frames."""

    pgn: int
    source: int
    destination: int
    data: bytes


@dataclass(slots=True)
class _Open:
    pgn: int
    size: int
    packets: int
    until_s: float
    parts: dict[int, bytes] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return len(self.parts) == self.packets


class Reassembler:
    """Hand it every frame with a 29-bit id; at most `MAX_TRANSFERS` are open, one for each pair of addresses."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], _Open] = {}
        self.errors: Counter[str] = Counter()

    def feed(self, can_id: int, data: bytes, now_s: float) -> Transfer | None:
        """Return the transfer that this frame completes; raise `IsoTpError` for a frame that breaks one."""
        header = j1939.split(can_id)
        if header.pgn == CONNECTION_PGN:
            self._control(header, data, now_s)
            return None
        return self._data(header, data, now_s) if header.pgn == DATA_PGN else None

    def _control(self, header: j1939.Id, data: bytes, now_s: float) -> None:
        if len(data) != 8:
            raise self._broken("length", f"a TP.CM has 8 bytes, {len(data)} came")
        sender, receiver = (header.source, header.destination), (header.destination, header.source)
        match data[0]:
            case kind if kind in (_RTS, _BAM):
                self._begin(sender, data, now_s)
            case kind if kind == _CTS and receiver in self._open:
                # It may ask for packets again, or with 0 for a pause.
                self._open[receiver].until_s = now_s + T3_S
            case kind if kind == _END_OF_MESSAGE:
                self._open.pop(receiver, None)
            case kind if kind == _ABORT:
                for pair in (sender, receiver):
                    if self._open.pop(pair, None) is not None:
                        self.errors["aborted"] += 1

    def _begin(self, pair: tuple[int, int], data: bytes, now_s: float) -> None:
        size, packets = data[1] | data[2] << 8, data[3]
        group = data[5] | data[6] << 8 | data[7] << 16
        if self._open.pop(pair, None) is not None:
            self.errors["restarted"] += 1
        if not LEAST_BYTES <= size <= MOST_BYTES or packets != -(-size // _PACKET):
            raise self._broken("size", f"{size} bytes do not go into {packets} packets")
        self._expire(now_s)
        if len(self._open) >= MAX_TRANSFERS:
            raise self._broken("too_many", f"more than {MAX_TRANSFERS} transfers are open")
        self._open[pair] = _Open(group, size, packets, now_s + T3_S)

    def _data(self, header: j1939.Id, data: bytes, now_s: float) -> Transfer | None:
        pair = (header.source, header.destination)
        transfer = self._open.get(pair)
        if transfer is None:
            self.errors["not_begun"] += 1  # listening began in the middle of it
            return None
        if now_s > transfer.until_s:
            raise self._drop(pair, "timeout", "the next packet came too late")
        if len(data) != 8:
            raise self._drop(pair, "length", f"a TP.DT has 8 bytes, {len(data)} came")
        number = data[0]
        if not 1 <= number <= transfer.packets:
            raise self._drop(pair, "sequence", f"there is no packet {number} of {transfer.packets}")
        if pair[1] == j1939.GLOBAL and number != len(transfer.parts) + 1:
            raise self._drop(pair, "sequence", f"packet {number} came instead of {len(transfer.parts) + 1}")
        transfer.parts[number] = data[1:]  # a packet that was asked for again replaces itself
        transfer.until_s = now_s + (T1_S if pair[1] == j1939.GLOBAL else T3_S)
        if not transfer.is_whole:
            return None
        del self._open[pair]
        whole = b"".join(transfer.parts[n] for n in range(1, transfer.packets + 1))
        return Transfer(transfer.pgn, *pair, whole[: transfer.size])

    def _expire(self, now_s: float) -> None:
        for pair in [pair for pair, transfer in self._open.items() if now_s > transfer.until_s]:
            del self._open[pair]
            self.errors["timeout"] += 1

    def _drop(self, pair: tuple[int, int], why: str, words: str) -> IsoTpError:
        del self._open[pair]
        return self._broken(why, f"{pair[0]:02X} to {pair[1]:02X}: {words}")

    def _broken(self, why: str, words: str) -> IsoTpError:
        self.errors[why] += 1
        return IsoTpError(words)
