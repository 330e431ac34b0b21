"""The built UI as static files, with the headers that keep anything else out of the page."""

from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.api.problem import not_found

_CSP: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "worker-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_API: Final = ("v1/", "health/", "metrics", "openapi.json")
_HASHED: Final = "public, max-age=31536000, immutable"


class GuardHeaders:
    """ASGI middleware that adds the headers to every answer, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the headers set where the answer starts."""
        path = scope.get("path", "")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if path.startswith("/assets/"):
                    headers["Cache-Control"] = _HASHED
                elif path.startswith("/v1/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_guarded)


def built_ui() -> Path:
    """Return the folder of the built UI, in the source tree and in the wheel alike."""
    return Path(str(files("cloud").joinpath("ui", "dist")))


def install(app: FastAPI, folder: Path) -> None:
    """Serve `folder` at `/`: its files as they are, its page for every other path that is no API's."""

    app.add_middleware(GuardHeaders)
    if not (folder / "index.html").is_file():

        @app.get("/", include_in_schema=False)
        def no_ui() -> PlainTextResponse:
            text = "The UI is not built. Run `make setup`, or install a wheel. The API is at /openapi.json.\n"
            return PlainTextResponse(text, status_code=HTTPStatus.SERVICE_UNAVAILABLE)

        return

    app.mount("/assets", StaticFiles(directory=folder / "assets"), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> FileResponse:
        if path.startswith(_API):
            raise not_found("route", path)
        wanted = (folder / path).resolve()
        if path and wanted.is_file() and wanted.is_relative_to(folder.resolve()):
            return FileResponse(wanted)
        return FileResponse(folder / "index.html", headers={"Cache-Control": "no-cache"})
