"""A message is stored durably, then answered, then let go; nothing a sender does harms its neighbours."""

import pytest

from cloud.ingest.ports import Presence
from cloud.log.ports import Record
from contract import codec
from contract.messages import Config
from tests.cloud.ingest.fakes import NOW_MS, bench, up
from tests.support import made


def test_a_batch_is_stored_as_it_came_then_receipted_then_acknowledged() -> None:
    on = bench()
    payload = made.telemetry(1, 10.0)

    on.send((up("telemetry"), payload))

    (entry,) = on.log.read(0, 10)
    assert entry[1:] == ("car-1", made.stream(), 1, "telemetry", NOW_MS, payload)
    assert on.pipe.receipts()[0].stored == ((1, 1),)
    assert len(on.pipe.acknowledged) == 1
    assert on.counts.counts["stored"] == 1


def test_receipts_are_one_a_stream_with_ranges() -> None:
    on = bench()

    on.send(
        *((up("telemetry"), made.telemetry(seq, 1.0)) for seq in (1, 2, 3, 7)),
        (up("telemetry", "car-2"), made.telemetry(1, 1.0, vehicle="car-2")),
        (up("dtc"), made.dtc(1, "P0301")),
    )

    told = {(r.vehicle, r.stream): r.stored for r in on.pipe.receipts()}
    assert told == {
        ("car-1", made.stream("t")): ((1, 3), (7, 7)),
        ("car-2", made.stream("t")): ((1, 1),),
        ("car-1", made.stream("u")): ((1, 1),),
    }
    assert {topic for topic, _, _ in on.pipe.published} == {
        "outrider/v1/car-1/down/receipt",
        "outrider/v1/car-2/down/receipt",
    }


def test_a_duplicate_is_stored_once_and_receipted_again() -> None:
    on = bench()
    message = (up("telemetry"), made.telemetry(1, 10.0))

    on.send(message, message)
    on.send(message)

    assert len(on.log.read(0, 10)) == 1
    assert [receipt.stored for receipt in on.pipe.receipts()] == [((1, 1),), ((1, 1),)]
    assert on.counts.counts == {"stored": 1, "duplicate": 2}


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (up("telemetry"), b"rubbish", "must start with OR"),
        (up("telemetry"), made.telemetry(1, 1.0)[:40], "compressed body"),
        (up("telemetry"), b"OR\x02" + made.telemetry(1, 1.0)[3:], "version 2"),
        (up("telemetry", "car-2"), made.telemetry(1, 1.0), "car-2"),
        (up("urgent"), made.telemetry(1, 1.0), "does not belong"),
        (up("telemetry"), made.urgent(1), "does not belong"),
        (up("urgent"), made.urgent(1, lane="t"), "lane"),
        (up("receipt"), made.telemetry(1, 1.0), "does not belong"),
        ("something/else", made.telemetry(1, 1.0), "is not outrider"),
        (up("status"), made.telemetry(1, 1.0), "does not belong"),
        (up("config"), codec.encode(Config(vehicle="car-1", revision=1)), "does not belong"),
        (up("telemetry"), b"OR\x01\x00" + bytes(1 << 18), "over the limit"),
    ],
)
def test_a_message_that_breaks_the_rules_is_kept_with_its_reason_and_harms_no_neighbour(
    topic: str, payload: bytes, reason: str
) -> None:
    on = bench()

    on.send((topic, payload), (up("telemetry"), made.telemetry(9, 1.0)))

    assert [entry.seq for entry in on.log.read(0, 10)] == [9]
    (letter,) = on.log.dead_letters(10)
    assert reason in letter.reason
    assert (letter.topic, letter.payload) == (topic, payload)
    assert len(on.pipe.acknowledged) == 2
    assert on.counts.counts["refused"] == 1


def test_a_refused_record_whose_key_is_readable_is_told_to_its_sender() -> None:
    on = bench()

    on.send((up("telemetry"), b"OR\x02" + made.telemetry(5, 1.0)[3:]))

    (receipt,) = on.pipe.receipts()
    assert receipt.stored == ()
    assert receipt.rejected[0][0] == 5
    assert "version 2" in receipt.rejected[0][1]


def test_a_forged_record_is_not_told_to_anybody() -> None:
    on = bench()

    on.send((up("telemetry", "car-2"), made.telemetry(5, 1.0, vehicle="car-1")))

    assert on.pipe.published == []
    assert len(on.log.dead_letters(10)) == 1


