"""A thin line to a broker that comes and goes: a TCP proxy on loopback, in threads of its own."""

import select
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

PIECE_BYTES: Final = 4_096


class FlappingLine:
    """Forwards to `port` on loopback while it is up, `bytes_per_s` at most on the way up; counts what it carried."""

    def __init__(self, port: int, *, bytes_per_s: float) -> None:
        self._to = port
        self._bytes_per_s = bytes_per_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_up = threading.Event()
        self._is_up.set()
        self._over = threading.Event()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self.carried_up = 0
        self.connections = 0
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def up(self) -> None:
        """Let connections through from now on."""
        self._is_up.set()

    def down(self) -> None:
        """Cut every connection, and every new one until `up`."""
        self._is_up.clear()
        with self._lock:
            for pair in self._pairs:
                for end in pair:
                    _cut(end)
            self._pairs.clear()

    def flap(self, *, up_s: float, down_s: float, until: float) -> int:
        """Come and go until monotonic time `until`, up at the end; return how often it went."""
        cuts = 0
        while time.monotonic() < until:
            self._over.wait(up_s)
            self.down()
            cuts += 1
            self._over.wait(down_s)
            self.up()
        return cuts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.down()
        _cut(self._listener)
        self._accepting.join(5.0)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._is_up.is_set():
                _cut(near)
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self.connections += 1
            with self._lock:
                self._pairs.append((near, far))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while True:
                readable, _, _ = select.select([near, far], [], [])
                for source in readable:
                    data = source.recv(PIECE_BYTES)
                    if not data:
                        return self._drop(near, far)
                    (far if source is near else near).sendall(data)
                    if source is near:
                        self.carried_up += len(data)
                        self._over.wait(len(data) / self._bytes_per_s)  # so thin is the line
        return self._drop(near, far)

    def _drop(self, near: socket.socket, far: socket.socket) -> None:
        with self._lock, suppress(ValueError):
            self._pairs.remove((near, far))
        _cut(near)
        _cut(far)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
