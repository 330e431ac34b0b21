"""A report in words, and as the one line of JSON that its readers expect."""

from typing import Any, Final

KEYS: Final = ("events", "found", "recall", "lead_days")
_SCORES: Final = (
    ("AUC", "auc", 3),
    ("AP", "average_precision", 3),
    ("Brier", "brier", 6),
    ("Brier of the base rate", "brier_of_base_rate", 6),
    ("precision at budget", "precision_at_budget", 3),
    ("A/E", "actual_over_expected", 3),
)


def last_line(report: dict[str, Any]) -> dict[str, Any]:
    """Return the summary: what there is to know of each cause, None where nothing could be measured."""
    return {
        "causes": {cause: _summary(told) for cause, told in report["causes"].items()},
        "rescue_grade_false_per_1000_vehicle_years": report["rescue_grade_false"]["rate"],
        "advice_false_per_vehicle_year": report["advice_false"]["rate"],
        "annunciations_per_excursion": report["annunciations_per_excursion"],
    }


def _summary(told: dict[str, Any]) -> dict[str, Any]:
    forecast = told["forecast"][str(told["horizon_h"])]
    return {
        **{key: told[key] for key in KEYS},
        "false_alarms_per_1000_vehicle_years": told["false_alarms"]["rate"],
        "average_precision": forecast["average_precision"],
        "brier": forecast["brier"],
        "calibration": [{key: band[key] for key in ("predicted", "observed", "n")} for band in forecast["calibration"]],
        "net_cost": told["net_cost"],
        "baselines": told["baselines"],
    }


def in_words(report: dict[str, Any]) -> list[str]:
    """Return the lines of a report for people."""
    rescue, advice = report["rescue_grade_false"], report["advice_false"]
    of_causes = [line for cause, told in report["causes"].items() for line in _of_cause(cause, told)]
    head = f"fleet of seed {report['seed']}: {report['vehicles']:,} vehicles, {report['days']:g} days"
    chatter = _number(report["annunciations_per_excursion"])
    return [
        f"{head}, {report['entries']:,} messages; scored by {report['model']}",
        *of_causes,
        f"false rescue-grade alerts: {rescue['count']}, {_rate(rescue)} in 1,000 vehicle-years",
        f"false pieces of advice: {advice['count']}, {_rate(advice)} in a vehicle-year",
        f"annunciations an excursion: {chatter} ({report['excursions']} told of)",
    ]


def _of_cause(cause: str, told: dict[str, Any]) -> list[str]:
    forecast, lead, false = told["forecast"][str(told["horizon_h"])], told["lead_days"], told["false_alarms"]
    costs = (f"{name} {'NOT RUN' if net is None else f'{net:,.0f}'}" for name, net in told["baselines"].items())
    groups = (
        f"{name} {group['alerted']} of {group['episodes']} alerted, {group['broke']} broke"
        for name, group in told["treated"].items()
    )
    recall = f"{_number(told['recall'])}, rescue-grade {_number(told['recall_rescue'])}"
    scores = ((name, _number(forecast[key], digits)) for name, key, digits in _SCORES)
    days = _number(told["false_alarms_per_1000_vehicle_days"])
    per_year = f"{_rate(false)} in 1,000 vehicle-years"
    return [
        f"{cause}: {told['found']} of {told['events']} breakdowns told of ({recall})",
        f"  lead {' / '.join(_number(lead[key]) for key in ('p10', 'p50', 'p90'))} days (10 / 50 / 90 %)",
        f"  false: {false['count']} ({told['false_rescue']} rescue-grade), {days} in 1,000 vehicle-days, {per_year}",
        f"  within {told['horizon_h']} h: {', '.join(f'{name} {number}' for name, number in scores)}",
        *(f"    {_band(band)}" for band in forecast["calibration"]),
        f"  net cost {told['net_cost']:,.0f}; {', '.join(costs)}",
        f"  {'; '.join(groups)}",
    ]


def _band(band: dict[str, Any]) -> str:
    return (
        f"predicted {band['predicted']:.6f}, observed {band['observed']:.6f} ({band['low']:.6f} - {band['high']:.6f}), "
        f"{band['n']:,} rows, {band['breakdowns']} breakdowns, A/E {_number(band['a_over_e'])}"
    )


def _rate(told: dict[str, Any]) -> str:
    return f"{_number(told['rate'], 2)} ({_number(told['low'], 2)} - {_number(told['high'], 2)})"


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
