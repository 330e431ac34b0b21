"""Cars that are only listened to, and readings that contradict each other, in the agent's own conversation."""

from contract.signals import COOLANT_TEMPERATURE, ENGINE_SPEED, IS_AWAKE, SPEED
from contract.validity import Validity
from edge.obd.frames import CanFrame
from edge.session import State
from tests.edge.car import Car

EEC1 = CanFrame(0x0CF00400, True, bytes.fromhex("F0FF7D0019FFFFFF"))  # 0x1900 / 8 = 800 rpm
CCVS1 = CanFrame(0x18FEF147, True, bytes.fromhex("FF0032FFFFFFFFFF"))  # 0x3200 / 256 = 50 km/h
ET1 = CanFrame(0x18FEEE00, True, bytes.fromhex("7EFFFFFFFFFFFFFF"))  # 126 - 40 = 86 degrees
DM1 = CanFrame(0x18FECA00, True, bytes.fromhex("44FF64000105FFFF"))  # MIL on; SPN 100, FMI 1, five times
STOP = CanFrame(0x18FECA0B, True, bytes.fromhex("10FF550203FFFFFF"))  # red stop lamp on


def drive(car: Car, seconds: int, *frames: CanFrame) -> Car:
    """Let a truck send `frames` ten times a second."""
    for _ in range(10 * seconds):
        car.bus.incoming.extend(frames)
        car.live(0.1)
    return car


def test_a_truck_is_read_without_a_single_frame_of_ours() -> None:
    car = drive(Car(sets=(), passive="j1939"), 90, EEC1, CCVS1, ET1)

    assert car.bus.sent == []
    assert {sample.value for sample in car.samples(ENGINE_SPEED.path)} == {800.0}
    assert {sample.value for sample in car.samples(SPEED.path)} == {50.0}
    assert {sample.value for sample in car.samples(COOLANT_TEMPERATURE.path)} == {86.0}


def test_of_ten_frames_a_second_one_sample_a_period_is_kept() -> None:
    car = drive(Car(sets=(), passive="j1939"), 90, CCVS1, ET1)

    sealed_s = 60
    assert len(car.samples(SPEED.path)) in range(sealed_s - 2, sealed_s + 2)
    assert len(car.samples(COOLANT_TEMPERATURE.path)) in range(sealed_s // 10 - 1, sealed_s // 10 + 2)


def test_a_truck_that_is_heard_is_awake_and_one_that_falls_silent_is_not() -> None:
    car = drive(Car(sets=(), passive="j1939"), 30, EEC1, CCVS1)
    states = [car.conversation.state]

    car.supply.now_v = 12.5
    car.live(300)

    assert [*states, car.conversation.state] == [State.AWAKE, State.ASLEEP]
    assert [sample.value for sample in car.samples(IS_AWAKE.path)] == [0.0, 1.0, 0.0]
    assert car.bus.sent == []


def test_overheard_codes_are_reported_with_their_counts_and_lamps() -> None:
    car = drive(Car(sets=(), passive="j1939"), 10, EEC1, DM1)

    (report,) = car.reports()
    assert [(one.ecu, one.status, one.codes) for one in report.sets] == [("00", "confirmed", ("SPN100-1",))]
    assert [(fault.code, fault.occurrences) for fault in report.faults] == [("SPN100-1", 5)]
    assert report.mil_on is True
    assert report.lamps["amber_warning"] == "on"


def test_a_red_stop_lamp_does_not_wait_for_a_batch() -> None:
    car = drive(Car(sets=(), passive="j1939"), 2, EEC1, STOP)

    assert [(event.event, event.facts) for event in car.events()] == [("red_lamp", {"lamp": "red_stop"})]


def test_a_reading_that_contradicts_the_others_is_marked_and_counted() -> None:
    car = Car().live(60)
    car.ecu.values[0x0D] = "FA"  # from 50 to 250 km/h at once
    car.live(2)
    car.ecu.values[0x0D] = "32"
    car.live(120)

    doubted = [sample for sample in car.samples(SPEED.path) if sample.validity is Validity.INVALID]
    assert doubted
    assert {sample.raw for sample in doubted} == {b"250"}
    assert {sample.value for sample in car.samples(SPEED.path) if sample.validity is Validity.VALUE} == {50.0}
    assert car.conversation.polls["suspicious_speed_jump"] == len(doubted)
