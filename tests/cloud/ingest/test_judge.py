"""Any bytes on any topic come to exactly one of three ends, and nothing is stored under another's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.ingest.judge import MAX_REASON, Accepted, Noted, Refused, judge
from contract import topics
from tests.support import made

VEHICLES = ("car-1", "car-2")
PAYLOADS = [
    *(made.telemetry(1, 1.0, vehicle=vehicle) for vehicle in VEHICLES),
    *(made.urgent(1, vehicle=vehicle) for vehicle in VEHICLES),
    *(made.dtc(1, "P0301", vehicle=vehicle) for vehicle in VEHICLES),
    *(made.status(vehicle=vehicle) for vehicle in VEHICLES),
]
TOPICS = [topics.build(vehicle, lane) for vehicle in VEHICLES for lane in topics.UP + topics.DOWN]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_record_is_accepted_only_where_topic_and_payload_name_the_same_vehicle_and_lane(
    topic: str, payload: bytes
) -> None:
    place = topics.parse(topic)

    verdict = judge(topic, payload, 5)

    if isinstance(verdict, Accepted):
        assert (verdict.record.vehicle, verdict.record.kind) == (place.vehicle, place.lane)
        assert place.direction == "up"
    elif isinstance(verdict, Noted):
        assert (verdict.presence.vehicle, "status") == (place.vehicle, place.lane)
    else:
        assert verdict.key is None or verdict.key[0] == place.vehicle


def test_of_all_combinations_only_the_matching_ones_are_accepted() -> None:
    verdicts = [judge(topic, payload, 5) for topic in TOPICS for payload in PAYLOADS]

    assert sum(isinstance(verdict, Accepted) for verdict in verdicts) == 6
    assert sum(isinstance(verdict, Noted) for verdict in verdicts) == 2


@given(topic=st.text(max_size=300), payload=st.binary(max_size=100))
def test_any_bytes_on_any_topic_are_judged_without_an_error(topic: str, payload: bytes) -> None:
    for candidate in (payload, b"OR\x01\x00" + payload):
        verdict = judge(topic, candidate, 5)
        assert isinstance(verdict, Refused)
        assert len(verdict.letter.reason.encode()) <= 4 * MAX_REASON
        assert len(verdict.letter.topic) <= MAX_REASON


def test_a_topic_that_no_database_can_hold_is_made_storable() -> None:
    verdict = judge("outrider/\ud800", b"", 5)

    assert isinstance(verdict, Refused)
    assert verdict.letter.topic.encode()
    assert verdict.letter.reason.encode()
