"""A pretend service: answers what a test told it to, and keeps what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[str, str, dict[str, Any]], tuple[int, Any]]


@dataclass
class PretendService:
    """`answer(method, path, body)` returns a status and JSON; `asked` is every request in order."""

    answer: Answer
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def running(self) -> Iterator["PretendService"]:
        """Listen on a free port of loopback."""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._do("GET")

            def do_POST(self) -> None:
                self._do("POST")

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

            def _do(self, method: str) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                body = json.loads(self.rfile.read(length)) if length else {}
                path = self.path.partition("?")[0]
                service.asked.append((method, path, body))
                service.keys.append(self.headers.get("Idempotency-Key", ""))
                status, said = service.answer(method, path, body)
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.url = f"http://127.0.0.1:{server.server_address[1]}"
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def posted(self) -> list[str]:
        """Return the paths that were posted to, in order."""
        return [path for method, path, _ in self.asked if method == "POST"]
