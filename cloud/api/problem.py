"""RFC 9457 problem details: the one shape of every error that the API gives."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from cloud.store.errors import ActError, CursorError, MissingError, OutdatedError, RefusedError, WishError

Headers = dict[str, str]
MEDIA_TYPE = "application/problem+json"
_BUSY_RETRY_S = 2
_STATUS: Final[dict[type[ActError], HTTPStatus]] = {
    MissingError: HTTPStatus.NOT_FOUND,
    RefusedError: HTTPStatus.CONFLICT,
    OutdatedError: HTTPStatus.PRECONDITION_FAILED,
    CursorError: HTTPStatus.UNPROCESSABLE_ENTITY,
    WishError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class ProblemError(Exception):
    """An error that a caller can act on: HTTP status, what happened, and what to do about it."""

    def __init__(
        self, status: HTTPStatus, detail: str, *, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Keep what the answer will say; `code` is a stable word for programs."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or status.name.lower()
        self.headers = headers or {}


def not_found(kind: str, key: str) -> ProblemError:
    """Return the problem that `kind` has no `key`; a foreign key and a missing one look the same."""
    return ProblemError(HTTPStatus.NOT_FOUND, f"no {kind} {key[:80]!r}")


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""

    @app.exception_handler(ProblemError)
    async def on_problem(request: Request, problem: ProblemError) -> JSONResponse:
        return _answer(problem.status, problem.detail, code=problem.code, headers=problem.headers)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return _answer(status, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [{"where": ".".join(str(part) for part in row["loc"]), "what": row["msg"]} for row in error.errors()]
        said = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, said, code="invalid", errors=faults)

    @app.exception_handler(ActError)
    async def on_act(request: Request, error: ActError) -> JSONResponse:
        code = error.code if isinstance(error, RefusedError) else ""
        return _answer(_STATUS.get(type(error), HTTPStatus.CONFLICT), str(error), code=code)

    @app.exception_handler(Exception)
    async def on_fault(request: Request, error: Exception) -> JSONResponse:
        detail = "this is our fault and has been logged; nothing was changed"
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, detail)

    @app.exception_handler(OperationalError)
    async def on_store(request: Request, error: OperationalError) -> JSONResponse:
        """A store that is locked, full or away is a passing fault, never a 500."""
        retry = {"Retry-After": str(_BUSY_RETRY_S)}
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "the store is busy; try again", code="store_busy", headers=retry)


def _answer(
    status: HTTPStatus,
    detail: str,
    *,
    code: str = "",
    headers: Headers | None = None,
    errors: list[dict[str, str]] | None = None,
) -> JSONResponse:
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    body["code"] = code or status.name.lower()
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status_code=int(status), headers=headers, media_type=MEDIA_TYPE)
