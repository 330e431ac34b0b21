"""The real agent and a simulated car on one python-can bus, and what the cloud makes of what is reported.

Time is stepped: the bus is python-can's virtual one, and nobody waits.
"""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import can
import pytest

from cloud.faults import lifecycle
from contract import codec
from contract.messages import DtcReport, FreezeFrame, UrgentEvent
from edge.adapters import signal_sets
from edge.adapters.can_bus import PythonCanBus
from edge.adapters.spool_memory import MemorySpool
from edge.agent import Agent
from edge.config import Bus
from edge.conversation import Conversation
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard
from edge.obd.poller import Poller
from edge.outbox import Outbox
from edge.ports import CanBus, Supply
from edge.sealer import Sealer
from edge.session import Session
from edge.supply_watch import SupplyWatch
from edge.whereabouts import Whereabouts
from firmware_sim.adapters.can_bus import PythonCanBus as SimBus
from firmware_sim.app import network
from firmware_sim.codes import Codes
from firmware_sim.protocol.j1979 import FreezeFrame as Frozen
from firmware_sim.scenarios import HOME, SCENARIOS
from firmware_sim.vehicle import Vehicle
from tests.edge.fakes import FakeClock, FakePowerSwitch, FakeUplink

FACTOR: Final = 30.0
STEP_S: Final = 0.005
CODE: Final = ("P0335",)
FROZEN: Final = Frozen("P0335", {0x04: b"\x80", 0x05: b"\x7b", 0x0C: b"\x1a\xf8", 0x0D: b"\x3d", 0x06: b"\x82"})


class Wire(Supply):
    """Pin 16 of the simulated car's socket; the dongle has a source of its own to live on."""

    def __init__(self, vehicle: Vehicle) -> None:
        self._vehicle = vehicle

    def voltage_v(self) -> float | None:
        return self._vehicle.supply_v

    @property
    def is_fast(self) -> bool:
        return False

    def recent(self) -> list[tuple[float, float]]:
        return []


class SharedBus(CanBus):
    """The agent's end of a virtual bus; while it listens the car lives on."""

    def __init__(self, vehicle: Vehicle, clock: FakeClock, ends: ExitStack, *, wide_ids: bool) -> None:
        channel = f"e2e-{uuid.uuid4().hex}"
        self._vehicle = vehicle
        self._clock = clock
        self._network = network(vehicle, {}, wide_ids=wide_ids)
        self._car = SimBus(can.Bus(interface="virtual", channel=channel))
        self._agent = PythonCanBus(Bus(interface="virtual", channel=channel), now_s=clock.now_s)
        ends.callback(self._car.close)
        ends.callback(self._agent.close)

    def receive(self, timeout_s: float) -> CanFrame | None:
        until_s = self._clock.now_s() + timeout_s
        while True:
            self._let_the_car_live()
            frame = self._agent.receive(0.0)
            if frame is not None or self._clock.now_s() >= until_s:
                return frame
            self._clock.pass_real_s(STEP_S)

    def send(self, frame: CanFrame) -> None:
        self._agent.send(frame)

    def close(self) -> None:
        """The test closes both ends."""

    def _let_the_car_live(self) -> None:
        now_s = self._clock.now_s()
        for frame in self._car.receive(0.0):
            self._network.receive(frame, now_s)
        for sent in self._network.due(now_s, awake=self._vehicle.awake)[0]:
            self._car.send(sent)


class World:
    """A car of a scenario, its agent, and the codes as the cloud follows them."""

    def __init__(self, scenario: str, ends: ExitStack, *, wide_ids: bool = False) -> None:
        self.vehicle = SCENARIOS[scenario].vehicle("car-1", 1, HOME, SCENARIOS[scenario].odometer_km)
        self.clock = FakeClock(factor=FACTOR)
        bus = SharedBus(self.vehicle, self.clock, ends, wide_ids=wide_ids)
        self._uplink = FakeUplink(self.clock)
        interpreter = signal_sets.interpreter(("sae-j1979",))
        self.poller = Poller(interpreter)
        session, wire = Session(has_supply=True), Wire(self.vehicle)
        clocks = self.clock.now_s, self.clock.mono_s
        conversation = Conversation(bus, Guard(bus, polling=True), self.poller, session, interpreter.links, *clocks)
        watch = SupplyWatch(wire, session, self.clock.now_s, FakePowerSwitch(was_used=False), off_below_v=0.0)
        sealer = Sealer("car-1", self.clock)
        outbox = Outbox(MemorySpool(1 << 24), self._uplink, sealer, self.clock.now_s)
        self._agent = Agent(
            conversation, watch, Whereabouts(lambda: None), outbox, sealer, self.clock, self.clock.now_s
        )
        self._uplink.start()

    def live(self, minutes: float) -> "World":
        until_s = self.clock.mono_s() + 60.0 * minutes
        while self.clock.mono_s() < until_s:
            self._agent.turn()
        return self

    def said(self) -> list[DtcReport | UrgentEvent]:
        decoded = (codec.decode(payload) for _, payload in self._uplink.published)
        return [message for message in decoded if isinstance(message, DtcReport | UrgentEvent)]

    def frames(self) -> list[FreezeFrame]:
        return [frame for said in self.said() if isinstance(said, DtcReport) for frame in said.freeze_frames]

    def reports(self) -> list[DtcReport]:
        return [said for said in self.said() if isinstance(said, DtcReport) and said.sets]

    def clearings(self) -> list[object]:
        events = (said for said in self.said() if isinstance(said, UrgentEvent) and said.event == "codes_cleared")
        return [event.facts["why"] for event in events]

    def lives(self) -> list[tuple[str | None, str]]:
        """Return the states that the code went through, as the cloud follows them."""
        known: dict[lifecycle.Key, lifecycle.FaultCode] = {}
        lived: list[tuple[str | None, str]] = []
        for said in self.said():
            before = known
            if isinstance(said, DtcReport):
                known = lifecycle.advance(known, said, said.wall_ms)
            elif said.event == "codes_cleared":
                known = lifecycle.clear(known, "unknown", said.wall_ms)
            lived += [(one.before, one.after) for one in lifecycle.changes(before, known) if one.code.startswith(CODE)]
        return lived


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_code_is_pending_confirmed_permanent_and_cleared_and_leaves_its_freeze_frame(ends: ExitStack) -> None:
    world = World("caller", ends)
    vehicle = world.vehicle

    for codes in (
        Codes(),
        Codes(pending=CODE),
        Codes(pending=CODE, confirmed=CODE, freeze=FROZEN),
        Codes(pending=CODE, confirmed=CODE, permanent=CODE, freeze=FROZEN),
    ):
        vehicle.codes = codes
        world.live(6.0)
    vehicle.codes = vehicle.codes.wiped()
    world.live(6.0)
    vehicle.codes = Codes(since_clear_km=80.0)
    world.live(6.0)

    assert world.lives() == [
        (None, "pending"),
        ("pending", "confirmed"),
        ("confirmed", "permanent"),
        ("permanent", "cleared"),
    ]
    (frame,) = world.frames()
    assert (frame.ecu, frame.code, frame.values["Vehicle.Speed"]) == ("7E8", "P0335", 61.0)
    assert frame.values["Vehicle.Powertrain.CombustionEngine.Speed"] == 1726.0
    assert frame.values["Vehicle.OBD.ShortTermFuelTrim1"] == pytest.approx(1.5625)
    assert world.clearings() == ["codes_cleared"]


