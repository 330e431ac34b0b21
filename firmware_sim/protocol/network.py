"""All ECUs of one car on one bus: who hears which request, who sleeps, and what is sent unasked."""

from collections.abc import Callable, Sequence
from typing import Final

from firmware_sim.protocol.ecu import Answer, Ecu, Frame

FUNCTIONAL_11: Final = 0x7DF
FUNCTIONAL_29: Final = 0x18DB33F1
BROADCAST_PERIOD_S: Final = 0.1


class Network:
    """The car's side of the bus; real seconds in, frames and finished answers out."""

    def __init__(self, ecus: Sequence[Ecu], broadcast: Callable[[], Frame]) -> None:
        """Take the ECUs, and what the car says unasked about ten times a second while it is awake."""
        self._ecus = tuple(ecus)
        self._broadcast = broadcast
        self._by_request = {(ecu.options.request_id, ecu.options.extended): ecu for ecu in ecus}
        self._next_broadcast_s = 0.0
        self._awake = False

    def receive(self, frame: Frame, now_s: float) -> None:
        """Take one frame from the bus; asleep, nobody listens."""
        if not self._awake:
            return
        if frame.can_id == (FUNCTIONAL_29 if frame.extended else FUNCTIONAL_11):
            for ecu in self._ecus:
                if ecu.options.functional and ecu.options.extended == frame.extended:
                    ecu.receive(frame.data, now_s, functional=True)
        elif (ecu_asked := self._by_request.get((frame.can_id, frame.extended))) is not None:
            ecu_asked.receive(frame.data, now_s, functional=False)

    def due(self, now_s: float, *, awake: bool) -> tuple[list[Frame], list[Answer]]:
        """Return what goes onto the bus now, and the answers that are complete with it."""
        if self._awake and not awake:
            for ecu in self._ecus:
                ecu.forget()
        self._awake = awake
        if not awake:
            return [], []
        frames: list[Frame] = []
        answers: list[Answer] = []
        for ecu in self._ecus:
            sent, finished = ecu.due(now_s)
            frames += sent
            answers += finished
        if now_s >= self._next_broadcast_s:
            frames.append(self._broadcast())
            self._next_broadcast_s = now_s + BROADCAST_PERIOD_S
        return frames, answers

    def next_due_s(self) -> float | None:
        """Return when `due` has work again; None while asleep."""
        if not self._awake:
            return None
        times = [ecu.next_due_s() for ecu in self._ecus]
        return min([self._next_broadcast_s, *(time_s for time_s in times if time_s is not None)])
