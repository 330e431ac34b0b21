"""Collection campaigns: which signals are collected faster now, and what of them is sent. Pure.

A campaign makes nothing be asked that the signal sets do not ask, only sooner, and the guard's rate holds for all of
it. What is asked faster only so that it is at hand when something happens waits in a bounded ring; beside it the
signal keeps the pace of its set. `domain_s` is the domain's monotonic time.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from contract.columns import Sample
from contract.messages import Campaign
from contract.signals import ENGINE_SPEED
from contract.validity import Validity
from edge.campaign_rules import LONGEST_CRANK_S

RING_SAMPLES: Final = 3_000
EARLY: Final = 0.9  # a sample of the set's own pace may come so much before its time
STARTER_RPM: Final = (1.0, 450.0)


class Kept(NamedTuple):
    """One sample for the batch."""

    signal: str
    ecu: str
    sample: Sample


class _Running:
    """One campaign, and whether its condition holds."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.signals = frozenset(campaign.signals)
        self.period_s = campaign.period_ms / 1000.0
        self._since_s: float | None = None
        self._until_s = float("-inf")

    @property
    def looks_back(self) -> bool:
        return self.campaign.before_s > 0.0

    def is_on(self, domain_s: float) -> bool:
        return self._since_s is not None or domain_s < self._until_s

    def hold(self, domain_s: float, *, holds: bool) -> bool:
        """Take whether the condition holds now, and say whether the campaign begins with that."""
        is_crank = self.campaign.when == "cranking"
        if is_crank and self._since_s is not None and domain_s - self._since_s > LONGEST_CRANK_S:
            holds = False
        was_on = self.is_on(domain_s)
        if holds and self._since_s is None:
            self._since_s = domain_s
        elif not holds and self._since_s is not None:
            self._since_s, self._until_s = None, domain_s + self.campaign.after_s
        return holds and not was_on

    def strike(self, domain_s: float) -> bool:
        """Something happened at this instant: stay on for a while, and say whether the campaign begins with that."""
        was_on = self.is_on(domain_s)
        self._until_s = max(self._until_s, domain_s + self.campaign.after_s)
        return not was_on


class Campaigns:
    """The owner's campaigns and the cloud's; `asked` are the signals that come anyway, with their periods (s)."""

    def __init__(self, asked: Mapping[str, float], local: Sequence[Campaign] = ()) -> None:
        self._asked = asked
        self._local = [_Running(campaign) for campaign in local]
        self._remote: list[_Running] = []
        self._passed_s: dict[tuple[str, str], float] = {}
        self._codes: frozenset[tuple[str, str]] | None = None
        self._starter_turns = False
        self._at_hand: deque[tuple[float, Kept]] = deque(maxlen=RING_SAMPLES)

    @property
    def _all(self) -> list[_Running]:
        return self._local + self._remote

    def replace(self, campaigns: Iterable[Campaign]) -> None:
        """Take the cloud's campaigns in the place of those it gave before; one that is the same goes on."""
        running = {known.campaign: known for known in self._remote}
        self._remote = [running.get(campaign) or _Running(campaign) for campaign in campaigns]

    def paces(self, domain_s: float, wall_ms: int) -> dict[str, float]:
        """Return the period (s) that campaigns want for a signal now, the shortest of each."""
        self._remote = [one for one in self._remote if wall_ms < (one.campaign.until_ms or wall_ms + 1)]
        wanted: dict[str, float] = {}
        for one in self._all:
            if one.is_on(domain_s) or one.looks_back:
                for signal in one.signals:
                    wanted[signal] = min(one.period_s, wanted.get(signal, float("inf")))
        return wanted

    def note(self, domain_s: float, *, is_awake: bool, starter_turns: bool) -> list[Kept]:
        """Take the car's state; call it every turn. Return what was at hand for a campaign that begins."""
        turns = is_awake and (starter_turns or self._starter_turns)
        holds = {"awake": is_awake, "cranking": turns}
        states = [one for one in self._all if one.campaign.when in holds]
        begun = [one for one in states if one.hold(domain_s, holds=holds[one.campaign.when])]
        return self._release(begun, domain_s)

    def codes(self, found: Iterable[tuple[str, str]], domain_s: float) -> list[Kept]:
        """Take one whole round of fault codes (ECU, code); the first round says what was there before."""
        now = frozenset(found)
        before, self._codes = self._codes, now
        if before is None or now <= before:
            return []
        begun = [one for one in self._all if one.campaign.when == "code" and one.strike(domain_s)]
        return self._release(begun, domain_s)

    def take(self, signal: str, ecu: str, sample: Sample, domain_s: float) -> list[Kept]:
        """Take one sample, and return what goes into the batch: this one, or what was at hand, or nothing yet."""
        kept = Kept(signal, ecu, sample)
        released = self._bounds(signal, sample, domain_s)
        concerned = [one for one in self._all if signal in one.signals]
        if not concerned or any(one.is_on(domain_s) for one in concerned):
            return [*released, self._passed(kept, domain_s)]
        due_s = self._passed_s.get((signal, ecu), float("-inf")) + EARLY * self._base_s(signal)
        if domain_s >= due_s or not any(one.looks_back for one in concerned):
            return [*released, self._passed(kept, domain_s)]
        self._at_hand.append((domain_s, kept))
        return released

    def _base_s(self, signal: str) -> float:
        return self._asked.get(signal, 0.0)  # what nobody asks comes at its own time, and none of it is held back

    def _passed(self, kept: Kept, domain_s: float) -> Kept:
        self._passed_s[kept.signal, kept.ecu] = domain_s
        return kept

    def _bounds(self, signal: str, sample: Sample, domain_s: float) -> list[Kept]:
        if sample.validity is not Validity.VALUE:
            return []
        if signal == ENGINE_SPEED.path:
            self._starter_turns = STARTER_RPM[0] <= sample.value <= STARTER_RPM[1]
        begun: list[_Running] = []
        for one in self._all:
            bound = one.campaign.bound
            if one.campaign.when == "bound" and bound is not None and bound.signal == signal:
                above = bound.above is None or sample.value > bound.above
                below = bound.below is None or sample.value < bound.below
                if one.hold(domain_s, holds=above and below):
                    begun.append(one)
        return self._release(begun, domain_s)

    def _release(self, begun: Sequence[_Running], domain_s: float) -> list[Kept]:
        """Return what is at hand for the campaigns that begin, each sample once, and keep the rest."""
        if not begun:
            return []
        released: list[Kept] = []
        rest: list[tuple[float, Kept]] = []
        for at_s, kept in self._at_hand:
            since_s = [domain_s - one.campaign.before_s for one in begun if kept.signal in one.signals]
            if since_s and at_s >= min(since_s):
                released.append(kept)
            else:
                rest.append((at_s, kept))
        self._at_hand.clear()
        self._at_hand.extend(rest)
        return released
