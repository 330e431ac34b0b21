"""Whole conversations with a car by script, over the real guard; time is stepped by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.messages import DtcSet
from contract.validity import Validity
from edge.adapters import signal_sets
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.interpreter import Identity
from edge.obd.poller import Poller
from tests.edge.obd.car import Car, Ecu

VIN = "1HGCM82633A004352"
TYRES = "62C00BFFFFFF80AE48010000AD48010000B049010000AE48010000459AB09AB09BB09AB0"


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


def test_a_car_is_discovered_and_then_everything_it_supports_is_asked() -> None:
    car = Car(poller(), engine())

    told = car.run(5.0)

    assert car.poller.ecus == ("7E8",)
    assert car.requests()[:4] == ["7DF 0100", "18DB33F1 0100", "7E0 0120", "7E0 0140"]
    assert values(told, "Vehicle.Speed")[0] == 50.0
    assert values(told, "Vehicle.OBD.ControlModuleVoltage")[0] == 25.7
    assert [fact.vin.whole for fact in told if isinstance(fact, Identity)] == [VIN]
    assert CodeRound((
        DtcSet(ecu="7E8", status="confirmed", codes=("P0143",)),
        DtcSet(ecu="7E8", status="pending", codes=()),
        DtcSet(ecu="7E8", status="permanent", codes=()),
    ), None) in told  # fmt: skip


def test_pids_of_one_ecu_share_a_request() -> None:
    car = Car(poller(), engine())
    car.run(3.0)

    assert "7E0 01050D42" in car.requests()
    assert car.flow_controls[0].can_id == 0x7E0


def test_an_ecu_that_takes_one_pid_at_a_time_is_asked_one_at_a_time() -> None:
    ecu = engine()
    ecu.singly = True
    told = Car(poller(), ecu).run(4.0)

    assert values(told, "Vehicle.Speed")[0] == 50.0
    assert sum(len(request) > 4 and request.startswith("01") for request in ecu.heard) == 1


def test_a_pid_left_out_of_a_shared_answer_is_asked_by_itself() -> None:
    ecu = engine(**{"01050D42": "410546410D"[:6]})
    car = Car(poller(), ecu)
    told = car.run(4.0)

    assert values(told, "Vehicle.Speed")[0] == 50.0
    assert "010D" in ecu.heard


def test_two_ecus_are_asked_each_and_never_mixed() -> None:
    other = Ecu("7EC", {"0100": "410000080001", "0120": "412000000001", "0140": "414040000000",
                        "010D": "410D33", "0142": "41422EE0"})  # fmt: skip
    told = Car(poller(), engine(), other).run(5.0)

    volts = {fact.ecu: fact.value for fact in told if isinstance(fact, Reading) and "Voltage" in fact.signal}
    speeds = {fact.ecu: fact.value for fact in told if isinstance(fact, Reading) and fact.signal == "Vehicle.Speed"}
    assert volts == {"7E8": 25.7, "7EC": 12.0}
    assert speeds == {"7E8": 50.0, "7EC": 51.0}


def test_codes_of_several_ecus_come_with_their_ecu_and_silence_is_no_empty_set() -> None:
    other = Ecu("7EC", {"0100": "410000000000", "03": "4300"})
    told = Car(poller(), engine(), other).run(6.0)

    (first,) = [fact for fact in told if isinstance(fact, CodeRound)][:1]
    assert {(codes.ecu, codes.status, codes.codes) for codes in first.sets} == {
        *{("7E8", "confirmed", ("P0143",)), ("7E8", "pending", ()), ("7E8", "permanent", ())},
        ("7EC", "confirmed", ()),
    }


def test_the_lamp_is_on_when_any_ecu_says_so() -> None:
    ecu = engine(**{"0100": "410088080001", "0101": "410183076504"})
    told = Car(poller(), ecu).run(6.0)

    assert [fact.mil_on for fact in told if isinstance(fact, CodeRound)][0] is True


def test_a_29_bit_car_is_asked_at_its_physical_ids() -> None:
    ecu = engine()
    ecu.name = "18DAF110"
    car = Car(poller(), ecu)
    told = car.run(6.0)

    assert values(told, "Vehicle.Speed")[0] == 50.0
    assert "18DB33F1 03" in car.requests()
    assert "7DF 03" not in car.requests()
    assert car.flow_controls[0] == CanFrame(0x18DA10F1, True, bytes.fromhex("3000005555555555"))


def test_an_electric_car_gives_its_tyres_and_its_silent_ecus_are_asked_ever_more_rarely() -> None:
    tyres = Ecu("7A8", {"22C00B": TYRES})
    car = Car(poller("e-gmp"), tyres)
    told = car.run(120.0)

    assert values(told, "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure")[0] == pytest.approx(239.94, abs=0.01)
    assert tyres.heard.count("22C00B") >= 2
    for absent in ("7E4 220101", "7E2 22E004"):
        assert car.requests().count(absent) <= 3


def test_cadence_is_the_domains_and_the_rate_is_real() -> None:
    slow, fast = Car(poller(), engine()), Car(poller(), engine(), scale=240.0)
    slow.run(60.0)
    fast.run(60.0)

    asked = [request for request in slow.requests() if request == "7E0 010D"]
    assert 10 <= len(asked) <= 30  # every two seconds, most of them beside others in one request
    assert len(fast.sent) > 2 * len(slow.sent)
    for car in (slow, fast):
        times = [at_s for at_s, _ in car.sent]
        assert all(times[n + 10] - times[n] >= 1.0 - 1e-9 for n in range(len(times) - 10))


def test_under_a_scarce_bus_everything_still_gets_its_turn() -> None:
    ecu = engine()
    ecu.singly = True
    told = Car(poller(), ecu, scale=240.0).run(30.0)

    counts = [len(values(told, signal)) for signal in ("Vehicle.Speed", "Vehicle.OBD.ControlModuleVoltage")]
    assert min(counts) > 0.3 * max(counts)
    assert sum(isinstance(fact, CodeRound) for fact in told) >= 5


def test_an_answer_that_is_announced_as_pending_is_waited_for() -> None:
    ecu = engine(**{"0902": "7F0978,~~~490201" + VIN.encode().hex()})
    told = Car(poller(), ecu).run(10.0)

    assert [fact.vin.whole for fact in told if isinstance(fact, Identity)] == [VIN]


def test_pending_for_ever_ends_after_ten_seconds() -> None:
    pendings = ",".join("~" * n + "7F2278" for n in range(60))
    silent = Ecu("7A8", {"22C00B": pendings})
    car = Car(poller("e-gmp"), silent)
    car.run(0.1)
    while "7A0 22C00B" not in car.requests():
        car.run(0.1)
    started_s = car.now_s
    count = len(car.sent)
    while len(car.sent) == count and car.now_s < started_s + 30:
        car.run(0.1)

    assert 9.5 <= car.now_s - started_s <= 10.6 or car.poller.counts["timeouts"] >= 1
    assert car.poller.counts["pending"] <= 12


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
    assert len(car.sent) == 2

    car.run(90.0)
    assert len(car.sent) == 4  # once more after a minute, then ever more rarely

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


def test_a_reading_without_a_value_is_told_with_its_bytes() -> None:
    tyres = Ecu("7A8", {"22C00B": "62C00BFFFFFF80" + "0000000002" * 4})
    told = Car(poller("e-gmp"), tyres).run(10.0)

    readings = [fact for fact in told if isinstance(fact, Reading)]
    assert {reading.validity for reading in readings} == {Validity.NOT_MEASURED}
    assert {reading.raw.hex() for reading in readings} == {"0000000002", "00000002"}


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
