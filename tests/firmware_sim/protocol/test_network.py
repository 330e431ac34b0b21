"""The ECUs on a bus, asked by an independent tester (can-isotp, udsoncan)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import can
import isotp
import pytest
import udsoncan
from udsoncan.client import Client
from udsoncan.connections import PythonIsoTpConnection

from firmware_sim.protocol.ecu import Answer, Misbehaviour

if TYPE_CHECKING:
    from tests.firmware_sim.conftest import Bench

MakeBench = Callable[..., "Bench"]


def test_every_obd_ecu_answers_a_functional_request(bench: MakeBench) -> None:
    car = bench("stranding_dtc")

    answers = car.broadcast("0100")

    assert set(answers) == {0x7E8, 0x7E9, 0x7EA}
    assert all(frame[:3] == bytes([6, 0x41, 0x00]) for frame in answers.values())


def test_an_electric_cars_body_and_charging_units_do_not_hear_functional_requests(bench: MakeBench) -> None:
    car = bench("healthy")

    assert set(car.broadcast("0100")) == {0x7EA, 0x7EC}


def test_functional_requests_that_only_one_ecu_understands_get_one_answer(bench: MakeBench) -> None:
    car = bench("stranding_dtc")

    assert set(car.broadcast("012F")) == {0x7E8}
    assert car.broadcast("22F190") == {}


def test_the_vin_comes_after_a_response_pending_and_in_several_frames(bench: MakeBench) -> None:
    car = bench("stranding_dtc")

    pending, vin = car.ask(0x7E0, "0902")

    assert pending == "7F0978"
    assert bytes.fromhex(vin)[3:].decode() == car.vehicle.build.vin


def test_long_answers_survive_small_blocks_and_separation_times(bench: MakeBench) -> None:
    car = bench("healthy")

    began_s = time.monotonic()
    (answer,) = car.ask(0x7E4, "220101", st_min=10, block_size=2, timeout_s=1.0)

    assert len(bytes.fromhex(answer)) == 62
    assert time.monotonic() - began_s > 0.05


def test_negative_responses_name_the_reason(bench: MakeBench) -> None:
    car = bench("healthy")

    assert car.ask(0x7E4, "22F18C") == ["7F2231"]
    assert car.ask(0x7E4, "2201") == ["7F2213"]
    assert car.ask(0x7E4, "2701") == ["7F2711"]
    assert car.ask(0x7A0, "0100") == ["7F0111"]


def test_an_ecu_reports_what_it_put_on_the_bus(bench: MakeBench) -> None:
    car = bench("healthy")

    (answer,) = car.ask(0x7E4, "220105")

    assert car.answers == [Answer(0x7EC, bytes.fromhex("220105"), bytes.fromhex(answer))]


def test_an_answer_that_the_tester_never_let_through_is_not_reported(bench: MakeBench) -> None:
    car = bench("healthy")

    with can.Bus(interface="virtual", channel=car.channel) as bus:
        bus.send(can.Message(arbitration_id=0x7E4, data=bytes.fromhex("03220105"), is_extended_id=False))
        deadline_s = time.monotonic() + 3.0
        heard = [bus.recv(0.1) for _ in range(15) if time.monotonic() < deadline_s]

    assert any(message is not None and message.data[0] == 0x10 for message in heard)
    assert car.answers == []


def test_with_wide_identifiers_the_same_ecus_answer_at_29_bits(bench: MakeBench) -> None:
    car = bench("stranding_dtc", wide_ids=True)

    with can.Bus(interface="virtual", channel=car.channel) as bus:
        address = isotp.Address(isotp.AddressingMode.NormalFixed_29bits, source_address=0xF1, target_address=0x10)
        stack = isotp.CanStack(bus, address=address, params={"tx_padding": 0})
        stack.start()
        stack.send(bytes.fromhex("0902"))
        answers = [stack.recv(block=True, timeout=2.0) for _ in range(2)]
        stack.stop()

    said = [bytes(answer).hex().upper() for answer in answers if answer is not None]
    assert said == ["7F0978", "490201" + car.vehicle.build.vin.encode().hex().upper()]
    assert car.broadcast("0100") == {}


def test_a_sleeping_car_says_nothing_asked_or_unasked(bench: MakeBench) -> None:
    car = bench("healthy", hours=2.0)

    assert not car.vehicle.awake
    assert car.broadcast("0100") == {}
    assert car.unasked(0.4) == []


def test_an_awake_car_broadcasts_about_ten_times_a_second(bench: MakeBench) -> None:
    car = bench("stranding_dtc")

    heard = car.unasked(1.0)

    assert 4 <= len(heard) <= 12
    assert {message.arbitration_id for message in heard} == {0x316}


def test_a_silent_ecu_is_silent_and_its_neighbours_are_not(bench: MakeBench) -> None:
    car = bench("stranding_dtc", transmission=Misbehaviour.SILENT)

    assert set(car.broadcast("0100")) == {0x7E8, 0x7EA}


def test_a_wrong_sequence_number_is_caught_by_the_tester(bench: MakeBench) -> None:
    car = bench("healthy", battery_unit=Misbehaviour.WRONG_SN)

    assert car.ask(0x7E4, "220101") == []


def test_garbage_is_not_what_was_asked_for(bench: MakeBench) -> None:
    car = bench("stranding_dtc", engine=Misbehaviour.GARBAGE)

    assert not any(answer.startswith("4105") for answer in car.ask(0x7E0, "0105"))


def test_a_late_answer_comes_after_the_usual_time(bench: MakeBench) -> None:
    car = bench("stranding_dtc", engine=Misbehaviour.LATE)

    began_s = time.monotonic()
    assert car.ask(0x7E0, "0105", timeout_s=1.0)[0].startswith("4105")
    assert time.monotonic() - began_s > 0.35


def test_pending_forever_never_ends(bench: MakeBench) -> None:
    car = bench("stranding_dtc", engine=Misbehaviour.PENDING_FOREVER)

    assert set(car.ask(0x7E0, "0105", timeout_s=2.5)) == {"7F0178"}


def test_a_uds_client_reads_a_record_and_keeps_its_session(bench: MakeBench) -> None:
    car = bench("healthy")

    with can.Bus(interface="virtual", channel=car.channel) as bus:
        address = isotp.Address(isotp.AddressingMode.Normal_11bits, txid=0x7A0, rxid=0x7A8)
        stack = isotp.CanStack(bus, address=address, params={"tx_padding": 0})
        with Client(PythonIsoTpConnection(stack)) as client:
            assert client.change_session(1).positive
            assert client.tester_present().positive
            with pytest.raises(udsoncan.exceptions.NegativeResponseException, match="RequestOutOfRange"):
                client.test_data_identifier([0xF190])
