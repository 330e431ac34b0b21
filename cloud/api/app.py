"""The app: routes, errors, headers, UI, put together once around the services."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud.api import problem, site
from cloud.api.routes import (
    agent,
    breaker,
    cases,
    configuration,
    driver,
    driving,
    health,
    insurer,
    jobs,
    live,
    maintenance,
    partner,
    provision,
    rights,
    sharing,
    vehicles,
)
from cloud.api.services import Services
from cloud.api.translate import instant

_ABOUT = """Vehicles, their risk cause by cause, the cases and jobs that follow, and what an insurer may see of it.

Times are ISO 8601 in UTC on the domain clock; every answer carries that clock's present in `X-Domain-Now`.
Lists come in pages: pass `next` back as `cursor`. Every error is an RFC 9457 problem document."""


class DomainNow:
    """ASGI middleware that tells every caller what the domain clock says, so that ages are right under any clock."""

    def __init__(self, app: ASGIApp, now_ms: Callable[[], int]) -> None:
        self._app = app
        self._now_ms = now_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the header set where the answer starts."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Domain-Now"] = instant(self._now_ms()).isoformat()
            await send(message)

        await self._app(scope, receive, send_dated)


def build(services: Services, ui: Path | None = None) -> FastAPI:
    """Return the app on `services`; `ui` is the folder of the built UI, by default the one that travels with us."""
    app = FastAPI(
        title="Outrider",
        version=version("outrider"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        responses={"4XX": _problem_response(), "5XX": _problem_response()},
    )
    app.state.services = services
    app.state.ready = services.ready
    problem.install(app)
    app.add_middleware(DomainNow, now_ms=services.now_ms)
    app.include_router(health.router)
    for part in (vehicles, configuration, agent, cases, breaker, jobs, maintenance, partner, driver, insurer, live):
        app.include_router(part.router, prefix="/v1")
    for part in (provision, sharing, rights, driving):
        app.include_router(part.router, prefix="/v1")
    site.install(app, site.built_ui() if ui is None else ui)
    return app


def _problem_response() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object"}},
        },
    }
    return {"description": "A problem document", "content": {problem.MEDIA_TYPE: {"schema": schema}}}
