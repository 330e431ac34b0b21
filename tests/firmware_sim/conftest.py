"""A simulated car's ECUs on a python-can virtual bus, run by a thread, and an independent tester beside them."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import can
import isotp
import pytest

from firmware_sim.adapters.can_bus import PythonCanBus
from firmware_sim.app import network
from firmware_sim.life import Life
from firmware_sim.protocol.ecu import Answer, Misbehaviour
from firmware_sim.scenarios import HOME, SCENARIOS
from firmware_sim.vehicle import Vehicle


def life_of(name: str, seed: int = 1) -> Life:
    """Return a fresh life of the scenario `name`."""
    scenario = SCENARIOS[name]
    return Life(scenario, scenario.vehicle("car-1", seed, HOME, scenario.odometer_km))


@dataclass
class Bench:
    """A car on a virtual bus; `ask` is can-isotp's tester, `answers` is what the ECUs say they sent."""

    channel: str
    vehicle: Vehicle
    answers: list[Answer] = field(default_factory=list)

    def ask(
        self, request_id: int, request: str, *, timeout_s: float = 0.5, st_min: int = 0, block_size: int = 0
    ) -> list[str]:
        """Return the answers to a physical request, each as hexadecimal; ends at the first that is final."""
        with can.Bus(interface="virtual", channel=self.channel) as bus:
            address = isotp.Address(isotp.AddressingMode.Normal_11bits, txid=request_id, rxid=request_id + 8)
            params = {"stmin": st_min, "blocksize": block_size, "tx_padding": 0x00}
            stack = isotp.CanStack(bus, address=address, params=params)
            stack.start()
            try:
                stack.send(bytes.fromhex(request))
                return list(self._final(stack, timeout_s))
            finally:
                stack.stop()

    def broadcast(self, request: str, timeout_s: float = 0.3) -> dict[int, bytes]:
        """Return the first frame of each ECU's answer to a functional request."""
        with can.Bus(interface="virtual", channel=self.channel) as bus:
            data = bytes.fromhex(request)
            bus.send(can.Message(arbitration_id=0x7DF, data=bytes([len(data)]) + data, is_extended_id=False))
            return {
                message.arbitration_id: bytes(message.data)
                for message in self._heard(bus, timeout_s)
                if message.arbitration_id >= 0x700
            }

    def unasked(self, timeout_s: float) -> list[can.Message]:
        """Return what is on the bus when nobody asks."""
        with can.Bus(interface="virtual", channel=self.channel) as bus:
            return list(self._heard(bus, timeout_s))

    @staticmethod
    def _heard(bus: can.BusABC, timeout_s: float) -> Iterator[can.Message]:
        end_s = time.monotonic() + timeout_s
        while (left_s := end_s - time.monotonic()) > 0:
            message = bus.recv(left_s)
            if message is not None:
                yield message

    @staticmethod
    def _final(stack: isotp.CanStack, timeout_s: float) -> Iterator[str]:
        end_s = time.monotonic() + timeout_s
        while (left_s := end_s - time.monotonic()) > 0:
            message = stack.recv(block=True, timeout=left_s)
            if message is None:
                return
            yield message.hex().upper()
            if not (message[0] == 0x7F and message[-1] == 0x78):
                return


@pytest.fixture
def bench() -> Iterator[Callable[..., Bench]]:
    """Return what puts a car of a scenario onto a bus: `bench("healthy", hours=1.0, all=Misbehaviour.LATE)`."""
    stopped = threading.Event()
    threads = []
    buses = []

    def put(name: str, hours: float = 0.2, *, wide_ids: bool = False, **misbehaviour: Misbehaviour) -> Bench:
        life = life_of(name)
        life.advance(hours * 3_600.0)
        wrong = {ecu.replace("_", "-"): kind for ecu, kind in misbehaviour.items()}
        ecus = network(life.vehicle, wrong, wide_ids=wide_ids)
        made = Bench(f"bench-{uuid.uuid4().hex}", life.vehicle)
        bus = PythonCanBus(can.Bus(interface="virtual", channel=made.channel))

        def run() -> None:
            while not stopped.is_set():
                now_s = time.monotonic()
                frames, answers = ecus.due(now_s, awake=life.vehicle.awake)
                for frame in frames:
                    bus.send(frame)
                made.answers += answers
                due_s = ecus.next_due_s()
                for frame in bus.receive(0.02 if due_s is None else min(0.02, due_s - time.monotonic())):
                    ecus.receive(frame, time.monotonic())

        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)
        buses.append(bus)
        return made

    yield put
    stopped.set()
    for thread in threads:
        thread.join()
    for bus in buses:
        bus.close()
