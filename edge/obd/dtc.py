"""One fault code, whoever said it: two bytes of SAE J2012, three and a status byte of UDS, SPN and FMI of J1939.

The standards' own words: a DTC is a base code (P0143), which UDS follows by a failure type byte (SAE J2012-DA); J1939
says suspect parameter number, failure mode identifier and occurrence count instead.
"""

from typing import Final, NamedTuple

from contract.messages import DtcStatus
from edge.errors import ServiceError

_LETTERS: Final = "PCBU"
UDS_BYTES: Final = 3
# What a status byte can claim, the stronger state first.
DTC_STATES: Final[tuple[DtcStatus, ...]] = ("confirmed", "pending")
# ISO 14229-1 annex D.2: the status byte.
TEST_FAILED: Final = 0x01
PENDING: Final = 0x04
CONFIRMED: Final = 0x08
WARNING_INDICATOR: Final = 0x80
# J1939-73: DM1 keeps an occurrence count of 7 bits, and all ones is "not available".
_MAX_SPN: Final = (1 << 19) - 1
_MAX_FMI: Final = 31
_NO_COUNT: Final = 0x7F


class Dtc(NamedTuple):
    """One code of one ECU; None where its protocol does not say."""

    base: str
    failure_type: int | None = None
    status: int | None = None
    occurrences: int | None = None

    @property
    def text(self) -> str:
        """The code as the contract writes it: P0143, P0143-11, SPN4364-18."""
        return self.base if self.failure_type is None else f"{self.base}-{self.failure_type:02X}"

    @property
    def test_failed(self) -> bool:
        return bool((self.status or 0) & TEST_FAILED)

    @property
    def pending(self) -> bool:
        return bool((self.status or 0) & PENDING)

    @property
    def confirmed(self) -> bool:
        return bool((self.status or 0) & CONFIRMED)

    @property
    def warning_indicator(self) -> bool:
        return bool((self.status or 0) & WARNING_INDICATOR)

    @property
    def states(self) -> tuple[DtcStatus, ...]:
        """The states that the status byte claims."""
        claimed: tuple[tuple[bool, DtcStatus], ...] = ((self.confirmed, "confirmed"), (self.pending, "pending"))
        return tuple(state for claims, state in claimed if claims)


def text(code: bytes) -> str:
    """Return the J2012 form of a two-byte code, e.g. 01 43 -> P0143."""
    if len(code) != 2:
        raise ServiceError(f"a code has 2 bytes, not {len(code)}")
    high = code[0]
    return f"{_LETTERS[high >> 6]}{high >> 4 & 0x3}{high & 0xF:X}{code[1]:02X}"


def packed(base: str, failure_type: int) -> bytes:
    """Return the three bytes of a UDS code; the inverse of `uds_code`, for asking about it."""
    if len(base) != 5 or base[0] not in _LETTERS:
        raise ServiceError(f"{base!r} has no three-byte form")
    high = _LETTERS.index(base[0]) << 6 | int(base[1]) << 4 | int(base[2], 16)
    return bytes((high, int(base[3:], 16), failure_type))


def uds_code(record: bytes) -> Dtc:
    """Return the code in a four-byte record of 59 02: base, failure type, status."""
    if len(record) != UDS_BYTES + 1:
        raise ServiceError(f"a UDS code record has 4 bytes, not {len(record)}")
    return Dtc(text(record[:2]), record[2], record[3])


def j1939_code(spn: int, fmi: int, occurrences: int) -> Dtc:
    """Return a code of DM1 or DM2; an occurrence count of 127 says that nobody counted."""
    if not (0 <= spn <= _MAX_SPN and 0 <= fmi <= _MAX_FMI and 0 <= occurrences <= _NO_COUNT):
        raise ServiceError(f"SPN {spn}, FMI {fmi}, count {occurrences}: J1939 gives them 19, 5 and 7 bits")
    return Dtc(f"SPN{spn}-{fmi}", occurrences=None if occurrences == _NO_COUNT else occurrences)
