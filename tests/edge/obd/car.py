"""A car by script for the poller's tests: answers by request, time by hand. It shares no code with what it tries."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edge.adapters import signal_sets
from edge.obd.addressing import Link
from edge.obd.decode import Reading
from edge.obd.diagnosis import Told
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict
from edge.obd.poller import Poller

STEP_S = 0.02
VIN = "1HGCM82633A004352"
TYRES = "62C00BFFFFFF80AE48010000AD48010000B049010000AE48010000459AB09AB09BB09AB0"


def link(name: str) -> Link:
    """The link of the ECU that answers as `name`."""
    response = int(name, 16)
    if len(name) == 8:
        return Link(0x18DA00F1 | (response & 0xFF) << 8, response, True)
    return Link(response - 8, response)


@dataclass
class Ecu:
    """Answers `replies[request]` (hex to hex; several answers apart by a comma, `~` an answer a second later).

    A request of several PIDs is answered with all of them that it has, unless `singly`.
    """

    name: str
    replies: dict[str, str] = field(default_factory=dict)
    singly: bool = False
    deaf: bool = False
    heard: list[str] = field(default_factory=list)

    def answers(self, request: bytes) -> Iterator[tuple[float, bytes]]:
        """Yield delay and payload of each answer to `request`."""
        text = request.hex().upper()
        self.heard.append(text)
        if self.deaf:
            return
        if text not in self.replies and request[0] == 0x01 and len(request) > 2:
            if self.singly:
                yield 0.0, bytes.fromhex("7F0112")
                return
            parts = [self.replies.get(f"01{pid:02X}", "41")[2:] for pid in request[1:]]
            if any(parts):
                yield 0.0, bytes.fromhex("41" + "".join(parts))
            return
        for answer in self.replies.get(text, "").split(",") if text in self.replies else ():
            yield answer.count("~") * 1.0, bytes.fromhex(answer.replace("~", ""))


class Car:
    """ECUs on a bus, the guard and the poller in between; `run` lets time pass."""

    def __init__(self, poller: Poller, *ecus: Ecu, scale: float = 1.0) -> None:
        self.poller = poller
        self.ecus = {link(ecu.name): ecu for ecu in ecus}
        self.guard = Guard(self, polling=True)
        self.guard.wake()
        self.scale = scale
        self.now_s = 0.0
        self.told: list[Told] = []
        self.sent: list[tuple[float, CanFrame]] = []
        self.flow_controls: list[CanFrame] = []
        self._coming: list[tuple[float, CanFrame]] = []
        self._held: dict[int, list[CanFrame]] = {}

    def send(self, frame: CanFrame) -> None:
        """The guard's sink: a request starts answers, a flow control lets the rest of one go."""
        if frame.data[0] >> 4 == 0x3:
            self.flow_controls.append(frame)
            self._coming += [(self.now_s + 0.001 * n, held) for n, held in enumerate(self._held.pop(frame.can_id, []))]
            return
        self.sent.append((self.now_s, frame))
        request = frame.data[1 : 1 + frame.data[0]]
        for target, ecu in self.ecus.items():
            functional = 0x18DB33F1 if target.extended else 0x7DF
            if frame.can_id not in (target.request_id, functional) or frame.extended != target.extended:
                continue
            if frame.can_id == functional and target.request_id == 0x7A0:
                continue
            for delay_s, payload in ecu.answers(request):
                self._say(target, payload, delay_s)

    def _say(self, target: Link, payload: bytes, delay_s: float) -> None:
        if len(payload) <= 7:
            first, rest = bytes((len(payload),)) + payload, b""
        else:
            first, rest = bytes((0x10 | len(payload) >> 8, len(payload) & 0xFF)) + payload[:6], payload[6:]
        self._coming.append((self.now_s + delay_s, self._frame(target, first)))
        parts = [rest[at : at + 7] for at in range(0, len(rest), 7)]
        self._held[target.request_id] = [
            self._frame(target, bytes((0x20 | n % 16,)) + part) for n, part in enumerate(parts, 1)
        ]

    @staticmethod
    def _frame(target: Link, data: bytes) -> CanFrame:
        return CanFrame(target.response_id, target.extended, data.ljust(8, b"\xaa"))

    def hear(self, frame: CanFrame) -> None:
        """Let the agent receive `frame` now."""
        self.guard.observe(frame, self.now_s)
        fed = self.poller.feed(frame, self.now_s, self.now_s * self.scale)
        self.told += fed.told
        if fed.flow_control is not None:
            self.guard.send(fed.flow_control, self.now_s)

    def run(self, seconds: float) -> list[Told]:
        """Let real time pass; return what was told meanwhile."""
        before = len(self.told)
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            while arrived := [entry for entry in self._coming if entry[0] <= self.now_s]:
                self._coming.remove(arrived[0])
                self.hear(arrived[0][1])
            step = self.poller.step(self.now_s, self.now_s * self.scale)
            self.told += step.told
            if step.request is not None:
                verdict = self.guard.send(step.request, self.now_s)
                assert verdict is not Verdict.FORBIDDEN, step.request
                if verdict is Verdict.SENT:
                    self.poller.sent(self.now_s)
            self.now_s += STEP_S
        return self.told[before:]

    def requests(self) -> list[str]:
        """Every request that was on the bus: id, a blank, its payload."""
        return [f"{frame.can_id:X} {frame.data[1 : 1 + frame.data[0]].hex().upper()}" for _, frame in self.sent]


def poller(*names: str) -> Poller:
    return Poller(signal_sets.interpreter(names or ("sae-j1979",)))


def engine(**more: str) -> Ecu:
    """An engine ECU with voltage, speed, coolant, VIN and one code."""
    replies = {
        "0100": "410008080001",  # 05, 0D, more
        "0120": "412000000001",
        "0140": "414040000000",  # 42
        "0105": "410546",
        "010D": "410D32",
        "0142": "41426464",
        "03": "43010143",
        "07": "4700",
        "0A": "4A00",
        "0902": "490201" + VIN.encode().hex(),
    }
    return Ecu("7E8", replies | more)


def values(told: object, signal: str) -> list[float]:
    assert isinstance(told, list)
    return [fact.value for fact in told if isinstance(fact, Reading) and fact.signal == signal]
