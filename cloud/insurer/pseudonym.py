"""Names for vehicles that differ from recipient to recipient, so that two of them cannot join their lists."""

import hashlib
import hmac


def pseudonym(key: bytes, recipient: str, vehicle_id: str) -> str:
    """Return `vehicle_id` as `recipient` knows it: HMAC-SHA-256 in hex, the same for ever under one key."""
    # The length in front keeps ("ab", "c") and ("a", "bc") apart.
    message = f"{len(recipient)}:{recipient}:{vehicle_id}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
