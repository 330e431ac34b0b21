"""What alerts cost and save, in the policy's money, against a fleet that nobody watches. Pure.

A false alert costs its visit, or the annoyance where it is only advice; so does the first one of a true trouble. A
breakdown is prevented, with the policy's `eta`, by a visit at least `RESCUE_LEAD_H` before it or by advice at least
`ADVICE_LEAD_H` before it. What was treated costs and saves nothing: it is censored.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from cloud.decision.policy import Costs
from cloud.evaluation.truth import HOUR_MS, Episode, Truth

RESCUE_LEAD_H: Final = 1.0
ADVICE_LEAD_H: Final = 24.0


class Alert(NamedTuple):
    """What costs: who, when, and whether somebody drives out or only something is said."""

    vehicle: str
    at_ms: int
    drives_out: bool


def net_cost(alerts: Iterable[Alert], cause: str, truth: Truth, costs: Costs) -> float:
    """Return what the alerts of one cause cost, less what they saved; below 0 they beat doing nothing."""
    total, served = 0.0, set[tuple[Episode, bool]]()
    saved = set[Episode]()
    for alert in sorted(alerts, key=lambda one: one.at_ms):
        price = costs.act if alert.drives_out else costs.annoy
        episode = _current(truth, alert, cause)
        if episode is None:
            total += 0.0 if truth.is_true(alert.vehicle, cause, alert.at_ms) else price
            continue
        if (episode, alert.drives_out) in served:
            continue
        served.add((episode, alert.drives_out))
        if not episode.broke:
            total += 0.0 if episode.treated_ms is not None else price
            continue
        if episode in saved:
            continue  # it was settled already
        total += price
        needed_h = RESCUE_LEAD_H if alert.drives_out else ADVICE_LEAD_H
        if (episode.breakdown_ms or 0) - alert.at_ms >= needed_h * HOUR_MS:
            saved.add(episode)
            total -= costs.saved
    return round(total, 2)


def _current(truth: Truth, alert: Alert, cause: str) -> Episode | None:
    for one in truth.of.get((alert.vehicle, cause), ()):
        if one.onset_ms <= alert.at_ms < one.ends_ms(truth.end_ms):
            return one
    return None
