"""The model card in English and Chinese: what the model is for, what it was trained on, what shows how right it is."""

from pathlib import Path
from string import Template
from typing import Any, Final

from cloud.evaluation.card_texts import TEXTS

FILES: Final = {"en": "model-card.md", "zh": "model-card.zh.md"}


def write(folder: Path, report: dict[str, Any], manifest: dict[str, Any] | None) -> list[str]:
    """Write the card in both languages to `folder` and return the file names."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, file in FILES.items():
        (folder / file).write_text(card(report, manifest, language), encoding="utf-8")
    return list(FILES.values())


def card(report: dict[str, Any], manifest: dict[str, Any] | None, language: str) -> str:
    """Return the card in `language`, as Markdown; `manifest` is the model's, None where the rules score."""
    say = TEXTS[language]
    seeds = "" if manifest is None else ", ".join(str(seed) for seed in manifest["seeds"])
    values = {
        "model": report["model"],
        "calibrated": ", ".join(report["calibrated"]) or say["none"],
        "trained": say["rules"] if manifest is None else say["seeds"].format(seeds=seeds),
        "seed": report["seed"],
        "vehicles": f"{report['vehicles']:,}",
        "days": f"{report['days']:g}",
        "rows": "\n".join(_row(cause, told) for cause, told in report["causes"].items()),
        "rescue": _number(report["rescue_grade_false"]["rate"]),
        "advice": _number(report["advice_false"]["rate"]),
    }
    return Template(say["card"]).substitute(values)


def _row(cause: str, told: dict[str, Any]) -> str:
    forecast, lead = told["forecast"][str(told["horizon_h"])], told["lead_days"]
    leads = " / ".join(_number(lead[key]) for key in ("p10", "p50", "p90"))
    return (
        f"| {cause} | {told['events']} | {told['found']} | {leads} | {_number(told['false_alarms']['rate'])} | "
        f"{_number(forecast['auc'], 3)} | {_number(forecast['actual_over_expected'])} | {told['net_cost']:,.0f} |"
    )


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
