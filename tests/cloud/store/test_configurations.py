"""What operators want of a vehicle's agent: checked, kept, sent, and what the agent's word does to it."""

import msgspec
import pytest

from cloud.store import configurations
from cloud.store.configurations import Wished
from cloud.store.errors import MissingError, WishError
from contract.messages import Bound, Campaign, ConfigOutcome
from contract.signals import COOLANT_TEMPERATURE, SPEED
from tests.cloud.acting import World

FAST = Campaign(name="fast", signals=(SPEED.path,), period_ms=1_000)


def wish(world: World, *campaigns: Campaign, stop: tuple[str, ...] = ()) -> Wished:
    with world.write() as connection:
        return configurations.wish(
            connection, "car-1", campaigns=campaigns, stop=stop, by="operator", now_ms=world.now_ms
        )


def hear(world: World, revision: int | None, *, taken: bool, reason: str = "") -> Wished:
    said = ConfigOutcome(revision=revision, taken=taken, reason=reason)
    with world.write() as connection:
        configurations.note_outcome(connection, "car-1", said, world.now_ms)
        return configurations.wished(connection, "car-1")


def standing(world: World) -> configurations.Standing:
    with world.read() as connection:
        return configurations.standing(connection, "car-1", world.now_ms)


def test_what_is_wanted_is_kept_whole_and_sent_once(world: World) -> None:
    wanted = msgspec.structs.replace(
        FAST, when="bound", bound=Bound(signal=COOLANT_TEMPERATURE.path, above=110.0), until_ms=world.now_ms + 1
    )

    first = wish(world, wanted, stop=("22", "7A0"))
    again = wish(world, wanted, stop=("22", "7A0"))

    assert first == again
    assert (first.campaigns, first.stop, first.outcome) == ((wanted,), ("22", "7A0"), "waiting")
    assert [row["id"] for row in world.outbox("configuration")] == [first.revision]


def test_a_part_that_is_not_named_stays(world: World) -> None:
    wish(world, FAST)
    with world.write() as connection:
        wanted = configurations.wish(connection, "car-1", stop=("22",), by="operator", now_ms=world.now_ms)

    assert (wanted.campaigns, wanted.stop) == ((FAST,), ("22",))


def test_nothing_is_sent_to_a_car_of_which_nothing_was_ever_wanted(world: World) -> None:
    assert wish(world) == Wished(vehicle_id="car-1")
    assert world.outbox() == []


def test_a_vehicle_that_is_not_there_is_missing(world: World) -> None:
    with world.write() as connection, pytest.raises(MissingError, match="no-such"):
        configurations.wish(connection, "no-such", stop=("22",), by="operator", now_ms=world.now_ms)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"period_ms": 10}, "campaigns: campaign 'fast': a period of 10 ms"),
        ({"signals": ("Vehicle.Sped",)}, "campaigns: campaign 'fast': no signal 'Vehicle.Sped'"),
        ({"name": "a b"}, "campaigns: name 'a b'"),
        ({"before_s": float("nan")}, "campaigns: campaign 'fast'"),
        ({"until_ms": 1}, "campaigns: campaign 'fast': its `until`"),
    ],
)
def test_a_campaign_that_no_agent_takes_is_not_kept(world: World, changed: dict[str, object], reason: str) -> None:
    wish(world, FAST)

    with pytest.raises(WishError, match=reason):
        wish(world, msgspec.structs.replace(FAST, **changed))

    assert standing(world).campaigns == (FAST,)
    assert len(world.outbox()) == 1


@pytest.mark.parametrize(("stop", "reason"), [(("2",), "stop: '2' is no service"), (("22",) * 65, "stop: 65 entries")])
def test_a_stop_that_no_agent_takes_is_not_kept(world: World, stop: tuple[str, ...], reason: str) -> None:
    with pytest.raises(WishError, match=reason):
        wish(world, stop=stop)

    assert world.outbox() == []


def test_campaigns_that_were_refused_are_sent_no_more_and_the_stops_are(world: World) -> None:
    sent = wish(world, FAST, stop=("22",))

    refused = hear(world, sent.revision, taken=False, reason="no signal set of this car asks for it")

    assert (refused.outcome, refused.reason) == ("refused", "no signal set of this car asks for it")
    assert standing(world) == configurations.Standing((), ("22",))
    assert len(world.outbox("configuration")) == 2
    assert hear(world, world.outbox()[-1]["id"], taken=True).outcome == "refused"
    assert len(world.outbox("configuration")) == 2


def test_what_was_refused_can_be_tried_again_as_it_is(world: World) -> None:
    sent = wish(world, FAST)
    hear(world, sent.revision, taken=False)

    again = wish(world, FAST)

    assert again.outcome == "waiting"
    assert standing(world).campaigns == (FAST,)


def test_what_was_taken_can_be_refused_later(world: World) -> None:
    sent = wish(world, FAST)
    assert hear(world, sent.revision, taken=True, reason="not kept over a restart").outcome == "taken"

    assert hear(world, sent.revision, taken=False, reason="a name of its own").outcome == "refused"
    assert standing(world).campaigns == ()


def test_stops_that_were_refused_are_not_sent_again_and_again(world: World) -> None:
    sent = wish(world, stop=("22",))

    hear(world, sent.revision, taken=False)

    assert len(world.outbox("configuration")) == 1


@pytest.mark.parametrize("revision", [None, 0, 1_000])
def test_word_of_another_revision_or_of_one_never_sent_counts_for_nothing(world: World, revision: int | None) -> None:
    wish(world, FAST)

    assert hear(world, revision, taken=False).outcome == "waiting"


def test_a_campaign_that_has_ended_is_sent_no_more(world: World) -> None:
    wish(world, msgspec.structs.replace(FAST, until_ms=world.now_ms + 1_000))

    world.pass_s(1.0)

    assert standing(world).campaigns == ()
