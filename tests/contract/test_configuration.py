"""How much a configuration may ask of any car."""

import msgspec
import pytest

from contract.configuration import MOST_CAMPAIGNS, REQUESTS_PER_S, check_campaigns
from contract.errors import ContractError
from contract.messages import Campaign
from contract.signals import SPEED, SUPPLY_VOLTAGE
from edge.obd import guard

FAST = Campaign(name="fast", signals=(SPEED.path,), period_ms=200)


def test_campaigns_get_half_of_what_the_guard_lets_go() -> None:
    assert guard.REQUESTS_PER_S == 2 * REQUESTS_PER_S
    check_campaigns([FAST])
    with pytest.raises(ContractError, match=r"10\.0 requests a second"):
        check_campaigns([msgspec.structs.replace(FAST, period_ms=100)])


def test_the_starter_and_our_own_wire_cost_no_share() -> None:
    check_campaigns(
        [
            msgspec.structs.replace(FAST, period_ms=100, when="cranking"),
            msgspec.structs.replace(FAST, name="wire", signals=(SUPPLY_VOLTAGE.path,), period_ms=100),
            msgspec.structs.replace(FAST, name="other"),
        ]
    )


def test_no_more_campaigns_than_a_car_takes() -> None:
    many = [msgspec.structs.replace(FAST, name=f"c{number}") for number in range(MOST_CAMPAIGNS + 1)]

    check_campaigns(many[1:])
    with pytest.raises(ContractError, match="at most 16"):
        check_campaigns(many)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"signals": ()}, "names 0 signals"),
        ({"period_ms": 99}, "period of 99 ms"),
        ({"period_ms": 3_600_001}, "period of 3600001 ms"),
        ({"before_s": 120.5}, "before or after"),
        ({"after_s": float("nan")}, "before or after"),
        ({"when": "bound"}, "bound"),
        ({"name": ""}, "a name of its own"),
    ],
)
def test_a_campaign_that_no_car_can_take_is_named(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        check_campaigns([msgspec.structs.replace(FAST, **changed)])