def test_another_payload_under_a_taken_key_is_refused_and_the_first_stands() -> None:
    on = bench()
    first = made.telemetry(1, 10.0)
    on.send((up("telemetry"), first))

    on.send((up("telemetry"), made.telemetry(1, 99.0)))

    assert [entry.payload for entry in on.log.read(0, 10)] == [first]
    assert on.pipe.receipts()[-1].rejected[0][0] == 1
    assert "another payload" in on.log.dead_letters(1)[0].reason


def test_nothing_is_receipted_or_acknowledged_while_the_log_refuses_and_all_of_it_afterwards() -> None:
    on = bench()
    on.log.failures = 3

    on.send((up("telemetry"), made.telemetry(1, 1.0)))

    assert on.counts.retries["log"] == 3
    assert len(on.pipe.receipts()) == len(on.pipe.acknowledged) == 1


def test_being_stopped_while_the_log_refuses_leaves_the_messages_to_the_broker() -> None:
    on = bench()
    on.log.failures = 1_000_000
    on.stop.set()

    on.send((up("telemetry"), made.telemetry(1, 1.0)), (up("urgent"), made.urgent(1)))

    assert on.pipe.published == []
    assert on.pipe.acknowledged == []
    assert on.emergencies.opened == []


def test_an_urgent_event_is_acted_on_once_however_often_it_comes() -> None:
    on = bench()
    message = (up("urgent"), made.urgent(1))

    on.send((up("telemetry"), made.telemetry(1, 1.0)), message)
    on.send(message)

    assert [(event.event, event.seq) for event in on.emergencies.opened] == [("collision", 1)]


def test_an_urgent_event_that_the_store_does_not_take_is_receipted_and_tried_again() -> None:
    on = bench()
    on.emergencies.failures = 1

    on.send((up("urgent"), made.urgent(1)))
    assert on.emergencies.opened == []
    assert len(on.pipe.receipts()) == 1

    on.urgent.advance(float("inf"))
    assert [event.seq for event in on.emergencies.opened] == [1]


def test_births_and_wills_are_noted_and_not_recorded() -> None:
    on = bench()
    will = made.status(online=False)

    on.send((up("status"), made.status()), (up("status"), will))

    assert on.lines.presences() == [Presence("car-1", False, NOW_MS, will)]
    assert on.log.read(0, 10) == []


def test_a_vehicle_that_sends_without_measure_is_held_back_and_others_are_not() -> None:
    on = bench(burst=10.0)
    flood = [(up("telemetry"), made.telemetry(seq, 1.0)) for seq in range(1, 101)]

    on.send(*flood, (up("telemetry", "car-2"), made.telemetry(1, 1.0, vehicle="car-2")))

    stored = on.log.read(0, 1_000)
    assert len([entry for entry in stored if entry.vehicle == "car-2"]) == 1
    assert len([entry for entry in stored if entry.vehicle == "car-1"]) == 10
    assert on.counts.counts["throttled"] == 90
    assert sum(last - first + 1 for r in on.pipe.receipts() for first, last in r.stored) == 11


def test_what_is_wanted_of_a_vehicle_is_sent_retained_once_a_run() -> None:
    on = bench()
    config = Config(vehicle="car-1", revision=3)
    on.lines.configure("car-1", codec.encode(config))

    on.run_for(rounds=3)

    assert on.pipe.published == [("outrider/v1/car-1/down/config", codec.encode(config), True)]


def test_the_loop_handles_what_arrives_until_it_is_told_to_stop() -> None:
    on = bench()
    on.pipe.put(up("telemetry"), made.telemetry(1, 1.0))
    on.pipe.put(up("urgent"), made.urgent(1))

    on.run_for(rounds=2)

    assert len(on.log.read(0, 10)) == 2
    assert on.log.committed("urgent") == 2
    assert on.counts.rounds == 1


def test_a_crash_between_storing_and_acting_is_made_good_at_the_next_start() -> None:
    on = bench()
    on.log.append([Record("car-1", made.stream("u"), 1, "urgent", NOW_MS, made.urgent(1))])

    on.run_for(rounds=1)

    assert [event.seq for event in on.emergencies.opened] == [1]
