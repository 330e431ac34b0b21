"""Small files beside the spool: the last good configuration, what must outlive a restart, and how the agent fares."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from contract import codec
from contract.errors import ContractError
from contract.messages import Config, Health
from edge.errors import SpoolError

MAX_BYTES: Final = 1 << 19

log = structlog.get_logger()


class LastConfig:
    """A `ConfigStore` in one file; a damaged one is set aside and counts as none."""

    def __init__(self, path: Path, vehicle: str) -> None:
        self._path = path
        self._vehicle = vehicle

    def load(self) -> Config | None:
        body = _read(self._path)
        if body is None:
            return None
        try:
            config = codec.decode(body)
            if not isinstance(config, Config) or config.vehicle != self._vehicle:
                raise ContractError("it is no configuration of this vehicle")
        except ContractError as error:
            log.warning("config_damaged", path=str(self._path), reason=str(error))
            with suppress(OSError):
                self._path.replace(self._path.with_name(self._path.name + ".bad"))
            return None
        return config

    def save(self, config: Config) -> None:
        replace(self._path, codec.encode(config), durable=True)


class Marks(msgspec.Struct, kw_only=True):
    """What outlives a restart: how often the agent started, and which releases were used (nonce: until, wall ms)."""

    starts: int = 0
    used: dict[str, int] = {}


class MarksFile:
    """`Marks` in one file; a damaged one begins anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self.marks = msgspec.json.decode(_read(path) or b"{}", type=Marks)
        except (msgspec.MsgspecError, RecursionError) as error:
            log.warning("marks_damaged", path=str(path), reason=str(error))
            self.marks = Marks()

    def started(self) -> None:
        """Count one more start."""
        self.marks.starts += 1
        self.save()

    def save(self) -> bool:
        """Keep the marks, and say whether the disk took them."""
        try:
            replace(self._path, msgspec.json.encode(self.marks), durable=True)
        except SpoolError as error:
            log.warning("marks_not_kept", reason=str(error))
            return False
        return True


def write_state(path: Path, vehicle: str, wall_ms: int, online: bool, health: Health) -> None:
    """Say in `path` how the agent fares; what the disk refuses is not worth a word more than the log's."""
    said = {"vehicle": vehicle, "at_ms": wall_ms, "online": online, "health": msgspec.to_builtins(health)}
    try:
        replace(path, json.dumps(said).encode(), durable=False)
    except SpoolError as error:
        log.warning("state_not_written", reason=str(error))


def read_state(path: Path) -> dict[str, Any] | None:
    """Return what `write_state` wrote last, or None."""
    try:
        said = json.loads(_read(path) or b"null")
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("health"), dict) else None


def replace(path: Path, content: bytes, *, durable: bool) -> None:
    """Put `content` in the place of the file at `path`, whole or not at all; raise `SpoolError`."""
    fresh = path.with_name(path.name + ".fresh")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SpoolError(f"{path}: {error.strerror or error}") from error


def _read(path: Path) -> bytes | None:
    """Return what is in the file, None where there is none or it is larger than it can be."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("state_not_read", path=str(path), reason=str(error))
        return None
    return body if len(body) <= MAX_BYTES else None
