"""The API's server: uvicorn in a thread, on a socket that is opened before anything else starts."""

import socket
from threading import Event, Thread
from typing import Final

import uvicorn
from fastapi import FastAPI

from cloud.api.services import Series
from cloud.errors import StartError
from cloud.history.ports import History

GRACE_S: Final = 2
BACKLOG: Final = 512


class ApiHistory:
    """The history as the API's routes ask for it."""

    def __init__(self, history: History) -> None:
        """Ask `history`."""
        self._history = history

    def series(self, vehicle: str, path: str, start_ms: int, end_ms: int, points: int) -> Series:
        """Return at most `points` points of a signal between the two times."""
        found = self._history.query(vehicle, path, start_ms, end_ms, points)
        return Series(found.t_ms.tolist(), found.values.tolist(), found.validity.tolist())


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """Return a socket that listens on `host` and `port` (0: any free one); raise `StartError` when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise StartError(f"cannot listen on {host}:{port}: {error}; choose another {option}") from error
    listening.listen(BACKLOG)
    return listening


def answer(app: FastAPI, listening: socket.socket, stop: Event) -> None:
    """Serve `app` until `stop` is set; requests under way get two seconds, streams end by themselves."""
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE_S)
    )

    def end_with_stop() -> None:
        stop.wait()
        server.should_exit = True

    Thread(target=end_with_stop, name="api-stop", daemon=True).start()
    server.run(sockets=[listening])