def test_empty_sets_are_reported_with_what_the_control_units_say_of_themselves(ends: ExitStack) -> None:
    first, *_, last = World("caller", ends).live(8.0).reports()

    assert all(not one.codes for one in first.sets)
    assert {(one.ecu, one.status) for one in first.sets} == {
        (ecu, status) for ecu in ("7E8", "7E9", "7EA") for status in ("confirmed", "pending", "permanent")
    }
    (engine,) = (about for about in last.ecus if about.ecu == "7E8")
    assert (engine.protocol, engine.name) == ("j1979", "ECM-EngineControl")
    assert (engine.calibrations, engine.cvns) == (("SIM-ECM-000123",), ("1791BC82",))
    (ready,) = (one for one in last.readiness if one.ecu == "7E8" and one.scope == "since_clear")
    assert "catalyst" in ready.complete
    assert ready.incomplete == ()


def test_a_12_v_supply_that_was_away_is_told_from_a_tester_s_clearing(ends: ExitStack) -> None:
    world = World("caller", ends)
    world.vehicle.codes = Codes(pending=CODE, confirmed=CODE, permanent=CODE, freeze=FROZEN)
    world.live(6.0)

    world.vehicle.disconnect()
    world.live(4.0)
    world.vehicle.connect()
    world.live(20.0)

    assert world.clearings() == ["supply_lost"]
    assert world.lives()[-1][1] == "permanent"


def test_a_car_that_answers_no_classic_service_is_read_by_uds(ends: ExitStack) -> None:
    world = World("stranding_dtc_uds", ends)
    world.live(4.0)
    world.vehicle.codes = Codes(pending=CODE)
    world.live(5.0)
    world.vehicle.codes = Codes(pending=CODE, confirmed=CODE, freeze=FROZEN)
    world.live(8.0)
    world.vehicle.codes = Codes(since_clear_km=0.0)
    world.live(6.0)

    assert world.poller.protocol == "j1979-2"
    assert world.lives() == [(None, "pending"), ("pending", "confirmed"), ("confirmed", "cleared")]
    confirmed = next(said for said in world.reports() if said.mil_on)
    assert [one.codes for one in confirmed.sets if one.ecu == "7E8" and one.status == "confirmed"] == [("P0335-01",)]
    (fault,) = confirmed.faults
    assert (fault.code, fault.status) == ("P0335-01", 0x8D)
    assert any(one.extended == {0x01: b"\x02"} for said in world.reports() for one in said.faults)
    (frame,) = world.frames()
    assert (frame.code, frame.number, frame.values["Vehicle.Speed"]) == ("P0335-01", 1, 61.0)
    assert world.clearings() == ["codes_cleared"]
    (engine,) = (about for about in world.reports()[-1].ecus if about.ecu == "7E8")
    assert (engine.protocol, engine.calibrations) == ("j1979-2", ("SIM-ECM-000123",))


@pytest.mark.parametrize("scenario", ["caller", "stranding_dtc_uds"])
def test_a_car_with_29_bit_identifiers_is_read_alike(ends: ExitStack, scenario: str) -> None:
    world = World(scenario, ends, wide_ids=True)
    world.vehicle.codes = Codes(pending=CODE, confirmed=CODE, freeze=FROZEN)
    world.live(10.0)

    assert world.lives()[-1][1] == "confirmed"
    (frame,) = world.frames()
    assert (frame.ecu, frame.values["Vehicle.Speed"]) == ("18DAF110", 61.0)
    assert {about.name for about in world.reports()[-1].ecus} >= {"ECM-EngineControl", "TCM-TransmisCtrl"}
