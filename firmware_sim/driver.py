"""The drivers of one simulated world: they read notices, follow the link and answer; one of them calls by himself."""

import json
import queue
import random
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from firmware_sim.adapters.api import Api
from firmware_sim.adapters.files import append_line
from firmware_sim.clock import DomainClock

_LOOK_S: Final = 0.1
_CALLS_EVERY_S: Final = 0.5
_PHONE: Final = "+86-000-0000-0000"
_MOST_TRIES: Final = 10
_RETRY_S: Final = 0.3

Word = Literal["yes", "no", "never"]


@dataclass(frozen=True)
class DriverOptions:
    """The words of `outrider-sim driver`; `caller` limits who may call by himself, empty for every scenario's."""

    world: Path
    clock: DomainClock
    answer: Word = "yes"
    seed: int = 1
    caller: str = ""


class Drivers:
    """All drivers of the world; notices come in by `take` from any thread, `run` does the rest in its own."""

    def __init__(
        self,
        options: DriverOptions,
        stopped: threading.Event,
        service: Api | None,
        open_api: Callable[[str], Api] = Api,
    ) -> None:
        """Take the API for calls (None: nobody calls), and what opens the API behind a link."""
        self._options = options
        self._stopped = stopped
        self._service = service
        self._open_api = open_api
        self._notices: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._random = random.Random(f"{options.seed}/drivers")
        self._to_answer: list[tuple[float, dict[str, Any], int]] = []
        self._links: set[str] = set()
        self._called: set[str] = set()

    def take(self, notice: dict[str, Any]) -> None:
        """Take one notice."""
        self._notices.put(notice)

    def run(self) -> None:
        """Read, answer and call until `stopped`."""
        since_calls_s = _CALLS_EVERY_S
        while not self._stopped.wait(_LOOK_S):
            self._read()
            self._answer_due()
            since_calls_s += _LOOK_S
            if since_calls_s >= _CALLS_EVERY_S:
                since_calls_s = 0.0
                self._call_due()

    def _read(self) -> None:
        while not self._notices.empty():
            notice = self._notices.get()
            append_line(self._options.world / "notices.jsonl", {"t": self._options.clock.now_s(), **notice})
            link = notice.get("link")
            if notice.get("kind") != "ask" or not isinstance(link, str) or link in self._links:
                continue
            self._links.add(link)
            if self._options.answer != "never":
                at_s = self._options.clock.now_s() + self._random.uniform(20.0, 90.0)
                self._to_answer.append((at_s, notice, 0))

    def _answer_due(self) -> None:
        now_s = self._options.clock.now_s()
        due = [entry for entry in self._to_answer if entry[0] <= now_s]
        self._to_answer = [entry for entry in self._to_answer if entry[0] > now_s]
        for _, notice, tries in due:
            if not self._answer(notice) and tries + 1 < _MOST_TRIES:
                again_s = now_s + self._options.clock.factor * _RETRY_S
                self._to_answer.append((again_s, notice, tries + 1))

    def _answer(self, notice: dict[str, Any]) -> bool:
        """Do as the phone page does: look at the question, then answer; False to try again later."""
        parts = urlsplit(str(notice["link"]))
        path = f"/v1/driver/{parts.path.rstrip('/').rsplit('/', 1)[-1]}"
        api = self._open_api(f"{parts.scheme}://{parts.netloc}")
        try:
            question = api.get(path)
            if not question.ok:
                self._say("no_question", vehicle=notice.get("vehicle"), reason=question.reason)
                return 400 <= question.status < 500
            body: dict[str, Any] = {"answer": self._options.answer}
            if isinstance(question.body, dict) and question.body.get("needs_position"):
                body |= self._place(str(notice.get("vehicle", "")))
            reply = api.post(f"{path}/answer", body)
            self._say("answered", vehicle=notice.get("vehicle"), answer=self._options.answer, status=reply.status)
            return reply.ok or 400 <= reply.status < 500
        finally:
            api.close()

    def _call_due(self) -> None:
        if self._service is None:
            return
        for path in sorted(self._options.world.glob("*/truth.json")):
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            call, vehicle = told.get("call"), told["vehicle"]
            wanted = self._options.caller in {"", vehicle}
            if call and wanted and vehicle not in self._called and _is_past(call["at"], self._options.clock):
                self._call(vehicle, call)

    def _call(self, vehicle: str, call: dict[str, Any]) -> None:
        if self._service is None:
            return
        body = {"vehicle_id": vehicle, "phone": _PHONE, "problem": call["problem"], "service": call["service"]}
        reply = self._service.post("/v1/rescues", body | self._place(vehicle), key=f"call-{vehicle}-{call['at']:.0f}")
        self._say("called", vehicle=vehicle, status=reply.status, reason="" if reply.ok else reply.reason)
        if reply.ok or 400 <= reply.status < 500:
            self._called.add(vehicle)

    def _place(self, vehicle: str) -> dict[str, Any]:
        """Return the phone's own position as a pin, nothing where the world does not say."""
        try:
            place = json.loads((self._options.world / vehicle / "place.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {"position": place}

    def _say(self, event: str, **fields: object) -> None:
        print(json.dumps({"event": event, **fields}, ensure_ascii=False), file=sys.stderr, flush=True)


def _is_past(at_s: float | None, clock: DomainClock) -> bool:
    return at_s is not None and clock.now_s() >= at_s
