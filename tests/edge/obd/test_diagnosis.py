"""What is asked about codes, and when: over the scripted car, with the poller and the guard in between."""

import pytest

from contract.messages import DtcSet, FreezeFrame
from edge.adapters import signal_sets
from edge.obd.codes import CodeRound
from edge.obd.diagnosis import AGAIN_S
from edge.obd.facts import Identity
from edge.obd.poller import Poller
from tests.edge.obd.car import VIN, Car, Ecu, engine, poller

FROZEN = {
    "020200": "4202000143",
    "020000": "42000040080001",  # 02, 0D, more
    "022000": "42200000000001",
    "024000": "42400040000000",  # 42
    "020D00": "420D003D",
    "024200": "4242003039",
    "19028D": "5902FF01431A8D",
}
UDS = {
    "22F400": "62F40080180001",  # 01, 0C, 0D, more
    "22F420": "62F42000000001",
    "22F440": "62F44040000000",  # 42
    "22F401": "62F40181076500",
    "22F40C": "62F40C1AF8",
    "22F40D": "62F40D3D",
    "22F442": "62F4426464",
    "22F800": "62F80040400000",  # 02, 0A
    "22F802": "62F802" + VIN.encode().hex(),
    "22F80A": "62F80A" + b"ECM-EngineControl".ljust(20, b"\0").hex(),
    "19028D": "5902FF01431A8D",
    "1903": "590301431A01",
    "190401431A01": "590401431A8D0102F40D3DF442" + "3039",
    "190601431AFF": "590601431A8D0503",
}
EMPTY = {"03": "4300", "07": "4700", "0A": "4A00"}


def rounds(told: list[object]) -> list[CodeRound]:
    return [fact for fact in told if isinstance(fact, CodeRound)]


def frames(told: list[object]) -> list[FreezeFrame]:
    return [fact for fact in told if isinstance(fact, FreezeFrame)]


def run(car: Car, seconds: float) -> list[object]:
    return list(car.run(seconds))


def test_a_code_is_asked_about_in_full_and_leaves_its_freeze_frame() -> None:
    car = Car(poller(), engine(**FROZEN))
    told = run(car, 70.0)

    assert frames(told) == [
        FreezeFrame(ecu="7E8", code="P0143", values={"Vehicle.Speed": 61.0, "Vehicle.OBD.ControlModuleVoltage": 12.345})
    ]
    (fault,) = rounds(told)[-1].faults
    assert (fault.code, fault.status) == ("P0143-1A", 0x8D)
    assert sum(request == "7E0 020200" for request in car.requests()) == 1


def test_a_car_without_codes_is_asked_for_none_in_full() -> None:
    car = Car(poller(), engine(**FROZEN, **EMPTY))
    told = run(car, 130.0)

    assert len(rounds(told)) >= 2
    assert not [request for request in car.requests() if request.startswith(("7E0 02", "7E0 19"))]


def test_unchanged_codes_are_asked_about_again_after_an_hour_and_the_same_frame_is_told_once() -> None:
    car = Car(poller(), engine(**FROZEN), scale=60.0)
    told = run(car, 1.5 * AGAIN_S / 60.0)

    assert len(frames(told)) == 1
    assert sum(request == "7E0 020200" for request in car.requests()) == 2


def test_a_pid_of_the_frame_that_nobody_answers_does_not_hold_the_rest_back() -> None:
    without = {key: reply for key, reply in FROZEN.items() if key != "024200"}
    car = Car(poller(), engine(**without))

    (frame,) = frames(run(car, 90.0))

    assert frame.values == {"Vehicle.Speed": 61.0}
    assert sum(request == "7E0 024200" for request in car.requests()) == 2


def test_a_refusal_of_the_freeze_frame_is_the_end_of_it() -> None:
    ecu = engine(**{"020200": "7F0211", "19028D": "7F1911"})
    told = run(Car(poller(), ecu), 90.0)

    assert not frames(told)
    assert rounds(told)[-1].faults == ()
    assert ecu.heard.count("020200") == 1
    assert ecu.heard.count("19028D") == 1


