"""The agent's story where power is the point: ignition off, a low battery, a start; and what it was told not to ask."""

from contract.messages import Config
from contract.signals import CRANKING_CAPTURED, CRANKING_VOLTAGE, NIGHT_OBSERVED, SPEED, SUPPLY_VOLTAGE
from edge.obd.frames import CanFrame
from edge.session import State
from tests.edge.car import Car


def test_ecus_that_stay_up_for_two_minutes_after_the_ignition_hear_nothing_more() -> None:
    car = Car().live(120)
    off_s = car.clock.now_s()
    car.supply.now_v = 12.8
    car.ecu.values |= {0x0C: "0000", 0x0D: "00"}
    for _ in range(1_200):
        car.bus.incoming.append(CanFrame(0x123, False, bytes(8)))
        car.live(0.1)
    car.ecu.is_on = False
    car.live(1_800)

    assert max(at_s for at_s, _ in car.bus.sent) < off_s + 5.0
    assert car.conversation.session.reason == "supply fell and nothing runs"


def test_an_engine_that_goes_on_without_its_alternator_is_asked_on() -> None:
    car = Car().live(120)
    car.supply.now_v = 12.6

    car.live(60)

    assert car.conversation.state is State.AWAKE


def test_a_battery_that_stays_low_is_flushed_to_the_cloud_before_the_device_goes() -> None:
    car = Car(off_below_v=11.8).live(130)
    car.ecu.is_on = False
    car.supply.now_v = 11.5

    car.agent.run(lambda: car.clock.mono_s() > 3_000)

    assert car.watch.must_stop
    assert car.clock.mono_s() < 1_500
    assert car.spool.depth()[0] == 0
    assert car.samples(SUPPLY_VOLTAGE.path)[-1].value == 11.5


def test_a_device_that_boots_on_a_low_battery_stays_and_asks_for_nothing() -> None:
    car = Car(off_below_v=11.8, was_used=True)
    car.supply.now_v = 11.5

    car.live(3_600)

    assert not car.watch.must_stop
    assert car.bus.sent == []


def test_a_start_and_an_unwatched_night_are_on_the_record() -> None:
    car = Car()
    car.supply.now_v = 12.5
    car.live(30)
    car.supply.now_v = 9.4
    car.live(1.1)
    car.supply.now_v = 14.2
    car.live(130)

    assert [sample.value for sample in car.samples(CRANKING_VOLTAGE.path)] == [9.4]
    assert [sample.value for sample in car.samples(CRANKING_CAPTURED.path)] == [0.0]
    assert [sample.value for sample in car.samples(NIGHT_OBSERVED.path)] == [0.0]


def asked(car: Car, since: int = 0) -> set[str]:
    """Return what was asked from the `since`-th frame on: service by service."""
    return {frame.data[1:2].hex() for _, frame in car.bus.sent[since:] if frame.data[0] < 8}


def test_what_the_cloud_stops_is_not_asked_and_holds_nothing_up() -> None:
    car = Car().live(130)
    assert asked(car) == {"01", "03", "07", "0a", "09"}
    car.uplink.to_hear.append(Config(vehicle="car-1", revision=1, stop=("03", "09")))
    car.live(1)
    before, speeds = len(car.bus.sent), len(car.samples(SPEED.path))

    car.live(200)

    assert asked(car, before) == {"01", "07", "0a"}
    assert len(car.samples(SPEED.path)) > speeds + 50


def test_an_older_word_of_the_cloud_stops_nothing() -> None:
    car = Car().live(60)
    car.uplink.to_hear.append(Config(vehicle="car-1", revision=2))
    car.uplink.to_hear.append(Config(vehicle="car-1", revision=1, stop=("01",)))
    car.live(1)
    before = len(car.bus.sent)

    car.live(60)

    assert "01" in asked(car, before)


def test_a_car_that_may_not_be_asked_for_its_pids_is_asked_for_nothing_and_found_later() -> None:
    car = Car()
    car.uplink.to_hear.append(Config(vehicle="car-1", revision=1, stop=("01", "22")))
    car.live(120)
    assert asked(car) == set()

    car.uplink.to_hear.append(Config(vehicle="car-1", revision=2))
    car.live(300)

    assert car.conversation.state is State.AWAKE
