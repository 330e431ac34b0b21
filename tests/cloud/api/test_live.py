"""Live change over a real socket: what changed arrives, and a client that was away misses nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
import uvicorn

from cloud.api.app import build
from cloud.store import feed
from tests.cloud.api.conftest import T0_MS, Face


@contextmanager
def served(face: Face) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(build(face.services), port=0, log_level="warning", ws="none"))
    socket = server.config.bind_socket()
    socket.listen()  # from here on who calls waits, and is not refused because the server is still starting
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        face.services.stopping.set()
        server.should_exit = True
        thread.join(10.0)
        socket.close()


def change(face: Face, subject: str) -> None:
    with face.services.store.write() as connection:
        feed.note(connection, "case", subject, T0_MS)


@pytest.mark.timeout(30)
def test_a_change_reaches_a_client_that_listens_and_one_that_comes_back(face: Face) -> None:
    change(face, "case-1")
    with served(face) as url, httpx2.Client(base_url=url, trust_env=False, timeout=20.0) as client:
        with client.stream("GET", "/v1/events", headers=face.headers("viewer")) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: hello"
            change(face, "case-2")
            heard = next(line for line in lines if line.startswith("data:") and "case" in line)
        away = {**face.headers("viewer"), "Last-Event-ID": "0"}
        with client.stream("GET", "/v1/events", headers=away) as stream:
            missed = [line for line in _until(stream.iter_lines(), "case-2") if line.startswith("data:")]

    assert '"case-2"' in heard
    assert any('"case-1"' in line for line in missed)


def _until(lines: Iterator[str], sign: str) -> Iterator[str]:
    for line in lines:
        yield line
        if sign in line:
            return
