"""Notices over real HTTP."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cloud.act.adapters.webhook import Webhook

BODY = {"vehicle": "car-1", "kind": "ask", "text_zh": "您好", "text_en": "hello", "link": None}


class Phone(ThreadingHTTPServer):
    """Answers with the status that the path names and keeps what it was sent."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str | None, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def address(self, status: int | str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{status}"


class _Handler(BaseHTTPRequestHandler):
    server: Phone

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.path, self.headers["Idempotency-Key"], body))
        self.send_response(int(self.path[1:]))
        self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def phone() -> Iterator[Phone]:
    server = Phone()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    made = Webhook()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("status", "done", "final"),
    [
        (200, True, False),
        (204, True, False),
        (302, False, True),
        (400, False, True),
        (404, False, True),
        (408, False, False),
        (429, False, False),
        (500, False, False),
        (503, False, False),
    ],
)
def test_an_answer_is_done_or_to_be_tried_again_or_final(
    phone: Phone, webhook: Webhook, status: int, done: bool, final: bool
) -> None:
    result = webhook.send(phone.address(status), "key-1", BODY)

    assert (result.is_done, result.is_final) == (done, final)
    assert phone.got == [(f"/{status}", "key-1", BODY)]


def test_nobody_there_is_to_be_tried_again(webhook: Webhook) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        result = webhook.send(f"http://127.0.0.1:{port}/", "key", BODY)

    assert (result.is_done, result.is_final) == (False, False)
    assert result.error


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "nonsense", "http://", "http://127.0.0.1:99999/"])
def test_an_address_that_is_none_is_final_and_never_raises(webhook: Webhook, address: str) -> None:
    result = webhook.send(address, "key", BODY)

    assert not result.is_done
    assert result.error


def test_one_who_never_answers_is_given_up(webhook: Webhook) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()

        result = webhook.send(f"http://127.0.0.1:{mute.getsockname()[1]}/", "key", BODY)

    assert (result.is_done, result.is_final) == (False, False)
