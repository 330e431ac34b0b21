"""The password file of the embedded broker: `user:hash` a line, argon2 as pwdlib recommends."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError

from cloud.broker.policy import INGEST
from cloud.errors import StartError
from contract.errors import ContractError
from contract.identity import check_vehicle

USERS_FILE = "mqtt-users"
INGEST_FILE = "mqtt-ingest-password"


def load(path: Path) -> dict[str, str]:
    """Return the hash of every user in the file at `path`, none when there is no file; raise `StartError`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read the password file {path}: {error}") from error
    users: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        user, colon, hashed = line.partition(":")
        if not (user and colon and hashed):
            raise StartError(f"{path}, line {number}: it must be USER:HASH; import the fleet again to rewrite it")
        users[user] = hashed
    return users


def store(path: Path, passwords: Mapping[str, str]) -> None:
    """Set these users' passwords in the file at `path`, leaving the others; raise `StartError`.

    The file changes as a whole, is readable by its owner only, and a running broker takes it up by itself.
    """
    users = load(path)
    for user, password in passwords.items():
        if user == INGEST:
            raise StartError(f"no vehicle may be called {INGEST!r}: that is the service's own user")
        try:
            check_vehicle(user)
        except ContractError as error:
            raise StartError(str(error)) from error
        if user not in users or not verified(password, users[user]):
            users[user] = PasswordHash.recommended().hash(password)
    _replace(path, "".join(f"{user}:{hashed}\n" for user, hashed in sorted(users.items())))


def ingest_password(folder: Path) -> str:
    """Return the password that ingest and the embedded broker share in `folder`, making one up the first time."""
    path = folder / INGEST_FILE
    try:
        if not path.exists():
            _replace(path, secrets.token_urlsafe(32) + "\n")
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StartError(f"cannot use {path}: {error}") from error


def verified(password: str, hashed: str) -> bool:
    """Say whether `password` is the one that `hashed` was made from; a hash that cannot be read fits none."""
    try:
        return PasswordHash.recommended().verify(password, hashed)
    except PwdlibError:
        return False


def _replace(path: Path, text: str) -> None:
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as fresh:
            fresh.write(text)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(fresh.name).replace(path)
    except OSError as error:
        raise StartError(f"cannot write {path}: {error}") from error
