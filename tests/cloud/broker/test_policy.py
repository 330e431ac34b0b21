"""A vehicle speaks and hears in its own name only, whatever topic anybody makes up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.broker import policy
from contract import topics

OWN_UP = [topics.build("car-1", lane) for lane in topics.UP]
OWN_DOWN = [topics.build("car-1", lane) for lane in topics.DOWN]
names = st.sampled_from(["car-1", "car-2", "ingest", "", "+", "#", "car-1/x", "$SYS", "CAR-1"])
levels = st.sampled_from(
    ["outrider", "v1", "v2", "car-1", "car-2", "up", "down", "+", "#", "", "telemetry", "receipt", "config", "$SYS"]
)
anything = st.lists(levels, max_size=7).map("/".join)


@pytest.mark.parametrize("topic", OWN_UP)
def test_a_vehicle_may_publish_upwards_in_its_own_name_and_not_hear_that(topic: str) -> None:
    assert policy.may_publish("car-1", topic)
    assert not policy.may_receive("car-1", topic)
    assert policy.may_receive("ingest", topic)
    assert not policy.may_publish("ingest", topic)


@pytest.mark.parametrize("topic", OWN_DOWN)
def test_a_vehicle_hears_what_ingest_says_to_it(topic: str) -> None:
    assert policy.may_publish("ingest", topic)
    assert policy.may_receive("car-1", topic)
    assert policy.may_subscribe("car-1", topic)
    assert not policy.may_publish("car-1", topic)


@given(user=names, topic=anything)
def test_whatever_a_vehicle_may_publish_or_hear_is_under_its_own_name(user: str, topic: str) -> None:
    if user != "ingest":
        if policy.may_publish(user, topic):
            assert topic in [topics.build(user, lane) for lane in topics.UP]
        if policy.may_receive(user, topic):
            assert topic in [topics.build(user, lane) for lane in topics.DOWN]
        if policy.may_subscribe(user, topic):
            assert topic.startswith(f"outrider/v1/{user}/down/")


@pytest.mark.parametrize(
    "topic_filter",
    ["#", "+/#", "outrider/#", "outrider/v1/+/down/#", "outrider/v1/car-2/down/#", "$SYS/#", "$share/g/outrider/#", ""],
)
def test_a_filter_that_reaches_further_than_the_own_name_is_refused(topic_filter: str) -> None:
    assert not policy.may_subscribe("car-1", topic_filter)


@pytest.mark.parametrize("user", ["", "+", "#", "car/1", "car 1"])
def test_a_user_that_is_no_vehicle_id_may_subscribe_to_nothing(user: str) -> None:
    assert not policy.may_subscribe(user, f"outrider/v1/{user}/down/#")


@pytest.mark.parametrize(
    ("client_id", "will", "may"),
    [
        ("car-1", None, True),
        ("car-1", "outrider/v1/car-1/up/status", True),
        ("car-1", "outrider/v1/car-2/up/status", False),
        ("car-1", "outrider/v1/car-1/down/config", False),
        ("car-2", None, False),
        ("ingest", None, False),
        ("", None, False),
    ],
)
def test_a_vehicle_connects_as_itself_and_leaves_no_will_in_another_name(
    client_id: str, will: str | None, may: bool
) -> None:
    assert policy.may_connect("car-1", client_id, will) is may
