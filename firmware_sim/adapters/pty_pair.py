"""Pseudo-terminals that stand in for serial lines: one with a far end, and two joined back to back."""

import contextlib
import errno
import os
import select
import termios
import threading
import tty
from types import TracebackType
from typing import Final, Self

from firmware_sim.errors import WorldError

_CHUNK: Final = 4_096


class SerialEnd:
    """One pty: what is written here is read at `path`, and the other way round.

    Its slave stays open here, so that a reader may come and go. Where nobody reads, the oldest bytes go first.
    """

    def __init__(self) -> None:
        """Open the pair, raw."""
        try:
            self.master, self._slave = os.openpty()
        except OSError as error:
            raise WorldError(f"no pseudo-terminal to be had ({error}); mount /dev/pts or close some") from error
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)

    def write(self, data: bytes) -> None:
        """Send `data` to whoever reads at `path`."""
        try:
            written = os.write(self.master, data)
        except BlockingIOError:
            written = 0
        if written < len(data):
            termios.tcflush(self._slave, termios.TCIFLUSH)
            with contextlib.suppress(BlockingIOError):
                os.write(self.master, data[written:])

    def read(self) -> bytes:
        """Return what was written at `path`, nothing if there is nothing."""
        try:
            return os.read(self.master, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno == errno.EIO:
                return b""
            raise

    def close(self) -> None:
        """Close both ends."""
        for descriptor in (self.master, self._slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)


class CrossedSerial:
    """Two ptys pumped both ways by a thread: the car's bus opens `near`, the agent opens `far`."""

    def __init__(self) -> None:
        """Open both and begin to pump."""
        self._near = SerialEnd()
        self._far = SerialEnd()
        self.near, self.far = self._near.path, self._far.path
        self.heard = threading.Event()
        self._wake_r, self._wake_w = os.pipe()
        self._thread = threading.Thread(target=self._pump, name="pty-pump", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the pair."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Stop pumping and give every descriptor back."""
        os.write(self._wake_w, b"x")
        self._thread.join()
        for descriptor in (self._wake_r, self._wake_w):
            os.close(descriptor)
        self._near.close()
        self._far.close()

    def _pump(self) -> None:
        ways = {self._near.master: (self._near, self._far), self._far.master: (self._far, self._near)}
        while True:
            ready, _, _ = select.select([self._wake_r, *ways], [], [])
            if self._wake_r in ready:
                return
            for descriptor in ready:
                source, sink = ways[descriptor]
                data = source.read()
                if data and source is self._far:
                    self.heard.set()
                if data and self.heard.is_set():  # before that nobody has the far end open
                    sink.write(data)
