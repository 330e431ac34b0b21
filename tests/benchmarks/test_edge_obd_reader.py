"""Our side of the race: what the agent's own conversation asks, and what its guard makes of it."""

import math

import can
import pytest

from benchmarks.edge_car import SimulatedBus, SteppedClock
from benchmarks.edge_obd_reader import PIDS, EmulatedBus, Talk, interpreter, number
from contract.validity import Validity
from edge.config import Bus
from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.guard import REQUESTS_PER_S

REAL_TIME = 0.0
UNHELD = 0.1


def talk(step_s: float) -> tuple[Talk, SteppedClock]:
    """Return a conversation that has found the ECUs of the simulated petrol car, and its clock."""
    clock = SteppedClock()
    begun = Talk(SimulatedBus(clock, "service_due", 1), step_s, clock.now_s)
    begun.begin()
    return begun, clock


def test_the_six_pids_and_no_others_are_asked() -> None:
    assert {command.key for command in interpreter(PIDS).pid_commands} == set(PIDS)


def test_at_its_own_pace_the_guard_holds_it_to_ten_requests_a_second() -> None:
    begun, _ = talk(REAL_TIME)

    found = begun.read(200)

    assert found["requests"] / found["wall_s"] <= 1.1 * REQUESTS_PER_S  # its first ten may go at once
    assert found["samples"] >= 200
    assert found["values"].keys() == {"0C", "0D", "05", "0F"}  # that car has no others of the six


def test_with_the_guards_clock_stepped_it_never_waits_for_it() -> None:
    begun, _ = talk(UNHELD)

    found = begun.read(200)

    assert found["requests"] / found["wall_s"] > 1.2 * REQUESTS_PER_S


def test_a_doubted_number_is_still_the_one_that_was_read() -> None:
    taken = Reading("Vehicle.Speed", "7E8", 55.0, Validity.VALUE, b"")
    doubted = Reading("Vehicle.Speed", "7E8", math.nan, Validity.INVALID, b"114")

    assert (number(taken), number(doubted)) == (55.0, 114.0)


@pytest.mark.parametrize(
    ("data", "sent_as"), [("3000005555555555", 0x7E8), ("0201005555555555", 0x7E0), ("03221A3055555555", 0x7E0)]
)
def test_only_a_flow_control_takes_the_id_that_the_emulator_waits_for(data: str, sent_as: int) -> None:
    with can.Bus(interface="virtual", channel="emulated") as ecu:
        bus = EmulatedBus(Bus(interface="virtual", channel="emulated"))
        try:
            bus.send(CanFrame(0x7E0, False, bytes.fromhex(data)))
            message = ecu.recv(1.0)
        finally:
            bus.close()

    assert message is not None
    assert (message.arbitration_id, message.data.hex().upper()) == (sent_as, data)