def test_codes_come_round_at_once_when_the_lamp_or_the_count_changes() -> None:
    ecu = engine(**EMPTY, **{"0100": "410088080001", "0101": "410100000000"})
    car = Car(Poller(signal_sets.interpreter(("sae-j1979",)), codes_period_s=3_600.0), ecu)
    run(car, 130.0)
    assert ecu.heard.count("0101") >= 2
    assert ecu.heard.count("03") == 1

    ecu.replies |= {"0101": "410181000000", "03": "43010143"}
    told = run(car, 62.0)

    assert ecu.heard.count("03") == 2
    assert rounds(told)[-1].mil_on


def test_what_an_ecu_says_of_itself_is_asked_once() -> None:
    ecu = engine(**EMPTY, **{"0900": "490014400000", "090A": "490A01" + b"ECM".ljust(20, b"\0").hex()})
    ecu.replies |= {"0904": "7F0912", "0906": "490601DEADBEEF"}
    car = Car(poller(), ecu)

    (about,) = rounds(run(car, 130.0))[-1].ecus

    assert (about.protocol, about.name, about.calibrations, about.cvns) == ("j1979", "ECM", (), ("DEADBEEF",))
    assert [ecu.heard.count(request) for request in ("0900", "0904", "0906", "090A")] == [1, 1, 1, 1]


def test_a_car_that_answers_no_classic_service_is_asked_by_uds() -> None:
    car = Car(poller(), Ecu("7E8", dict(UDS)))
    told = run(car, 70.0)

    assert car.poller.protocol == "j1979-2"
    assert car.requests()[:5] == ["7DF 0100", "18DB33F1 0100", "7DF 22F400", "18DB33F1 22F400", "7E0 22F420"]
    last = rounds(told)[-1]
    assert last.sets == (
        DtcSet(ecu="7E8", status="confirmed", codes=("P0143-1A",)),
        DtcSet(ecu="7E8", status="pending", codes=("P0143-1A",)),
    )
    assert last.mil_on
    assert [(one.code, one.status, one.extended) for one in last.faults] == [("P0143-1A", 0x8D, {5: b"\x03"})]
    assert [(one.name, one.protocol) for one in last.ecus] == [("ECM-EngineControl", "j1979-2")]
    assert [one.scope for one in last.readiness] == ["since_clear"]
    (frame,) = frames(told)
    assert (frame.number, frame.values["Vehicle.OBD.ControlModuleVoltage"]) == (1, 12.345)
    assert {fact.vin.whole for fact in told if isinstance(fact, Identity)} == {VIN}


def test_an_ecu_that_cannot_list_by_status_is_asked_for_all_its_codes() -> None:
    replies = UDS | {"19028D": "7F1912", "190A": "590AFF01431A8D04200050"}
    told = run(Car(poller(), Ecu("7E8", replies)), 70.0)

    assert rounds(told)[-1].sets[0] == DtcSet(ecu="7E8", status="confirmed", codes=("P0143-1A",))


def test_an_ecu_that_refuses_every_list_is_asked_no_more_and_says_nothing() -> None:
    ecu = Ecu("7E8", UDS | {"19028D": "7F1911", "190A": "7F1911"})
    told = run(Car(poller(), ecu), 130.0)

    assert rounds(told) == []
    assert (ecu.heard.count("19028D"), ecu.heard.count("190A")) == (1, 1)


@pytest.mark.parametrize("broken", ["59", "5902FF01", "5904", "7F19"])
def test_a_broken_answer_to_service_19_is_dropped_and_the_car_read_on(broken: str) -> None:
    car = Car(poller(), Ecu("7E8", UDS | {"19028D": broken}))
    told = run(car, 20.0)

    assert rounds(told) == []
    assert car.poller.counts["answers"] > 10
