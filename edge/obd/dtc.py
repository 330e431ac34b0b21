"""Fault codes as they travel: two bytes (SAE J2012 / ISO 15031-6), and the three of UDS with a status byte."""

from typing import Final, NamedTuple

from edge.errors import ServiceError

_LETTERS: Final = "PCBU"


def text(code: bytes) -> str:
    """Return the J2012 form of a two-byte code, e.g. 01 43 -> P0143."""
    if len(code) != 2:
        raise ServiceError(f"a code has 2 bytes, not {len(code)}")
    high = code[0]
    return f"{_LETTERS[high >> 6]}{high >> 4 & 0x3}{high & 0xF:X}{code[1]:02X}"


class UdsCode(NamedTuple):
    """One code of ISO 14229-1 service 19: the two J2012 bytes, the failure type byte, the status byte."""

    code: str
    failure_type: int
    status: int

    @property
    def test_failed(self) -> bool:
        return bool(self.status & 0x01)

    @property
    def pending(self) -> bool:
        return bool(self.status & 0x04)

    @property
    def confirmed(self) -> bool:
        return bool(self.status & 0x08)

    @property
    def warning_indicator(self) -> bool:
        return bool(self.status & 0x80)

    @property
    def text(self) -> str:
        """The code with its failure type, e.g. P0143-11."""
        return f"{self.code}-{self.failure_type:02X}"


def uds_code(record: bytes) -> UdsCode:
    """Return the code in a four-byte record of 59 02."""
    if len(record) != 4:
        raise ServiceError(f"a UDS code record has 4 bytes, not {len(record)}")
    return UdsCode(text(record[:2]), record[2], record[3])
