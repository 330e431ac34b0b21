"""Whether the service lives and is ready, and its metrics."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(tags=["health"])


@router.get("/health/live")
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(request: Request) -> JSONResponse:
    """Say whether every part works; 503 names the parts that do not, and why."""
    wrong: dict[str, str] = request.app.state.ready()
    body = {"status": "not ready" if wrong else "ready", "wrong": wrong}
    return JSONResponse(body, status_code=503 if wrong else 200)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics() -> PlainTextResponse:
    """Give the metrics in Prometheus' text format."""
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)
