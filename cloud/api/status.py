"""What a part that runs by its own command answers: whether it works, and its metrics. No token, so keep it inside."""

from collections.abc import Callable

from fastapi import FastAPI

from cloud.api import problem
from cloud.api.routes import health


def build(ready: Callable[[], dict[str, str]]) -> FastAPI:
    """Return the app; `ready` names the parts that do not work and why."""
    app = FastAPI(title="Outrider status", openapi_url=None)
    app.state.ready = ready
    problem.install(app)
    app.include_router(health.router)
    return app
