"""Collection campaigns: when signals are wanted sooner, what of them is sent, and what a car takes at all."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.columns import Sample
from contract.messages import Bound, Campaign
from contract.signals import ENGINE_SPEED, SPEED, SUPPLY_VOLTAGE
from contract.validity import Validity
from edge import campaign_rules
from edge.campaign import RING_SAMPLES, Campaigns, Kept
from edge.campaign_rules import LONGEST_CRANK_S
from edge.errors import ConfigError

ASKED = {SPEED.path: 10.0, ENGINE_SPEED.path: 5.0, SUPPLY_VOLTAGE.path: 60.0}
AWAKE = Campaign(name="awake", signals=(SPEED.path,), period_ms=1_000)
CRANK = Campaign(name="crank", signals=(SUPPLY_VOLTAGE.path,), period_ms=100, when="cranking")
CODES = Campaign(name="codes", signals=(SPEED.path,), period_ms=500, when="code", before_s=30.0, after_s=30.0)
FAST = Campaign(
    name="fast", signals=(SPEED.path,), period_ms=500, when="bound", bound=Bound(signal=SPEED.path, above=100.0)
)


def at(domain_s: float, value: float = 50.0) -> Sample:
    return Sample(round(domain_s * 1000), value)


def drive(campaigns: Campaigns, start_s: float, end_s: float, step_s: float = 0.5) -> list[Kept]:
    """Feed a speed every `step_s`, and return what goes into the batch."""
    kept: list[Kept] = []
    for number in range(round((end_s - start_s) / step_s)):
        now_s = start_s + number * step_s
        kept += campaigns.take(SPEED.path, "7E8", at(now_s), now_s)
    return kept


def test_without_campaigns_every_sample_goes_its_way() -> None:
    campaigns = Campaigns(ASKED)

    assert len(drive(campaigns, 0.0, 10.0)) == 20
    assert campaigns.paces(0.0, 0) == {}


def test_a_campaign_of_the_waking_car_hastens_its_signals_while_it_is_awake() -> None:
    campaigns = Campaigns(ASKED, [AWAKE])

    assert campaigns.paces(0.0, 0) == {}
    campaigns.note(1.0, is_awake=True, starter_turns=False)
    assert campaigns.paces(1.0, 0) == {SPEED.path: 1.0}
    campaigns.note(2.0, is_awake=False, starter_turns=False)
    assert campaigns.paces(2.0, 0) == {}


def test_while_the_starter_turns_its_campaign_wants_ten_a_second_and_not_for_longer_than_it_can_turn() -> None:
    campaigns = Campaigns(ASKED, [CRANK])
    campaigns.note(0.0, is_awake=True, starter_turns=True)

    assert campaigns.paces(0.0, 0) == {SUPPLY_VOLTAGE.path: 0.1}
    campaigns.note(LONGEST_CRANK_S + 1.0, is_awake=True, starter_turns=True)
    assert campaigns.paces(LONGEST_CRANK_S + 1.0, 0) == {}


@pytest.mark.parametrize(("rpm", "turns"), [(0.0, False), (200.0, True), (800.0, False)])
def test_an_engine_that_turns_too_slowly_to_run_is_being_cranked(rpm: float, turns: bool) -> None:
    campaigns = Campaigns(ASKED, [CRANK])

    campaigns.take(ENGINE_SPEED.path, "7E8", at(1.0, rpm), 1.0)
    campaigns.note(1.0, is_awake=True, starter_turns=False)

    assert bool(campaigns.paces(1.0, 0)) is turns


def test_around_a_new_code_what_was_at_hand_is_sent_and_what_follows_too() -> None:
    campaigns = Campaigns(ASKED, [CODES])
    campaigns.codes([("7E8", "P0143")], 0.0)

    before = drive(campaigns, 0.0, 60.0)
    released = campaigns.codes([("7E8", "P0143"), ("7E8", "P0217")], 60.0)
    after = drive(campaigns, 60.0, 90.0)
    later = drive(campaigns, 90.0, 120.0)

    assert len(before) <= 7  # the pace of the set
    times = [kept.sample.mono_ms for kept in [*before, *released]]
    assert sorted(times) == sorted(set(times))
    assert {time for time in times if time >= 30_000} == set(range(30_000, 60_000, 500))
    assert len(after) == 60
    assert len(later) <= 4


def test_codes_that_were_there_before_or_go_away_are_no_news() -> None:
    campaigns = Campaigns(ASKED, [CODES])
    drive(campaigns, 0.0, 20.0)

    assert campaigns.codes([("7E8", "P0143"), ("7E8", "P0217")], 20.0) == []
    assert campaigns.codes([("7E8", "P0143")], 21.0) == []


def test_a_bound_holds_by_the_newest_value_only() -> None:
    campaigns = Campaigns(ASKED, [FAST])

    campaigns.take(SPEED.path, "7E8", at(1.0, 120.0), 1.0)
    assert campaigns.paces(1.0, 0) == {SPEED.path: 0.5}
    campaigns.take(SPEED.path, "7E8", Sample(2_000, 0.0, Validity.INVALID), 2.0)
    assert campaigns.paces(2.0, 0) == {SPEED.path: 0.5}
    campaigns.take(SPEED.path, "7E8", at(3.0, 90.0), 3.0)
    assert campaigns.paces(3.0, 0) == {}


def test_the_ring_is_bounded_in_time_and_number() -> None:
    campaigns = Campaigns(ASKED, [CODES])
    campaigns.codes([], 0.0)

    drive(campaigns, 0.0, 29.0, step_s=0.005)

    assert len(campaigns.codes([("7E8", "P0217")], 29.0)) == RING_SAMPLES


def test_a_campaign_of_the_cloud_ends_by_itself_and_one_that_stays_goes_on() -> None:
    ending = msgspec.structs.replace(CODES, name="ending", until_ms=1_000)
    campaigns = Campaigns(ASKED)
    campaigns.replace([ending, CODES])
    campaigns.codes([], 0.0)
    campaigns.codes([("7E8", "P0217")], 1.0)

    campaigns.replace([CODES])
    assert campaigns.paces(2.0, 0) == {SPEED.path: 0.5}
    assert len(drive(campaigns, 2.0, 5.0)) == 6
    campaigns.replace([ending])
    assert campaigns.paces(3.0, 1_000) == {}


@given(times=st.lists(st.floats(0.0, 0.4), max_size=60), strikes=st.sets(st.integers(0, 59)))
def test_no_sample_is_ever_sent_twice(times: list[float], strikes: set[int]) -> None:
    campaigns = Campaigns(ASKED, [CODES, msgspec.structs.replace(CODES, name="more", before_s=60.0)])
    now_s, kept = 0.0, list[Kept]()
    campaigns.codes([], 0.0)
    for number, step_s in enumerate(times):
        now_s += step_s
        kept += campaigns.take(SPEED.path, "7E8", Sample(number, 1.0), now_s)
        if number in strikes:
            kept += campaigns.codes([("7E8", f"P{number:04d}")], now_s)

    numbers = [one.sample.mono_ms for one in kept]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"signals": ()}, "names 0 signals"),
        ({"signals": ("Vehicle.Nothing",)}, "no signal set"),
        ({"period_ms": 10}, "period of 10 ms"),
        ({"before_s": 1e9}, "before or after"),
        ({"after_s": -1.0}, "before or after"),
        ({"when": "bound"}, "bound"),
        ({"bound": Bound(signal=SPEED.path, above=1.0)}, "bound"),
        ({"when": "bound", "bound": Bound(signal=SPEED.path)}, "needs `above` or `below`"),
        ({"name": ""}, "a name of its own"),
        ({"period_ms": 150}, "requests a second"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_by_name(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        campaign_rules.check([], [msgspec.structs.replace(AWAKE, **changed)], ASKED)


def test_the_owner_s_and_the_cloud_s_share_the_bus_and_the_names() -> None:
    campaign_rules.check([AWAKE], [CRANK, CODES, FAST], ASKED)
    with pytest.raises(ConfigError, match="a name of its own"):
        campaign_rules.check([AWAKE], [AWAKE], ASKED)
    with pytest.raises(ConfigError, match="at most"):
        campaign_rules.check([], [msgspec.structs.replace(CRANK, name=f"c{number}") for number in range(17)], ASKED)
