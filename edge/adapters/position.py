"""A satellite receiver on a serial port: sentences are read as they come, the last valid fix is kept while fresh."""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import serial
import structlog

from edge import nmea
from edge.ports import Fix

FRESH_S: Final = 5.0  # real; receivers speak once a second
REOPEN_S: Final = 5.0
MAX_BUFFER_BYTES: Final = 4096

log = structlog.get_logger()


class NmeaPosition:
    """A `PositionSource` on the serial port or pty at `path`; a port that is away is tried again every `REOPEN_S`."""

    def __init__(self, path: Path, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._now_s = now_s
        self._port: serial.Serial | None = None
        self._reopen_at_s = float("-inf")
        self._buffer = bytearray()
        self._fix: Fix | None = None
        self._fix_at_s = float("-inf")

    def fix(self) -> Fix | None:
        self._read()
        return self._fix if self._now_s() - self._fix_at_s <= FRESH_S else None

    def close(self) -> None:
        if self._port is not None:
            with suppress(OSError):
                self._port.close()
            self._port = None

    def _read(self) -> None:
        if self._port is None:
            self._open()
            if self._port is None:
                return
        file = self._port.fileno()
        state = select.poll()
        state.register(file, select.POLLIN)
        try:
            # An empty read is a line that is silent or one that is gone; poll tells which.
            while events := state.poll(0):
                data = os.read(file, MAX_BUFFER_BYTES)
                if not data or events[0][1] & select.POLLNVAL:
                    self._lost("hung up")
                    return
                self._take(data)
        except OSError as error:
            self._lost(str(error))

    def _take(self, data: bytes) -> None:
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest[-nmea.MAX_SENTENCE_BYTES :])
        for line in lines:
            if found := nmea.fix(bytes(line)):
                self._fix, self._fix_at_s = found, self._now_s()

    def _open(self) -> None:
        if self._now_s() < self._reopen_at_s:
            return
        try:
            self._port = serial.Serial(str(self._path), timeout=0)
        except (OSError, ValueError) as error:
            self._lost(str(error))

    def _lost(self, reason: str) -> None:
        self.close()
        self._buffer.clear()
        self._reopen_at_s = self._now_s() + REOPEN_S
        log.warning("position_out", path=str(self._path), reason=reason)


class NoPosition:
    """A dongle without a receiver."""

    def fix(self) -> Fix | None:
        return None

    def close(self) -> None:
        """Nothing is open."""
