"""Names for vehicles that differ from recipient to recipient, so that two of them cannot join their lists."""

import hashlib
import hmac
from typing import NamedTuple

ID_LENGTH = 8


def pseudonym(key: bytes, recipient: str, vehicle_id: str) -> str:
    """Return `vehicle_id` as `recipient` knows it: HMAC-SHA-256 in hex, the same for ever under one key."""
    # The length in front keeps ("ab", "c") and ("a", "bc") apart.
    message = f"{len(recipient)}:{recipient}:{vehicle_id}".encode()
    return hmac.digest(key, message, "sha256").hex()


class KeyRing(NamedTuple):
    """Every key there was, oldest first; names are made with the last, the others tell what a vehicle was called."""

    keys: tuple[bytes, ...]

    @property
    def current(self) -> bytes:
        """The key that names are made with."""
        return self.keys[-1]

    @property
    def key_id(self) -> str:
        """The id of the key that names are made with."""
        return key_id(self.current)

    def name(self, recipient: str, vehicle_id: str) -> str:
        """Return what `recipient` calls the vehicle."""
        return pseudonym(self.current, recipient, vehicle_id)

    def names(self, recipient: str, vehicle_id: str) -> dict[str, str]:
        """Return what `recipient` calls the vehicle and called it before, by key id, newest first."""
        return {key_id(key): pseudonym(key, recipient, vehicle_id) for key in reversed(self.keys)}


def key_id(key: bytes) -> str:
    """Return the id of a key, from which nobody finds the key."""
    return hashlib.sha256(b"outrider pseudonym key" + key).hexdigest()[:ID_LENGTH]
