"""The agent's story in a car of fakes: what it says, when, and what it never does."""

import msgspec
import pytest

from contract.messages import Receipt
from contract.signals import (
    CONTROL_MODULE_VOLTAGE,
    IS_AWAKE,
    SPEED,
    SUPPLY_VOLTAGE,
)
from contract.validity import Validity
from edge.adapters.spool_memory import MemorySpool
from edge.agent import SUPPLY_ASLEEP_S, SUPPLY_AWAKE_S
from edge.obd.frames import CanFrame
from edge.session import State
from tests.edge.car import Car


def test_a_running_car_is_discovered_polled_and_told_of() -> None:
    car = Car().live(130)

    assert car.conversation.state is State.AWAKE
    assert {sample.value for sample in car.samples(SPEED.path)} == {50.0}
    assert car.samples(CONTROL_MODULE_VOLTAGE.path)[0].value == pytest.approx(14.0)
    assert [sample.value for sample in car.samples(IS_AWAKE.path)] == [0.0, 1.0]


def test_every_sample_has_a_time_since_boot_and_every_batch_both_clocks() -> None:
    car = Car().live(130)

    times = [sample.mono_ms for sample in car.samples(SUPPLY_VOLTAGE.path)]
    assert times == sorted(times)
    for batch in car.batches():
        assert batch.boot_id == "boot-1"
        assert batch.clock_quality == "synchronised"
        assert batch.wall_ms - batch.mono_ms == pytest.approx(1_768_464_000_000 - 1_000_000, abs=1)


def test_a_parked_car_is_watched_without_a_single_frame() -> None:
    car = Car()
    car.supply.now_v = 12.6
    car.live(3_700)

    assert car.bus.sent == []
    assert len(car.samples(SUPPLY_VOLTAGE.path)) == pytest.approx(3_700 / SUPPLY_ASLEEP_S, abs=2)


def test_the_supply_is_sampled_each_minute_while_awake() -> None:
    car = Car().live(1_200)

    assert len(car.samples(SUPPLY_VOLTAGE.path)) == pytest.approx(1_200 / SUPPLY_AWAKE_S, abs=3)


def test_nothing_is_sent_five_seconds_after_the_ignition_went_off() -> None:
    car = Car().live(120)
    off_s = car.clock.now_s()
    car.ecu.is_on = False
    car.supply.now_v = 12.8

    car.live(1_800)

    assert max(at_s for at_s, _ in car.bus.sent) < off_s + 5.0
    assert car.conversation.state is State.ASLEEP
    assert car.samples(IS_AWAKE.path)[-1].value == 0.0


def test_without_signal_sets_the_bus_is_only_listened_to() -> None:
    car = Car(sets=()).live(120)

    assert car.bus.sent == []


def test_an_ecu_that_was_reset_is_found_again() -> None:
    car = Car().live(120)
    car.ecu.is_on = False
    car.live(10)
    before = len(car.samples(SPEED.path))
    car.ecu.is_on = True

    car.live(150)

    assert car.conversation.state is State.AWAKE
    assert len(car.samples(SPEED.path)) > before


def test_a_bus_that_is_lost_is_asked_again_once_it_is_back() -> None:
    car = Car().live(120)
    car.bus.is_lost = True
    car.live(20)
    asleep = car.conversation.state

    car.bus.is_lost = False
    car.live(120)

    assert (asleep, car.conversation.state) == (State.ASLEEP, State.AWAKE)
    assert len(car.samples(SUPPLY_VOLTAGE.path)) > 0


def test_a_supply_that_cannot_be_measured_says_so() -> None:
    car = Car()
    car.supply.now_v = None
    car.live(700)

    assert {sample.validity for sample in car.samples(SUPPLY_VOLTAGE.path)} == {Validity.NOT_MEASURED}


def test_a_supply_out_of_all_reason_is_no_value() -> None:
    car = Car()
    car.supply.now_v = 1.2
    car.live(700)

    assert {sample.validity for sample in car.samples(SUPPLY_VOLTAGE.path)} == {Validity.OUT_OF_RANGE}


def test_a_low_battery_is_told_once_and_at_once() -> None:
    car = Car()
    car.supply.now_v = 12.6
    car.live(100)
    car.supply.now_v = 10.5
    car.live(70)

    (event,) = car.events()
    assert event.event == "low_voltage"
    assert event.facts == {"voltage_v": 10.5, "reference_v": 12.6}


