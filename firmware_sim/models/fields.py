"""Physical values as the bytes of J1979 and UDS records; a value that does not fit takes the nearest end."""


def u8(value: float) -> bytes:
    """Return one byte."""
    return bytes([_within(value, 0, 0xFF)])


def s8(value: float) -> bytes:
    """Return one signed byte."""
    return _within(value, -0x80, 0x7F).to_bytes(1, "big", signed=True)


def u16(value: float) -> bytes:
    """Return two bytes, the high one first."""
    return _within(value, 0, 0xFFFF).to_bytes(2, "big")


def u16le(value: float) -> bytes:
    """Return two bytes, the low one first."""
    return _within(value, 0, 0xFFFF).to_bytes(2, "little")


def s16(value: float) -> bytes:
    """Return two signed bytes, the high one first."""
    return _within(value, -0x8000, 0x7FFF).to_bytes(2, "big", signed=True)


def s16le(value: float) -> bytes:
    """Return two signed bytes, the low one first."""
    return _within(value, -0x8000, 0x7FFF).to_bytes(2, "little", signed=True)


def u32(value: float) -> bytes:
    """Return four bytes, the high one first."""
    return _within(value, 0, 0xFFFFFFFF).to_bytes(4, "big")


def _within(value: float, low: int, high: int) -> int:
    return min(high, max(low, round(value)))


class Record:
    """A data record of fixed length, filled field by field at the places that its source names."""

    def __init__(self, length: int, fill: int = 0x00) -> None:
        """Begin with `length` bytes of `fill`."""
        self._data = bytearray([fill]) * length

    def put(self, at: int, data: bytes) -> None:
        """Place `data` at byte `at`, counted from 0 after the DID."""
        if at + len(data) > len(self._data):
            raise ValueError(f"{len(data)} bytes at {at} do not fit into {len(self._data)}")
        self._data[at : at + len(data)] = data

    def data(self) -> bytes:
        """Return the record."""
        return bytes(self._data)
