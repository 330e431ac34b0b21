"""SAE J1939: what an id says, and the fault messages DM1 and DM2 (J1939-73)."""

from typing import Final, Literal, NamedTuple

from edge.errors import ServiceError

DM1: Final = 0xFECA  # active trouble codes and lamps
DM2: Final = 0xFECB  # previously active ones
GLOBAL: Final = 0xFF
_PDU2: Final = 0xF0  # from this PDU format on, PDU specific belongs to the group and the message is for everybody
_HEAD: Final = 2
_CODE: Final = 4
_NO_COUNT: Final = 0x7F

Lamp = Literal["off", "on", "error", "not_available"]
Flash = Literal["slow", "fast", "reserved", "none"]

_LAMPS: Final[tuple[Lamp, ...]] = ("off", "on", "error", "not_available")
_FLASHES: Final[tuple[Flash, ...]] = ("slow", "fast", "reserved", "none")


class Id(NamedTuple):
    """A 29-bit id taken apart: `destination` is 255 for everybody."""

    priority: int
    pgn: int
    source: int
    destination: int


class LampStates(NamedTuple):
    """The four lamps in the driver's view, and how each flashes: 1 Hz is slow, 2 Hz fast."""

    malfunction: Lamp
    red_stop: Lamp
    amber_warning: Lamp
    protect: Lamp
    malfunction_flash: Flash
    red_stop_flash: Flash
    amber_warning_flash: Flash
    protect_flash: Flash


class TroubleCode(NamedTuple):
    """One code; `occurrences` is None where the ECU does not count.

    `conversion` is the bit CM of J1939-73. 0: the SPN is read by version 4, the only reading that is not ambiguous.
    1: the ECU used one of versions 1 to 3, which place the SPN's bits differently and do not say which of them it is;
    then `spn` is version 3's and the others are in `other_spns` (versions 1, 2).
    """

    spn: int
    fmi: int
    occurrences: int | None
    conversion: int
    other_spns: tuple[int, int] | None = None


class DiagnosticMessage(NamedTuple):
    """A DM1 or DM2 of one ECU; no codes says that it was looked and there are none."""

    source: int
    is_active: bool
    lamps: LampStates
    codes: tuple[TroubleCode, ...]


def split(can_id: int) -> Id:
    """Return the parts of a 29-bit id."""
    pdu_format, specific = can_id >> 16 & 0xFF, can_id >> 8 & 0xFF
    return Id(can_id >> 26 & 7, pgn(can_id), can_id & 0xFF, specific if pdu_format < _PDU2 else GLOBAL)


def pgn(can_id: int) -> int:
    """Return the parameter group number of a 29-bit id: 18 bits, extended data page and data page on top."""
    group = can_id >> 8 & 0x3FFFF
    return group if group >> 8 & 0xFF >= _PDU2 else group & 0x3FF00


def diagnostic_message(group: int, source: int, data: bytes) -> DiagnosticMessage:
    """Return the DM1 or DM2 in `data`; raise `ServiceError` where it is cut off.

    A frame for one code or none is filled up to eight bytes with FF (or, in old ECUs, 00): that is no code, and neither
    is SPN 0 with FMI 0.
    """
    if len(data) < _HEAD + _CODE:
        raise ServiceError(f"{source:02X}: a DM1 or DM2 has at least 6 bytes, {len(data)} came")
    rest = data[_HEAD:]
    if len(data) == 8:
        rest = rest[:_CODE]  # the last two are filling
    if len(rest) % _CODE and set(rest[len(rest) // _CODE * _CODE :]) - {0xFF}:
        raise ServiceError(f"{source:02X}: {len(data)} bytes are no whole number of codes")
    whole = [rest[at : at + _CODE] for at in range(0, len(rest) - _CODE + 1, _CODE)]
    codes = tuple(_code(part) for part in whole if set(part) != {0xFF} and any(part))
    codes = tuple(code for code in codes if (code.spn, code.fmi) != (0, 0))
    return DiagnosticMessage(source, group == DM1, _lamps(data), codes)


def _lamps(data: bytes) -> LampStates:
    lit, flashing = data[0], data[1]
    return LampStates(
        malfunction=_LAMPS[lit >> 6],
        red_stop=_LAMPS[lit >> 4 & 3],
        amber_warning=_LAMPS[lit >> 2 & 3],
        protect=_LAMPS[lit & 3],
        malfunction_flash=_FLASHES[flashing >> 6],
        red_stop_flash=_FLASHES[flashing >> 4 & 3],
        amber_warning_flash=_FLASHES[flashing >> 2 & 3],
        protect_flash=_FLASHES[flashing & 3],
    )


def _code(part: bytes) -> TroubleCode:
    first, second, third, last = part
    conversion, count = last >> 7, last & 0x7F
    fmi, upper = third & 0x1F, third >> 5
    spn = upper << 16 | second << 8 | first
    occurrences = None if count == _NO_COUNT else count
    if not conversion:
        return TroubleCode(spn, fmi, occurrences, conversion)
    # Version 1 sends the most significant bits first, version 2 the middle byte first.
    one = first << 11 | second << 3 | upper
    two = second << 11 | first << 3 | upper
    return TroubleCode(spn, fmi, occurrences, conversion, (one, two))
