"""The signature on a release of the exact position: HMAC-SHA-256 under a key that one car and the cloud share."""

import hashlib
import hmac
from typing import Final

from contract.errors import ContractError
from contract.identity import check_name, check_vehicle
from contract.messages import Release

KEY_BYTES: Final = 32
_PURPOSE: Final = "outrider release 1"
_NONCE_DIGITS: Final = 32


def sign(key: bytes, vehicle: str, job: str, until_ms: int) -> Release:
    """Return the release of `vehicle`'s exact position for `job` until `until_ms` (wall, domain).

    The same arguments give the same release: however often the cloud says it, it counts once.
    """
    named = "\n".join((_PURPOSE, "nonce", check_vehicle(vehicle), check_name(job), str(until_ms)))
    nonce = hmac.digest(_checked(key), named.encode(), hashlib.sha256).hex()[:_NONCE_DIGITS]
    return Release(job=job, nonce=nonce, until_ms=until_ms, signature=_signature(key, vehicle, job, nonce, until_ms))


def is_genuine(key: bytes, vehicle: str, release: Release) -> bool:
    """Say whether `release` was signed with `key` for `vehicle`, in time that does not depend on where it differs."""
    expected = _signature(key, vehicle, release.job, release.nonce, release.until_ms)
    return hmac.compare_digest(expected, release.signature)


def _signature(key: bytes, vehicle: str, job: str, nonce: str, until_ms: int) -> bytes:
    # No part of it can hold a line break, so no two releases have the same bytes.
    said = "\n".join((_PURPOSE, check_vehicle(vehicle), check_name(job), check_name(nonce), str(until_ms)))
    return hmac.digest(_checked(key), said.encode(), hashlib.sha256)


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ContractError(f"a car's key has {KEY_BYTES} bytes, not {len(key)}")
    return key
