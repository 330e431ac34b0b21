"""The authority's two files in the data folder, and the moment they are made."""

import datetime as dt
import os
from pathlib import Path
from typing import Final

from cloud.errors import StartError
from cloud.provisioning.authority import Authority, make

CERTIFICATE_FILE: Final = "vehicles-ca.pem"
KEY_FILE: Final = "vehicles-ca.key"


def load_authority(folder: Path, now: dt.datetime) -> Authority:
    """Return the authority kept in `folder`, made (key: mode 0600) where there is none; raise `StartError`."""
    certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
    try:
        if not key.exists() and not certificate.exists():
            certificate_pem, key_pem = make(now)
            _write(key, key_pem, 0o600)
            _write(certificate, certificate_pem, 0o644)
        return Authority(certificate.read_bytes(), key.read_bytes())
    except (OSError, ValueError) as error:
        raise StartError(f"cannot use the vehicles' authority {certificate} and {key}: {error}") from error


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
