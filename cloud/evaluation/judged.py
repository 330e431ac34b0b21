"""What was kept of a run, held against the truth, cause by cause. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.decision.policy import Policy
from cloud.evaluation import metrics
from cloud.evaluation.costs import Alert, net_cost
from cloud.evaluation.stream import Kept, Told
from cloud.evaluation.truth import DAY_MS, HOUR_MS, Episode, Truth
from cloud.scoring.types import HORIZONS_H

YEAR_DAYS: Final = 365.25
RESCUE: Final = ("rescue", "emergency")
DISPATCHES_PER_1000_VEHICLE_DAYS: Final = 1.0
WEEK_H: Final = 168


def of_cause(cause: str, runs: Sequence[Kept], truth: Truth, policy: Policy, vehicle_days: float) -> dict[str, Any]:
    """Return everything of one cause but its baselines."""
    alerts = [told for kept in runs for told in kept.alerts if told.cause == cause]
    episodes = truth.episodes(cause)
    events = [one for one in episodes if one.broke]
    leads = [(one.breakdown_ms or 0) - at for one in events if (at := first_alert(one, alerts, truth)) is not None]
    rescue_leads = [
        at
        for one in events
        if (at := first_alert(one, [told for told in alerts if told.grade in RESCUE], truth)) is not None
    ]
    false = [told for told in alerts if not truth.is_true(told.vehicle, cause, told.at_ms)]
    years = vehicle_days / YEAR_DAYS
    costed = [Alert(told.vehicle, told.at_ms, told.grade in RESCUE) for told in alerts]
    horizon_h = horizon_of(cause, policy)
    return {
        "events": len(events),
        "found": len(leads),
        "recall": len(leads) / len(events) if events else None,
        "recall_rescue": len(rescue_leads) / len(events) if events else None,
        "lead_days": metrics.quantiles([lead / DAY_MS for lead in leads]),
        "false_alarms": metrics.rate(len(false), years / 1000.0),
        "false_alarms_per_1000_vehicle_days": len(false) / vehicle_days * 1000.0 if vehicle_days else None,
        "false_rescue": sum(told.grade in RESCUE for told in false),
        "false_advice": sum(told.grade not in RESCUE for told in false),
        "alerts": dict(sorted(Counter(told.action for told in alerts).items())),
        "net_cost": net_cost(costed, cause, truth, policy.cost_of(cause)),
        "treated": _treated(episodes, alerts, truth),
        "horizon_h": horizon_h,
        "forecast": {str(h): _forecast(cause, runs, truth, h, vehicle_days) for h in sorted({horizon_h, *HORIZONS_H})},
    }


def overall(runs: Sequence[Kept], truth: Truth, vehicle_days: float) -> dict[str, Any]:
    """Return what all causes come to together."""
    alerts = [told for kept in runs for told in kept.alerts]
    false = [told for told in alerts if not truth.is_true(told.vehicle, told.cause, told.at_ms)]
    years = vehicle_days / YEAR_DAYS
    rescue = sum(told.grade in RESCUE for told in false)
    raised = Counter[Episode]()
    for kept in runs:
        for vehicle, cause, at_ms in kept.raised:
            for one in truth.of.get((vehicle, cause), ()):
                if one.onset_ms <= at_ms < one.ends_ms(truth.end_ms):
                    raised[one] += 1
    return {
        "rescue_grade_false": metrics.rate(rescue, years / 1000.0),
        "advice_false": metrics.rate(len(false) - rescue, years),
        "annunciations_per_excursion": sum(raised.values()) / len(raised) if raised else None,
        "excursions": len(raised),
    }


def horizon_of(cause: str, policy: Policy) -> int:
    """Return the horizon on which forecasts of a cause are judged: a week, or a day where it is filled up daily."""
    return WEEK_H if policy.cost_of(cause).horizon_h > HORIZONS_H[0] else HORIZONS_H[0]


def first_alert(episode: Episode, alerts: Sequence[Told], truth: Truth) -> int | None:
    """Return when an episode was first told of, None where it was not, or only when it was over."""
    end = episode.ends_ms(truth.end_ms)
    times = (told.at_ms for told in alerts if told.vehicle == episode.vehicle and episode.onset_ms <= told.at_ms < end)
    return min(times, default=None)


def labelled(
    cause: str, kept: Kept, truth: Truth, horizon_h: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64], list[Episode | None]]:
    """Return which samples of `cause` can be told, and of those the label and the breakdown meant."""
    vehicles, times, _, _ = kept.samples[cause]
    horizon_ms = horizon_h * HOUR_MS
    y = np.array(
        [truth.label(vehicle, cause, at, horizon_ms) for vehicle, at in zip(vehicles, times.tolist(), strict=True)]
    )
    known = np.isfinite(y)
    events = [
        truth.next_breakdown(vehicles[at], cause, int(times[at])) if y[at] > 0.0 else None
        for at in np.flatnonzero(known)
    ]
    return known, y[known], events


def _forecast(cause: str, runs: Sequence[Kept], truth: Truth, horizon_h: int, vehicle_days: float) -> dict[str, Any]:
    ys, ps, numbers = [np.empty(0)], [np.empty(0)], [np.empty(0, np.int64)]
    numbered: dict[Episode, int] = {}
    for kept in runs:
        if cause in kept.samples:
            known, y, events = labelled(cause, kept, truth, horizon_h)
            ys.append(y)
            ps.append(kept.samples[cause][2][known, HORIZONS_H.index(horizon_h)].astype(np.float64))
            numbers.append(
                np.array([-1 if one is None else numbered.setdefault(one, len(numbered)) for one in events], np.int64)
            )
    y, p = np.concatenate(ys), np.concatenate(ps)
    taken = round(DISPATCHES_PER_1000_VEHICLE_DAYS * vehicle_days / 1000.0)
    return {
        "n": len(y),
        "breakdowns": len(numbered),
        "auc": metrics.auc(y, p),
        "average_precision": metrics.average_precision(y, p),
        "brier": metrics.brier(y, p),
        "brier_of_base_rate": float(y.mean() * (1.0 - y.mean())) if len(y) else None,
        "precision_at_budget": metrics.precision_at(y, p, taken),
        "actual_over_expected": float(y.sum() / p.sum()) if p.sum() > 0.0 else None,
        "calibration": metrics.calibration(y, p, np.concatenate(numbers)),
    }


def _treated(episodes: Sequence[Episode], alerts: Sequence[Told], truth: Truth) -> dict[str, Any]:
    """Compare those that somebody treated in time with those that nobody did."""
    groups: dict[str, list[Episode]] = {"treated": [], "untreated": []}
    for one in episodes:
        groups["untreated" if one.treated_ms is None or one.broke else "treated"].append(one)
    told = {}
    for name, group in groups.items():
        warned = sum(first_alert(one, alerts, truth) is not None for one in group)
        told[name] = {"episodes": len(group), "alerted": warned, "broke": sum(one.broke for one in group)}
    return told
