"""A `PositionSource` behind gpsd on this machine: the stream is read as it comes, the last fix kept while fresh."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from edge import gpsd
from edge.adapters.position import FRESH_S, MAX_BUFFER_BYTES, REOPEN_S
from edge.ports import Fix

CONNECT_S: Final = 0.05  # gpsd is on this machine; the agent's turn does not wait for longer
READS_AT_ONCE: Final = 16

log = structlog.get_logger()


class GpsdPosition:
    """Connects to `host` and `port` (loopback) when first asked, and again every `REOPEN_S` while gpsd is away."""

    def __init__(self, host: str, port: int, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._where = (host, port)
        self._now_s = now_s
        self._line: socket.socket | None = None
        self._reopen_at_s = float("-inf")
        self._buffer = bytearray()
        self._fix: Fix | None = None
        self._fix_at_s = float("-inf")

    def fix(self) -> Fix | None:
        if self._line is None:
            self._open()
        if self._line is not None:
            self._read(self._line)
        return self._fix if self._now_s() - self._fix_at_s <= FRESH_S else None

    def close(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.close()
            self._line = None

    def _open(self) -> None:
        if self._now_s() < self._reopen_at_s:
            return
        try:
            self._line = socket.create_connection(self._where, CONNECT_S)
            self._line.sendall(gpsd.WATCH)
            self._line.setblocking(False)
        except OSError as error:
            self._lost(str(error))

    def _read(self, line: socket.socket) -> None:
        try:
            for _ in range(READS_AT_ONCE):
                data = line.recv(MAX_BUFFER_BYTES)
                if not data:
                    self._lost("gpsd hung up")
                    return
                self._take(data)
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(str(error))

    def _take(self, data: bytes) -> None:
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest[-gpsd.MAX_LINE_BYTES :])
        for line in lines:
            if found := gpsd.fix(bytes(line)):
                self._fix, self._fix_at_s = found, self._now_s()

    def _lost(self, reason: str) -> None:
        self.close()
        self._buffer.clear()
        self._reopen_at_s = self._now_s() + REOPEN_S
        log.warning("position_out", gpsd=f"{self._where[0]}:{self._where[1]}", reason=reason)
