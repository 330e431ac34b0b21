"""Secret keys in files that only their owner can read."""

import os
import secrets
from pathlib import Path
from typing import Final

PSEUDONYM_KEY: Final = "pseudonym.key"
_BYTES: Final = 32


def load_key(path: Path) -> bytes:
    """Return the key in `path`, making one (mode 0600) where there is none; raise `ValueError` for a short one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(key) < _BYTES:
            raise ValueError(f"{path} must hold {_BYTES} bytes in hex") from None
        return key
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_bytes(_BYTES)
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
