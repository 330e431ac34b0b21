"""SAE J1979 on CAN, the server's side: services 01, 02, 03, 07, 09 and 0A."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from firmware_sim.protocol import dtc
from firmware_sim.protocol.answers import INCORRECT_LENGTH, SUB_FUNCTION_NOT_SUPPORTED, Handler, RefusalError

Field = Callable[[], bytes]
Codes = Callable[[], Sequence[str]]

MOST_PIDS: Final = 6
_RANGE: Final = 0x20
_POSITIVE: Final = 0x40
_FREEZE_FRAME_CODE: Final = 0x02


def support(base: int, identifiers: Collection[int]) -> bytes:
    """Return the bitmap of `identifiers` in base+1..base+32; its last bit says that a further range has some."""
    bits = 0
    for identifier in identifiers:
        if base < identifier <= base + _RANGE:
            bits |= 1 << base + _RANGE - identifier
        elif identifier > base + _RANGE:
            bits |= 1
    return bits.to_bytes(4, "big")


def support_fields(identifiers: Collection[int]) -> dict[int, bytes]:
    """Return every bitmap that leads to `identifiers`, by where its range begins."""
    highest = max(identifiers, default=0)
    bases = range(0, highest, _RANGE) if highest else range(1)
    return {base: support(base, identifiers) for base in bases}


def current_data(fields: Mapping[int, Field]) -> Handler:
    """Return service 01 over `fields` (PID to data bytes); one request names up to six PIDs."""
    bitmaps = support_fields(fields.keys())

    def handle(request: bytes) -> bytes:
        if not 1 <= len(request) - 1 <= MOST_PIDS:
            raise RefusalError(INCORRECT_LENGTH)
        answer = bytearray([request[0] + _POSITIVE])
        for pid in request[1:]:
            if pid in bitmaps:
                answer += bytes([pid]) + bitmaps[pid]
            elif pid in fields:
                answer += bytes([pid]) + fields[pid]()
        if len(answer) == 1:
            raise RefusalError(SUB_FUNCTION_NOT_SUPPORTED)
        return bytes(answer)

    return handle


@dataclass(frozen=True)
class FreezeFrame:
    """The data that the first confirmed code stored: its code and the PIDs' bytes at that moment."""

    code: str
    fields: Mapping[int, bytes]


def freeze_frame(stored: Callable[[], FreezeFrame | None]) -> Handler:
    """Return service 02; frame 0 only. Without a frame PID 02 answers code 0000, the others not at all."""

    def handle(request: bytes) -> bytes:
        if len(request) != 3:
            raise RefusalError(INCORRECT_LENGTH)
        pid, number = request[1], request[2]
        frame = stored()
        fields = {} if frame is None else dict(frame.fields)
        fields[_FREEZE_FRAME_CODE] = bytes(2) if frame is None else dtc.encode(frame.code)
        data = support_fields(fields.keys()).get(pid) or fields.get(pid)
        if number != 0 or data is None:
            raise RefusalError(SUB_FUNCTION_NOT_SUPPORTED)
        return bytes([request[0] + _POSITIVE, pid, number]) + data

    return handle


def trouble_codes(codes: Codes) -> Handler:
    """Return service 03, 07 or 0A over `codes`; on CAN a count byte comes first."""

    def handle(request: bytes) -> bytes:
        if len(request) != 1:
            raise RefusalError(INCORRECT_LENGTH)
        listed = codes()
        return bytes([request[0] + _POSITIVE, len(listed)]) + b"".join(dtc.encode(code) for code in listed)

    return handle


@dataclass(frozen=True)
class Calibration:
    """What is programmed into an ECU: its id (16 characters at most) and its verification number."""

    name: str
    cvn: int


def information_items(vin: str | None, name: str, calibration: Calibration | None = None) -> dict[int, bytes]:
    """Return the one item of each info type: VIN (02), calibration (04, 06), the ECU's name (0A, 20 bytes)."""
    items = {0x0A: name.encode("ascii").ljust(20, b"\x00")}
    if calibration is not None:
        items[0x04] = calibration.name.encode("ascii").ljust(16, b"\x00")
        items[0x06] = calibration.cvn.to_bytes(4, "big")
    if vin is not None:
        items[0x02] = vin.encode("ascii")
    return items


def vehicle_information(vin: str | None, name: str, calibration: Calibration | None = None) -> Handler:
    """Return service 09; before each item stands how many there are."""
    items = {infotype: b"\x01" + item for infotype, item in information_items(vin, name, calibration).items()}
    items |= support_fields(items.keys())

    def handle(request: bytes) -> bytes:
        if len(request) != 2:
            raise RefusalError(INCORRECT_LENGTH)
        if request[1] not in items:
            raise RefusalError(SUB_FUNCTION_NOT_SUPPORTED)
        return bytes([request[0] + _POSITIVE, request[1]]) + items[request[1]]

    return handle
