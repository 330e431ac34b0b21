"""A rescue partner: takes offers or not, drives, arrives, serves, reports; several trucks at once."""

import json
import random
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from firmware_sim import partner_faults
from firmware_sim.adapters.api import Api, Reply
from firmware_sim.adapters.files import append_line
from firmware_sim.clock import DomainClock
from firmware_sim.errors import SimError
from firmware_sim.itinerary import Step, steps, travel_s
from firmware_sim.partner_faults import PartnerFault

_POLL_S: Final = 1.0
_RETRY_S: Final = 0.5
_MOST_TRIES: Final = 20


@dataclass(frozen=True)
class PartnerOptions:
    """The words of `outrider-sim partner`; `decline` is the share of offers that it turns down."""

    name: str
    world: Path
    clock: DomainClock
    seed: int = 1
    decline: float = 0.0
    base: tuple[float, float] | None = None
    fault: PartnerFault | None = None


class Partner:
    """One partner at work until `stopped`."""

    def __init__(self, api: Api, options: PartnerOptions, stopped: threading.Event) -> None:
        """Take the API that the partner's token opens."""
        self._api = api
        self._options = options
        self._stopped = stopped
        self._trucks: list[threading.Thread] = []

    def run(self) -> None:
        """Ask for offers, answer each, and send a truck for every one that was won."""
        try:
            while not self._stopped.is_set():
                reply = self._api.get("/v1/partner/offers", wait_s=_POLL_S)
                if not reply.ok:
                    self._say("no_offers", reason=reply.reason)
                    self._stopped.wait(_RETRY_S)
                    continue
                offers = _items(reply.body)
                for offer in offers:
                    self._answer(offer)
                self._stopped.wait(0.05 if offers else 0.1)
        finally:
            self._stopped.set()
            for truck in self._trucks:
                truck.join()

    def _answer(self, offer: dict[str, Any]) -> None:
        job, fault = str(offer["job_id"]), self._options.fault
        if not partner_faults.answers(fault) or self._stopped.wait(
            self._options.clock.real_s(partner_faults.answer_after_s(fault))
        ):
            return
        chance = random.Random(f"{self._options.seed}/{self._options.name}/{job}").random()
        if chance < self._options.decline:
            reply = self._api.post(f"/v1/partner/jobs/{job}/decline", {"reason": "all trucks are busy"})
            self._say("declined", job=job, status=reply.status)
            return
        way_s = travel_s(self._options.base, _point(offer.get("cell")))
        for _ in range(partner_faults.accepts(fault)):
            said = {"eta_s": round(partner_faults.told_s(fault, way_s))}
            reply = self._api.post(f"/v1/partner/jobs/{job}/accept", said)
        if not reply.ok:
            self._say("not_won", job=job, reason=reply.reason)
            return
        self._say("accepted", job=job, service=offer.get("service"))
        self._trucks = [truck for truck in self._trucks if truck.is_alive()]
        truck = threading.Thread(target=self._drive, args=(job, reply.body, way_s), name=f"truck-{job}")
        self._trucks.append(truck)
        truck.start()

    def _drive(self, job: str, accepted: object, way_s: float) -> None:
        try:
            self._do(job, accepted, way_s)
        except SimError as error:
            self._say("truck_stopped", job=job, reason=str(error))

    def _do(self, job: str, accepted: object, way_s: float) -> None:
        known = accepted if isinstance(accepted, dict) else {}
        place = _point(known.get("position"))
        if place is not None:
            way_s = travel_s(self._options.base, place)
        service = str(known.get("service", ""))
        vehicle = (known.get("vehicle") or {}).get("id")
        fault = self._options.fault
        for step in partner_faults.reported(fault, steps(service, partner_faults.driven_s(fault, way_s))):
            if self._stopped.wait(self._options.clock.real_s(step.after_s)):
                return
            if not self._report(job, step, vehicle):
                return
            if step.serves and isinstance(vehicle, str):
                self._serve(vehicle, service)

    def _report(self, job: str, step: Step, vehicle: object) -> bool:
        """Report `step`, again and again while the service is away; False when the job is no longer ours."""
        body: dict[str, Any] = {}
        for _ in range(_MOST_TRIES):
            reply: Reply = self._api.post(f"/v1/partner/jobs/{job}/{step.report}", body)
            if reply.ok:
                self._say(step.report, job=job)
                return True
            if reply.code == "no_place":
                body = self._told_by_phone(vehicle)
                self._say("asked_by_phone", job=job, known=bool(body))
            elif 400 <= reply.status < 500:
                self._say("lost", job=job, step=step.report, status=reply.status, reason=reply.reason)
                return False
            if self._stopped.wait(_RETRY_S):
                return False
        self._say("gave_up", job=job, step=step.report)
        return False

    def _told_by_phone(self, vehicle: object) -> dict[str, Any]:
        """Return where the driver says that the car is, nothing where the world does not say."""
        try:
            place = json.loads((self._options.world / str(vehicle) / "place.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {"position": place}

    def _serve(self, vehicle: str, service: str) -> None:
        folder = self._options.world / vehicle
        if folder.is_dir():
            append_line(folder / "service.jsonl", {"service": service, "t": round(self._options.clock.now_s(), 3)})

    def _say(self, event: str, **fields: object) -> None:
        row = {"partner": self._options.name, "event": event, **fields}
        print(json.dumps(row, ensure_ascii=False), file=sys.stderr, flush=True)


def _items(body: object) -> list[dict[str, Any]]:
    rows = body.get("items") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict) and "job_id" in row]


def _point(position: object) -> tuple[float, float] | None:
    if not isinstance(position, dict):
        return None
    lat, lon = position.get("lat"), position.get("lon")
    return (float(lat), float(lon)) if isinstance(lat, int | float) and isinstance(lon, int | float) else None
