"""Conversations that go wrong: refusals, pendings, late and broken answers, ECUs that are silent or absent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.obd.codes import CodeRound
from edge.obd.facts import Identity
from edge.obd.frames import CanFrame
from tests.edge.obd.car import STEP_S, TYRES, VIN, Car, Ecu, engine, poller, values


def test_an_answer_that_is_announced_as_pending_is_waited_for() -> None:
    ecu = engine(**{"0902": "7F0978,~~~490201" + VIN.encode().hex()})
    told = Car(poller(), ecu).run(10.0)

    assert [fact.vin.whole for fact in told if isinstance(fact, Identity)] == [VIN]


def test_pending_for_ever_ends_after_ten_seconds() -> None:
    stuck = Ecu("7A8", {"22C00B": ",".join("~" * n + "7F2278" for n in range(60))})
    car = Car(poller("e-gmp"), stuck)
    while not stuck.heard.count("22C00B"):
        car.run(STEP_S)
    asked_s, timeouts = car.now_s, car.poller.counts["timeouts"]
    while car.poller.counts["timeouts"] == timeouts:
        car.run(STEP_S)

    assert car.now_s - asked_s == pytest.approx(10.0, abs=0.1)
    assert car.poller.counts["pending"] == 10


@pytest.mark.parametrize("code", ["11", "12", "31", "33", "34"])
def test_what_is_refused_is_not_asked_again_before_the_next_ignition_cycle(code: str) -> None:
    ecu = Ecu("7A8", {"22C00B": f"7F22{code}"})
    car = Car(poller("e-gmp"), ecu)
    car.run(150.0)
    assert ecu.heard.count("22C00B") == 1

    car.poller.restart()
    car.run(30.0)
    assert ecu.heard.count("22C00B") == 2


def test_a_refused_pid_does_not_take_its_neighbours_along() -> None:
    ecu = engine(**{"0105": "7F0131"})
    ecu.singly = True
    told = Car(poller(), ecu).run(60.0)

    assert ecu.heard.count("0105") == 1
    assert len(values(told, "Vehicle.Speed")) > 10


def test_a_busy_ecu_is_asked_again_soon_but_not_for_ever() -> None:
    busy = Ecu("7A8", {"22C00B": "7F2221"})
    car = Car(poller("e-gmp"), busy)
    car.run(20.0)

    assert busy.heard.count("22C00B") == 4
    busy.replies["22C00B"] = TYRES
    assert values(car.run(120.0), "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure")


def test_any_other_refusal_is_a_miss() -> None:
    ecu = Ecu("7A8", {"22C00B": "7F2222"})
    car = Car(poller("e-gmp"), ecu)
    car.run(200.0)

    assert 3 <= ecu.heard.count("22C00B") <= 4
    assert car.poller.counts["not_now"] == ecu.heard.count("22C00B")


def test_a_late_answer_is_never_taken_for_the_answer_to_another_request() -> None:
    """The speed always comes a second late: by then something else is being asked."""
    ecu = engine(**{"010D": "~410D99"})
    ecu.singly = True
    car = Car(poller(), ecu)
    told = car.run(60.0)

    assert values(told, "Vehicle.Speed") == []
    assert set(values(told, "Vehicle.OBD.ControlModuleVoltage")) == {25.7}
    assert car.poller.counts["strangers"] >= 3


def test_a_late_refusal_does_not_disable_another_request() -> None:
    battery = Ecu("7EC", {"220105": "~~~~7F2231", "220101": "620101" + "00" * 4 + "64" + "00" * 55})
    car = Car(poller("e-gmp"), battery)
    told = car.run(120.0)

    assert len(values(told, "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current")) > 5
    assert battery.heard.count("220105") > 1


def test_a_pid_that_is_never_answered_is_asked_ten_times_less_and_the_others_keep_their_pace() -> None:
    whole, holed = engine(), engine(**{"010D": ""})
    for ecu in (whole, holed):
        ecu.singly = True
    del holed.replies["010D"]
    told = [Car(poller(), ecu).run(150.0) for ecu in (whole, holed)]

    assert holed.heard.count("010D") < whole.heard.count("010D") / 5
    for signal in ("Vehicle.OBD.ControlModuleVoltage", "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature"):
        assert len(values(told[1], signal)) >= 0.9 * len(values(told[0], signal))


def test_a_car_without_any_ecu_is_looked_for_again() -> None:
    ecu = engine()
    ecu.deaf = True
    car = Car(poller(), ecu)
    car.run(30.0)
    assert car.poller.ecus == ()
    assert car.requests() == ["7DF 0100", "18DB33F1 0100", "7DF 22F400", "18DB33F1 22F400"]

    car.run(90.0)
    assert len(car.sent) == 8  # once more after a minute, then ever more rarely

    ecu.deaf = False
    assert values(car.run(240.0), "Vehicle.Speed")


def test_a_restart_discovers_again() -> None:
    car = Car(poller(), engine())
    car.run(3.0)
    before = len(car.sent)
    car.poller.restart()
    assert car.poller.discovering
    car.run(3.0)

    assert car.requests()[before:][:2] == ["7DF 0100", "18DB33F1 0100"]


def test_broken_and_foreign_answers_are_counted_and_cost_only_their_own_signal() -> None:
    ecu = engine(**{"010D": "410D"})
    ecu.singly = True
    car = Car(poller(), ecu)
    told = car.run(20.0)
    car.hear(CanFrame(0x7E8, False, bytes.fromhex("2100000000000000")))
    car.hear(CanFrame(0x7E8, False, bytes.fromhex("03410D3200000000")))

    assert values(told, "Vehicle.Speed") == []
    assert values(told, "Vehicle.OBD.ControlModuleVoltage")
    assert car.poller.counts["broken_answers"] > 1
    assert car.poller.counts["malformed_transfers"] == 1
    assert car.poller.isotp_errors["consecutive frame without a first"] == 1
    assert car.poller.counts["strangers"] >= 1


def test_a_poll_that_the_guard_holds_back_is_offered_again_and_nothing_is_lost() -> None:
    car = Car(poller(), engine())
    car.guard.sleep()
    car.run(5.0)
    assert car.sent == []
    assert car.poller.counts["requests"] == 0

    car.guard.wake()
    assert values(car.run(3.0), "Vehicle.Speed")


def test_sent_without_an_offer_changes_nothing() -> None:
    machine = poller()
    machine.sent(0.0)

    assert machine.step(0.0, 0.0).request is not None


@given(
    frames=st.lists(
        st.tuples(
            st.sampled_from([0x7E8, 0x7EC, 0x7A8, 0x123]),
            st.binary(max_size=8)
            | st.sampled_from([bytes.fromhex("0641000808000100"), bytes.fromhex("037F012100000000")]),
        ),
        max_size=40,
    )
)
@settings(max_examples=40, deadline=None)
def test_no_frames_whatever_stop_the_conversation(frames: list[tuple[int, bytes]]) -> None:
    car = Car(poller("sae-j1979", "e-gmp"), engine())
    for can_id, data in frames:
        car.hear(CanFrame(can_id, False, data))
        car.run(0.05)

    assert values(car.run(30.0), "Vehicle.Speed")


def test_a_vin_that_nobody_tells_is_asked_for_again_and_once_told_no_more() -> None:
    ecu = engine()
    told_later = ecu.replies.pop("0902")
    car = Car(poller(), ecu)
    assert not [fact for fact in car.run(70.0) if isinstance(fact, Identity)]
    assert ecu.heard.count("0902") == 2

    ecu.replies["0902"] = told_later
    assert len([fact for fact in car.run(200.0) if isinstance(fact, Identity)]) == 1
    assert ecu.heard.count("0902") == 3


def test_one_of_many_that_refuses_or_is_busy_keeps_the_others_from_nothing() -> None:
    for code in ("11", "21"):
        other = Ecu("7EC", {"0100": "410000000000", "03": f"7F03{code}", "07": "4700", "0A": "4A00"})
        rounds = [fact for fact in Car(poller(), engine(), other).run(70.0) if isinstance(fact, CodeRound)]

        assert len(rounds) == 2
        assert {codes.ecu for codes in rounds[0].sets if codes.status == "confirmed"} == {"7E8"}