def test_fault_codes_are_told_when_they_change_and_not_again() -> None:
    car = Car().live(200)
    assert [codes.codes for report in car.reports() for codes in report.sets if codes.status == "confirmed"] == [()]

    car.ecu.codes = "010217"
    car.live(130)

    report = car.reports()[-1]
    assert [codes.codes for codes in report.sets if codes.status == "confirmed"] == [("P0217",)]
    assert len(car.reports()) == 2


def test_codes_that_were_cleared_are_an_event() -> None:
    car = Car(sets=("sae-j1979",)).live(200)
    car.ecu.values[0x31] = "0000"

    car.live(400)

    assert [event.event for event in car.events()] == ["codes_cleared"]
    assert car.events()[0].facts["before"] == 16.0


def test_urgent_and_code_messages_do_not_wait_for_the_batch() -> None:
    car = Car().live(100)
    published = len(car.uplink.published)
    car.ecu.codes = "010217"
    while not any(kind == "dtc" for kind, _ in car.uplink.published[published:]):
        car.agent.turn()
        assert car.clock.mono_s() < 2_000

    kept = car.reports()[-1]
    assert car.clock.mono_s() * 1000 - kept.mono_ms < 50


def test_what_was_not_receipted_stays_and_what_was_leaves() -> None:
    car = Car()
    car.uplink.stores = False
    car.live(64)
    messages, _ = car.spool.depth()
    batches = {batch.seq: batch for batch in car.batches()}
    assert messages == len(set(car.uplink.published))

    receipt = Receipt(vehicle="car-1", stream=batches[1].stream, stored=((1, len(batches)),))
    car.uplink.to_hear.append(receipt)
    car.agent.turn()

    assert car.spool.depth()[0] == messages - len(batches)


def test_while_the_link_is_down_everything_is_kept_and_afterwards_sent_freshest_part_first() -> None:
    car = Car()
    car.uplink.change(up=False)
    car.live(1_200)
    assert car.uplink.published == []
    waiting = car.spool.depth()[0]

    car.uplink.change(up=True)
    car.live(2)

    assert waiting <= len(car.uplink.published) <= waiting + 2
    seqs = [batch.seq for batch in car.batches()]
    fresh, history = seqs[: seqs.index(1)], seqs[seqs.index(1) :]
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    assert fresh == sorted(fresh)
    assert history[: fresh[0] - 1] == list(range(1, fresh[0]))


def test_a_full_spool_tells_what_it_gave_up() -> None:
    car = Car(factor=20.0, spool=MemorySpool(12_000))
    car.uplink.change(up=False)
    car.live(7_200)
    car.uplink.change(up=True)
    car.live(2)

    gaps = [event for event in car.events() if event.event == "gap"]
    told = [event.facts for event in gaps if event.facts["stream"] == car.batches()[0].stream]
    missing = min(batch.seq for batch in car.batches()) - 1
    assert {facts["reason"] for facts in told} == {"full"}
    assert sum(float(facts["messages"]) for facts in told) == told[-1]["last_seq"] == missing > 0


def test_scaled_time_changes_no_threshold() -> None:
    real, scaled = Car(factor=1.0).live(600), Car(factor=240.0).live(600)

    assert len(scaled.samples(SUPPLY_VOLTAGE.path)) == pytest.approx(len(real.samples(SUPPLY_VOLTAGE.path)), abs=2)
    assert len(scaled.batches()) == pytest.approx(len(real.batches()), abs=2)


def test_leaving_seals_what_was_gathered() -> None:
    car = Car().live(95)
    stops = iter([False, True])

    car.agent.run(lambda: next(stops))

    assert car.samples(SPEED.path)[-1].mono_ms >= (car.clock.mono_s() - 10) * 1000


def test_another_tester_is_left_in_peace() -> None:
    car = Car().live(120)
    car.bus.incoming.append(CanFrame(0x7DF, False, bytes.fromhex("0201005555555555")))
    began_s = car.clock.now_s()

    car.live(50)

    assert [at_s for at_s, _ in car.bus.sent if at_s > began_s + 0.1] == []


def test_messages_are_the_contract_s_own() -> None:
    car = Car().live(130)

    assert msgspec.to_builtins(car.batches()[0])["kind"] == "telemetry"
