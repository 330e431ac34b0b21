"""One simulated car, running: its life in domain time, its bus in real time, its folder in between."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from firmware_sim.adapters.can_bus import FrameBus
from firmware_sim.adapters.files import LineTail, append_line, replace_text
from firmware_sim.clock import DomainClock
from firmware_sim.life import Forecast, Life, truth
from firmware_sim.nmea import gga, rmc
from firmware_sim.protocol.network import Network

_TICK_S: Final = 0.05
_FILES_EVERY_S: Final = 0.1
_POSITION_EVERY_S: Final = 1.0


@dataclass
class Car:
    """What one `outrider-sim car` process runs; `start_s` is domain Unix seconds, None until the story begins."""

    life: Life
    foreseen: Forecast
    network: Network
    bus: FrameBus
    clock: DomainClock
    folder: Path
    say_position: Callable[[bytes], None]
    has_begun: Callable[[], bool]
    start_s: float | None = None
    _next_files_s: float = 0.0
    _next_position_s: float = 0.0
    _services: LineTail = field(init=False)

    def __post_init__(self) -> None:
        """Watch for rescuers, and let the files be there before anyone looks."""
        self._services = LineTail(self.folder / "service.jsonl")
        self._begin_when_due()
        self._write_supply()
        self._write_truth()

    def run(self, stopped: threading.Event) -> None:
        """Live until `stopped`, then write the truth once more."""
        while not stopped.is_set():
            self._begin_when_due()
            self._live()
            now_s = time.monotonic()
            self._tell(now_s)
            self._speak(now_s)
            for frame in self.bus.receive(self._wait_s(now_s)):
                self.network.receive(frame, time.monotonic())
        self._write_truth()

    def ready(self, can: str, position: str) -> dict[str, Any]:
        """Return the line that tells others where everything is; absolute times are null before the story begins."""
        said = self._truth()
        return {
            "vehicle": said["vehicle"],
            "model": said["model"],
            "scenario": said["scenario"],
            "vin": self.life.vehicle.build.vin,
            "can": can,
            "position": position,
            "supply": str(self.folder / "supply_mv"),
            "truth": {
                "cause": said["cause"],
                "service": said["service"],
                "onset_s": said["onset"],
                "breakdown_s": said["breakdown"],
                "onset_after_s": self.foreseen.onset_s,
                "breakdown_after_s": self.foreseen.breakdown_s,
            },
        }

    def _begin_when_due(self) -> None:
        if self.start_s is None and self.has_begun():
            self.start_s = self.clock.now_s()
            self._write_truth()

    def _live(self) -> None:
        if self.start_s is None:
            return
        news = self.life.advance(self.clock.now_s() - self.start_s)
        for row in self._services.rows():
            service = row.get("service")
            if isinstance(service, str):
                self.life.serve(service)
                news = True
        if news:
            self._write_truth()

    def _speak(self, now_s: float) -> None:
        frames, answers = self.network.due(now_s, awake=self.life.vehicle.awake)
        for frame in frames:
            self.bus.send(frame)
        for answer in answers:
            row = {
                "t": round(self.clock.now_s(), 3),
                "ecu": f"{answer.ecu:X}",
                "request": answer.request.hex().upper(),
                "response": answer.response.hex().upper(),
            }
            append_line(self.folder / "bus.jsonl", row)

    def _wait_s(self, now_s: float) -> float:
        due_s = self.network.next_due_s()
        return _TICK_S if due_s is None else min(_TICK_S, due_s - now_s)

    def _tell(self, now_s: float) -> None:
        if now_s >= self._next_files_s:
            self._next_files_s = now_s + _FILES_EVERY_S
            self._write_supply()
        if now_s >= self._next_position_s:
            self._next_position_s = now_s + _POSITION_EVERY_S
            vehicle, at_s = self.life.vehicle, self.clock.now_s()
            place = vehicle.place
            self.say_position((rmc(place, vehicle.speed_kmh, at_s) + gga(place, at_s)).encode("ascii"))
            row = {"lat": round(place.lat, 6), "lon": round(place.lon, 6), "crs": "WGS84"}
            replace_text(self.folder / "place.json", json.dumps(row))

    def _write_supply(self) -> None:
        replace_text(self.folder / "supply_mv", f"{round(self.life.vehicle.supply_v * 1_000)}\n")

    def _write_truth(self) -> None:
        replace_text(self.folder / "truth.json", json.dumps(self._truth(), ensure_ascii=False, indent=1) + "\n")

    def _truth(self) -> dict[str, Any]:
        return truth(self.life, self.foreseen, self.start_s)
