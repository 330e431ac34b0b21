"""What the doctor makes of what was seen: well or not, and what to do. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from contract.messages import ClockQuality

SOON: Final = dt.timedelta(days=30)
FREE_BYTES: Final = 64 << 20
BUSY_ERRORS: Final = 3  # single ones happen when a connector is plugged in


class Finding(NamedTuple):
    """One thing that was looked at: `well` is None where that cannot be said; `advice` is for when it is not."""

    what: str
    well: bool | None
    seen: str
    advice: str = ""


class Heard(NamedTuple):
    """A bus that was listened to: frames by length of id (11, 29), controllers' error frames, for so many seconds."""

    by_bits: Counter[int]
    errors: int
    seconds: float

    @property
    def frames(self) -> int:
        return sum(self.by_bits.values())


class Certificate(NamedTuple):
    """What matters of a client certificate."""

    names: tuple[str, ...]
    starts: dt.datetime
    ends: dt.datetime
    fits_key: bool
    key_is_private: bool


def bus(heard: Heard) -> Finding:
    """Say whether the bus is there and at its bit rate."""
    seen = f"{heard.frames} frames and {heard.errors} errors in {heard.seconds:g} s"
    if heard.errors >= BUSY_ERRORS and heard.errors > heard.frames:
        return Finding(
            "bit rate", False, seen, "set bus.bitrate to the car's: 500000 mostly, 250000 in some; check wires"
        )
    if heard.frames == 0:
        return Finding("bit rate", None, seen, "switch the ignition on and look again; many gateways show no traffic")
    ids = ", ".join(f"{count} with {bits} bits" for bits, count in sorted(heard.by_bits.items()))
    return Finding("bit rate", True, f"{seen}: {ids}")


def ecus(found: Sequence[tuple[str, bool]]) -> Finding:
    """Say who answered; each is the ECU and whether its ids have 29 bits."""
    if not found:
        advice = "is the ignition on? Cars that speak UDS only, or shut diagnosis off, answer nothing here"
        return Finding("ECUs", False, "nobody answered", advice)
    bits = " and ".join(sorted({"29 bits" if extended else "11 bits" for _, extended in found}))
    return Finding("ECUs", True, f"{', '.join(ecu for ecu, _ in found)} answered, {bits}")


def clock(quality: ClockQuality, now: dt.datetime) -> Finding:
    """Say whether the time can be trusted: TLS and every sample depend on it."""
    seen = f"{now:%Y-%m-%d %H:%M} UTC, {quality.replace('_', ' ')}"
    match quality:
        case "synchronised":
            return Finding("clock", True, seen)
        case "free_running":
            return Finding("clock", None, seen, "it was set once and runs by itself: timedatectl set-ntp true")
        case "unset":
            return Finding(
                "clock", False, seen, "set it (timedatectl), or let the device on line; a clock chip would help"
            )


def certificate(found: Certificate, vehicle: str, now: dt.datetime) -> list[Finding]:
    """Say whether the certificate is this vehicle's, good now, and its key nobody else's."""
    again = "provision the device again: outrider-edge provision"
    named = found.names == (vehicle,)
    dates = f"{found.starts:%Y-%m-%d} to {found.ends:%Y-%m-%d}"
    well = found.starts <= now < found.ends
    soon = well and found.ends - now < SOON
    return [
        Finding("certificate's name", named, ", ".join(found.names) or "none", f"it must be {vehicle!r}: {again}"),
        Finding("certificate's key", found.fits_key, "fits" if found.fits_key else "is another's", again),
        Finding("certificate's dates", None if soon else well, dates, f"check the clock, or {again}"),
        Finding(
            "key file",
            found.key_is_private,
            "its owner's alone" if found.key_is_private else "others may read it",
            "chmod 600, and have the certificate replaced",
        ),
    ]


def disk(free_bytes: int | None, wanted_bytes: int) -> Finding:
    """Say whether there is room for what the spool may still take."""
    if free_bytes is None:
        return Finding("disk", False, "the spool's folder is not there", "make it, or change spool.path")
    seen = f"{free_bytes >> 20} MiB free, the spool may take {wanted_bytes >> 20} MiB more"
    if free_bytes < FREE_BYTES:
        return Finding("disk", False, seen, "make room: the agent gives up old telemetry when the disk is full")
    return Finding("disk", True if free_bytes >= wanted_bytes else None, seen, "lower spool.max_bytes, or make room")


def exit_status(findings: Sequence[Finding]) -> int:
    """Return 1 when anything is wrong; what cannot be said is not wrong."""
    return 1 if any(finding.well is False for finding in findings) else 0
