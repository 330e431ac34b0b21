"""How a rescue partner fails: what it does other than it should, fault by fault: pure."""

from collections.abc import Sequence
from typing import Final, Literal, get_args

from firmware_sim.itinerary import Step

PartnerFault = Literal["slow", "silent", "lying", "twice", "vanishing"]
PARTNER_FAULTS: Final[tuple[PartnerFault, ...]] = get_args(PartnerFault)

_SLOW_ANSWER_S: Final = 110.0
_SLOW_WAY: Final = 2.0
_LIE: Final = 1.0 / 3.0


def answers(fault: PartnerFault | None) -> bool:
    """Return whether the partner answers offers at all; a silent one lets every one of them run out."""
    return fault != "silent"


def answer_after_s(fault: PartnerFault | None) -> float:
    """Return after how many domain seconds it answers; a slow one, just before the offer runs out."""
    return _SLOW_ANSWER_S if fault == "slow" else 0.0


def accepts(fault: PartnerFault | None) -> int:
    """Return how often it says yes to one offer."""
    return 2 if fault == "twice" else 1


def told_s(fault: PartnerFault | None, way_s: float) -> float:
    """Return what it says the way takes; a liar says a third."""
    return way_s * _LIE if fault == "lying" else way_s


def driven_s(fault: PartnerFault | None, way_s: float) -> float:
    """Return what the way takes it."""
    return way_s * _SLOW_WAY if fault == "slow" else way_s


def reported(fault: PartnerFault | None, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps that it reports; one that vanishes is never heard of after it has left."""
    return tuple(steps[:1]) if fault == "vanishing" else tuple(steps)
