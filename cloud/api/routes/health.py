"""Whether the service lives and is ready, and its metrics."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from cloud.api.services import Services, services_of

router = APIRouter(tags=["health"])


@router.get("/health/live")
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(services: Annotated[Services, Depends(services_of)]) -> JSONResponse:
    """Say whether every part works; 503 names the parts that do not, and why."""
    wrong = services.ready()
    body = {"status": "not ready" if wrong else "ready", "wrong": wrong}
    return JSONResponse(body, status_code=503 if wrong else 200)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics() -> PlainTextResponse:
    """Give the metrics in Prometheus' text format."""
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)
