"""A small HTTP server on loopback that takes notices, as a driver's phone would."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from firmware_sim.errors import WorldError

_LONGEST: Final = 65_536


class Mailbox:
    """Listens on 127.0.0.1 and gives every JSON object that is posted to `take`."""

    def __init__(self, port: int, take: Callable[[dict[str, Any]], None]) -> None:
        """Bind `port`, 0 for a free one, or raise `WorldError`."""

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0

            def do_POST(self) -> None:
                notice = self._notice()
                if notice is not None:
                    take(notice)
                self.send_response(400 if notice is None else 204)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing: the driver logs what matters."""

            def _notice(self) -> dict[str, Any] | None:
                length = self.headers.get("Content-Length", "")
                if not length.isdecimal() or int(length) > _LONGEST:
                    return None
                try:
                    notice = json.loads(self.rfile.read(int(length)))
                except ValueError:
                    return None
                return notice if isinstance(notice, dict) else None

        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise WorldError(f"cannot listen on port {port} ({error.strerror}); give another, or --port 0") from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="mailbox", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where notices go."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
