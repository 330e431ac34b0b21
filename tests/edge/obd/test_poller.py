"""Whole conversations with a car by script, over the real guard; time is stepped by hand."""

import pytest

from contract.messages import DtcSet
from contract.validity import Validity
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading
from edge.obd.facts import Identity
from edge.obd.frames import CanFrame
from tests.edge.obd.car import TYRES, VIN, Car, Ecu, engine, poller, values


def test_a_car_is_discovered_and_then_everything_it_supports_is_asked() -> None:
    car = Car(poller(), engine())

    told = car.run(5.0)

    assert car.poller.ecus == ("7E8",)
    assert car.requests()[:4] == ["7DF 0100", "18DB33F1 0100", "7E0 0120", "7E0 0140"]
    assert values(told, "Vehicle.Speed")[0] == 50.0
    assert values(told, "Vehicle.OBD.ControlModuleVoltage")[0] == 25.7
    assert [fact.vin.whole for fact in told if isinstance(fact, Identity)] == [VIN]
    (codes,) = (fact for fact in told if isinstance(fact, CodeRound))
    assert codes.sets == (
        DtcSet(ecu="7E8", status="confirmed", codes=("P0143",)),
        DtcSet(ecu="7E8", status="pending", codes=()),
        DtcSet(ecu="7E8", status="permanent", codes=()),
    )
    assert codes.mil_on is None


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

    assert next(fact.mil_on for fact in told if isinstance(fact, CodeRound)) is True


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


def test_a_reading_without_a_value_is_told_with_its_bytes() -> None:
    tyres = Ecu("7A8", {"22C00B": "62C00BFFFFFF80" + "0000000002" * 4})
    told = Car(poller("e-gmp"), tyres).run(10.0)

    readings = [fact for fact in told if isinstance(fact, Reading)]
    assert {reading.validity for reading in readings} == {Validity.NOT_MEASURED}
    assert {reading.raw.hex() for reading in readings} == {"0000000002", "00000002"}
