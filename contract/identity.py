"""The names that travel in topics and payloads."""

import re
from typing import Final

from contract.errors import ContractError

_VEHICLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_STREAM: Final = re.compile(r"[0-9a-f]{32}-[ut]")
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{0,128}")
_STOP: Final = re.compile(r"[0-9A-F]{2}|[0-7][0-9A-F]{2}|[01][0-9A-F]{7}")
_DTC: Final = re.compile(r"[PCBU][0-3][0-9A-F]{3}(-[0-9A-F]{2})?")
_SPN: Final = re.compile(r"SPN(0|[1-9][0-9]{0,5})-(0|[1-9][0-9]?)")
_TEXT: Final = re.compile(r"[ -~]{0,64}")
_MAX_SPN: Final = (1 << 19) - 1
_MAX_FMI: Final = 31


def check_vehicle(vehicle: str) -> str:
    """Return `vehicle`, or raise `ContractError` when it could not stand in a topic."""
    if not _VEHICLE.fullmatch(vehicle):
        raise ContractError(f"vehicle id {vehicle[:80]!r} must be 1-64 of A-Z a-z 0-9 _ -")
    return vehicle


def check_stream(stream: str) -> str:
    """Return `stream` (the spool's 128-bit id in hex, a dash and the lane u or t), or raise `ContractError`."""
    if not _STREAM.fullmatch(stream):
        raise ContractError(f"stream {stream[:80]!r} must be 32 hex digits, a dash and the lane u or t")
    return stream


def check_name(name: str) -> str:
    """Return `name` (a boot id, a signal path, an ECU, a job), or raise `ContractError` when it is more than a name."""
    if not _NAME.fullmatch(name):
        raise ContractError(f"name {name[:80]!r} must be at most 128 of A-Z a-z 0-9 _ . : -")
    return name


def check_stop(entry: str) -> str:
    """Return `entry` (a diagnostic service or a request id that is not to be asked), or raise `ContractError`."""
    if not _STOP.fullmatch(entry):
        raise ContractError(
            f"{entry[:20]!r} is no service (two upper-case hex digits, e.g. 22) and no request id (three, e.g. 7A0, or"
            " eight, e.g. 17FC007B)"
        )
    return entry


def check_dtc(code: str) -> str:
    """Return `code` (SAE J2012: P0143, or P0143-1A with a failure type), or raise `ContractError`."""
    if not _DTC.fullmatch(code):
        raise ContractError(f"fault code {code[:20]!r} is not in SAE J2012 form, e.g. P0143 or P0143-1A")
    return code


def check_fault(code: str) -> str:
    """Return `code` (SAE J2012, or SPN and FMI of SAE J1939: SPN4364-18), or raise `ContractError`."""
    if not (found := _SPN.fullmatch(code)):
        return check_dtc(code)
    if int(found[1]) > _MAX_SPN or int(found[2]) > _MAX_FMI:
        raise ContractError(f"fault code {code!r}: an SPN has 19 bits and an FMI five")
    return code


def check_text(text: str) -> str:
    """Return `text` (an ECU's name, a calibration id), or raise `ContractError` when it is no short ASCII text."""
    if not _TEXT.fullmatch(text):
        raise ContractError(f"text {text[:80]!r} must be at most 64 printable ASCII characters")
    return text
