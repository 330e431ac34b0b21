"""A small service with canned answers in the shapes of the API, and the built UI, for tests of the UI alone."""

import asyncio
import copy
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.web import canned_signals
from tests.web.canned_signals import Json, iso

TOKEN = "operator-token"
DRIVER_TOKEN = "driver-link"
# The present of everything in `canned/`: a small made-up fleet with every level, freshness and powertrain, its
# cases, and rescues in every lane with a promise that holds, wears thin and is broken.
START = datetime(2027, 3, 4, 7, 40, tzinfo=UTC)
CANNED = Path(__file__).resolve().parent / "canned"
LISTS = ("vehicles", "cases", "jobs", "reminders", "partners")
PAGE = 200


def canned(name: str) -> Any:
    """Return one of the answers in `canned/`."""
    return json.loads((CANNED / f"{name}.json").read_text(encoding="utf-8"))


class PretendService:
    """The state behind the answers; a test changes it and tells the page by `publish`."""

    def __init__(self, ui: Path, pace: float = 1.0) -> None:
        """Serve the UI built in `ui`; the domain clock runs `pace` times as fast as the real one."""
        self.pace = pace
        self._began = time.monotonic()
        self.lists: dict[str, list[Json]] = {name: canned(name) for name in LISTS}
        self.question: Json = canned("question")
        self.sent: list[tuple[str, Json, dict[str, str]]] = []
        self.failing: dict[str, int] = {}
        self.closing = False
        self._changes: list[tuple[str, str]] = []
        self.app = self._application(ui)

    def now(self) -> datetime:
        """Return domain time."""
        return START + timedelta(seconds=(time.monotonic() - self._began) * self.pace)

    def publish(self, kind: str, name: str) -> None:
        """Tell every page that follows the stream that something changed."""
        self._changes.append((kind, name))

    def find(self, kind: str, name: str) -> Json | None:
        """Return one item of a list, None when there is none of that id."""
        return next((item for item in self.lists[kind] if item["id"] == name), None)

    def _application(self, ui: Path) -> Starlette:
        v1 = [
            Route("/events", self._events),
            Route("/driver/{token}", self._driver),
            Route("/driver/{token}/answer", self._answer, methods=["POST"]),
            Route("/rescues", self._rescue, methods=["POST"]),
            Route("/vehicles/{name}/signals", self._signals),
            Route("/vehicles/{name}/risks", self._risks),
            Route("/vehicles/{name}/faults", self._faults),
            Route("/{kind}", self._list),
            Route("/{kind}/{name}", self._one),
            Route("/{kind}/{name}/{step}", self._step, methods=["POST"]),
        ]

        async def page(request: Request) -> Response:
            wanted = ui / request.path_params["path"]
            return FileResponse(wanted if wanted.is_file() else ui / "index.html")

        app = Starlette(
            routes=[
                Mount("/v1", routes=v1),
                Mount("/assets", StaticFiles(directory=ui / "assets")),
                Route("/{path:path}", page),
            ]
        )
        app.add_middleware(BaseHTTPMiddleware, dispatch=self._guard)
        return app

    async def _guard(self, request: Request, call: RequestResponseEndpoint) -> Response:
        path = request.url.path
        if path.startswith("/v1/"):
            status = next((status for part, status in self.failing.items() if part in path), 0)
            if status:
                return problem(status, "made to fail")
            is_open = path.startswith("/v1/driver/")
            if not is_open and request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return problem(401, "this token is not known")
        response = await call(request)
        response.headers["X-Domain-Now"] = iso(self.now())
        return response

    async def _list(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        if kind not in self.lists:
            return problem(404, f"no {kind}")
        items = self.lists[kind]
        state = request.query_params.get("state")
        vehicle = request.query_params.get("vehicle_id")
        if state:
            wanted = ("open", "acknowledged") if state == "unresolved" else (state,)
            items = [item for item in items if item["state"] in wanted]
        if vehicle:
            items = [item for item in items if item["vehicle"]["id"] == vehicle]
        start = int(request.query_params.get("cursor") or 0)
        size = min(PAGE, int(request.query_params.get("limit") or PAGE))
        more = str(start + size) if start + size < len(items) else None
        return JSONResponse({"items": items[start : start + size], "next": more})

    async def _one(self, request: Request) -> Response:
        item = self.find(request.path_params["kind"], request.path_params["name"])
        if item is None:
            return problem(404, "no such thing")
        return JSONResponse(item, headers={"ETag": f'"{item.get("version", 1)}"'})

    async def _step(self, request: Request) -> Response:
        kind, name, step = (request.path_params[part] for part in ("kind", "name", "step"))
        item = self.find(kind, name)
        if item is None:
            return problem(404, "no such thing")
        body = await request.json()
        self.sent.append((request.url.path, body, dict(request.headers)))
        if kind == "cases":
            if request.headers.get("If-Match") != f'"{item["version"]}"':
                return problem(412, "changed since it was read")
            item["state"] = {"acknowledge": "acknowledged", "resolve": "resolved"}[step]
            item["resolution"] = body.get("reason")
            item["version"] += 1
        else:
            item["state"] = {"cancel": "cancelled", "book": "booked", "complete": "done"}[step]
        return JSONResponse(item)

    async def _rescue(self, request: Request) -> Response:
        body = await request.json()
        self.sent.append((request.url.path, body, dict(request.headers)))
        made = copy.deepcopy(self.lists["jobs"][0]) | {"id": "job-new", "origin": "person", "state": "proposed"}
        self.lists["jobs"].append(made)
        return JSONResponse(made, status_code=201)

    async def _signals(self, request: Request) -> Response:
        query = request.query_params
        start, end = (datetime.fromisoformat(query[name]) for name in ("from", "to"))
        return JSONResponse(canned_signals.series(query["path"], start, end, START, int(query["points"])))

    async def _risks(self, request: Request) -> Response:
        item = self.find("vehicles", request.path_params["name"])
        return JSONResponse(canned_signals.risks(list((item or {}).get("health", {})), START))

    async def _faults(self, request: Request) -> Response:
        item = self.find("vehicles", request.path_params["name"]) or {}
        return JSONResponse(canned_signals.faults(START) if "dtc" in item.get("health", {}) else [])

    async def _driver(self, request: Request) -> Response:
        if request.path_params["token"] != DRIVER_TOKEN:
            return problem(404, "no such link")
        return JSONResponse(self.question)

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        self.sent.append((request.url.path, body, dict(request.headers)))
        self.question |= {"answer": body["answer"], "job_state": "offered" if body["answer"] == "yes" else None}
        return JSONResponse(self.question)

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(request), media_type="text/event-stream")

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        place = len(self._changes)
        now_ms = round(self.now().timestamp() * 1000)
        yield f"event: hello\nid: {place}\ndata: {json.dumps({'now_ms': now_ms})}\n\n"
        while not self.closing and not await request.is_disconnected():
            for kind, name in self._changes[place:]:
                place += 1
                yield f"event: {kind}\nid: {place}\ndata: {json.dumps({'id': name})}\n\n"
            await asyncio.sleep(0.05)


def problem(status: int, detail: str) -> JSONResponse:
    """Return a problem document."""
    body: dict[str, Any] = {"type": "about:blank", "title": "Problem", "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")
