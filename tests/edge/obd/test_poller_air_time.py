"""Air time: at most ten requests a second, one at a time; what is mute or refuses costs the others next to nothing."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.obd.decode import Reading
from edge.obd.poller import MAX_BUSY
from tests.edge.obd.car import STEP_S, Car, Ecu, engine, poller, values

SPEED = "Vehicle.Speed"
VOLTAGE = "Vehicle.OBD.ControlModuleVoltage"
COOLANT = "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature"
BATTERY = "62010100000000" + "64" + "00" * 55


def gearbox() -> Ecu:
    """A second ECU with four PIDs of its own."""
    return Ecu("7E9", {"0100": "410008180001", "0120": "412000000001", "0140": "414040000000", "0105": "410550",
                       "010C": "410C0FA0", "010D": "410D33", "0142": "41422EE0"})  # fmt: skip


@pytest.mark.parametrize("falls_mute_s", [20.0, 60.0])
def test_an_ecu_that_falls_mute_is_asked_ten_times_less_and_leaves_the_others_their_pace(falls_mute_s: float) -> None:
    paces, asked = [], []
    for is_mute in (False, True):
        first, second = engine(), gearbox()
        first.singly = second.singly = True
        car = Car(poller(), first, second)
        car.run(falls_mute_s)
        second.deaf = is_mute
        readings = [fact for fact in car.run(100.0) if isinstance(fact, Reading) and fact.ecu == "7E8"]
        paces.append([sum(reading.signal == signal for reading in readings) for signal in (SPEED, VOLTAGE, COOLANT)])
        before = len(second.heard)
        car.run(150.0)
        asked.append(sum(request.startswith("01") for request in second.heard[before:]))  # codes are asked of everybody

    assert all(left >= 0.9 * right for right, left in zip(*paces, strict=True))
    assert asked[1] <= asked[0] / 8


def test_the_next_request_waits_for_the_answer_to_the_last() -> None:
    slow = engine(**{"0105": "~410546", "010D": "410D32"})
    slow.singly = True
    car = Car(poller(), slow)
    car.run(60.0)

    times = [at_s for at_s, frame in car.sent if frame.data[:3] == b"\x02\x01\x05"]
    after = [min(at_s for at_s, _ in car.sent if at_s > sent_s) - sent_s for sent_s in times[:-1]]
    assert min(after) >= 0.5 - STEP_S  # its answer was waited for as long as an answer is


@given(
    faults=st.lists(
        st.tuples(
            st.sampled_from(["0105", "010C", "010D", "0142", "0902", "03", "07"]),
            st.sampled_from(["", "7F0121", "7F0112", "~410546", "7F0178", "41", "FF"]),
        ),
        max_size=6,
    ),
    scale=st.sampled_from([1.0, 60.0, 240.0]),
)
@settings(max_examples=10)
def test_whatever_ecus_do_no_second_holds_more_than_ten_requests(faults: list[tuple[str, str]], scale: float) -> None:
    first, second = engine(), gearbox()
    first.singly = second.singly = True
    for request, answer in faults:
        first.replies[request] = second.replies[request] = answer
    car = Car(poller(), first, second, scale=scale)
    car.run(20.0)

    times = [at_s for at_s, _ in car.sent]
    assert len(times) > 2
    assert all(later - sooner >= 1.0 - 1e-9 for sooner, later in zip(times, times[10:], strict=False))


def test_a_busy_ecu_costs_its_bounded_repeats_and_no_more() -> None:
    busy = Ecu("7EC", {"220101": "7F2221"})
    car = Car(poller("e-gmp"), busy)
    while busy.heard.count("220101") < 1 + MAX_BUSY:
        car.run(STEP_S)
        assert car.now_s < 30.0
    times = [at_s for at_s, frame in car.sent if frame.data[1:4] == bytes.fromhex("220101")]

    assert all(later - sooner >= 0.2 for sooner, later in pairwise(times))
    before = len(busy.heard)
    car.run(5.0)
    assert busy.heard[before:].count("220101") <= 1  # the next of its own period, and not one every 0.2 s


def test_a_pending_ecu_is_given_up_after_ten_seconds_and_then_becomes_rare() -> None:
    stuck = Ecu("7EC", {"220101": ",".join("~" * n + "7F2278" for n in range(40)), "220105": "62010500"})
    car = Car(poller("e-gmp"), stuck)
    car.run(400.0)
    times = [at_s for at_s, frame in car.sent if frame.data[1:4] == bytes.fromhex("220101")]
    gaps = [later - sooner for sooner, later in pairwise(times)]

    assert min(gaps) >= 10.0 - STEP_S
    assert gaps[-1] > 3.0 * gaps[0]


def test_what_is_answered_late_is_never_told_under_another_did() -> None:
    late = Ecu("7EC", {"220101": "~" + BATTERY, "220105": "62010500"})
    told = Car(poller("e-gmp"), late).run(120.0)

    assert values(told, "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed") == []
