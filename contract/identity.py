"""The names that travel in topics and payloads."""

import re
from typing import Final

from contract.errors import ContractError

_VEHICLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_STREAM: Final = re.compile(r"[0-9a-f]{32}-[ut]")
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{0,128}")
_DTC: Final = re.compile(r"[PCBU][0-3][0-9A-F]{3}(-[0-9A-F]{2})?")


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


def check_dtc(code: str) -> str:
    """Return `code` (SAE J2012: P0143, or P0143-1A with a failure type), or raise `ContractError`."""
    if not _DTC.fullmatch(code):
        raise ContractError(f"fault code {code[:20]!r} is not in SAE J2012 form, e.g. P0143 or P0143-1A")
    return code
