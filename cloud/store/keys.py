"""Secret keys in files that only their owner can read."""

import os
import secrets
from pathlib import Path
from typing import Final

PSEUDONYM_KEY: Final = "pseudonym.key"
_BYTES: Final = 32


def load_ring(path: Path) -> tuple[bytes, ...]:
    """Return every key in `path`, one a line and oldest first, making the first; raise `ValueError` for a short one."""
    load_key(path)
    return _keys(path)


def rotate(path: Path) -> tuple[bytes, ...]:
    """Put a new key behind those in `path` and return them all; the old ones are kept."""
    keys = (*load_ring(path), secrets.token_bytes(_BYTES))
    fresh = path.with_suffix(".tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("".join(key.hex() + "\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return keys


def _keys(path: Path) -> tuple[bytes, ...]:
    keys = tuple(bytes.fromhex(line) for line in path.read_text(encoding="ascii").split())
    if not keys or any(len(key) < _BYTES for key in keys):
        raise ValueError(f"{path} must hold {_BYTES} bytes in hex in every line")
    return keys


def load_key(path: Path) -> bytes:
    """Return the newest key in `path`, making one (mode 0600) where there is none; `ValueError` for a short one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _keys(path)[-1]
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_bytes(_BYTES)
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
