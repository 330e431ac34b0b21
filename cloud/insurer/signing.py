"""The signature under a manifest: Ed25519 over its bytes, by a key that its owner alone can read."""

import base64
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNING_KEY: Final = "feed-signing.key"


def load_signer(path: Path) -> Ed25519PrivateKey:
    """Return the key in `path`, making one (mode 0600) where there is none; raise `ValueError` for a damaged one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.private_bytes_raw().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public key as a receiver is told it: base64 of its 32 bytes."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def sign(key: Ed25519PrivateKey, data: bytes) -> str:
    """Return the signature of `data`, base64."""
    return base64.b64encode(key.sign(data)).decode()


def is_signed(public: str, data: bytes, signature: str) -> bool:
    """Return whether the holder of the key behind `public` has signed `data`."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
