"""The model card in English and Chinese: what the models are for, what shows it, whom they may treat unlike."""

from pathlib import Path
from string import Template
from typing import Any, Final

from cloud.insurer.models.card_texts import TEXTS

LANGUAGES: Final = ("en", "zh")
FILES: Final = {"en": "model-card.md", "zh": "model-card.zh.md"}


def write(folder: Path, report: dict[str, Any]) -> list[str]:
    """Write the card of `report` in both languages to `folder` and return the file names."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, file in FILES.items():
        (folder / file).write_text(card(report, language), encoding="utf-8")
    return list(FILES.values())


def card(report: dict[str, Any], language: str) -> str:
    """Return the card in `language`, as Markdown."""
    say = TEXTS[language]
    told = report["split"]
    values = {
        "book": report["book"],
        "rows": str(report["rows"]),
        "exposure": f"{report['exposure']:.1f}",
        "claims": f"{report['claims']:g}",
        "split": say[f"split {told['by']}"],
        "fit_rows": str(told["fit"]["rows"]),
        "test_rows": str(told["test"]["rows"]),
        "figures": _figures(report, say),
        "verdict": say[report["boosted_against_glm"]["verdict"]],
        "covariates": ", ".join(report["models"]["glm"]["covariates"]) or "-",
        "severity": _severity(report["severity"], say),
        "rejected": _listed(report["rejected"], say),
        "warnings": "\n".join(f"- {line}" for line in report["warnings"]) or f"- {say['none']}",
        "fairness": "\n".join(_fairness(finding, say) for finding in report["fairness"]) or say["nothing sensitive"],
    }
    return Template(say["card"]).substitute(values)


def _figures(report: dict[str, Any], say: dict[str, str]) -> str:
    lines = [say["figures head"], "|---|---|---|---|"]
    for name, model in report["models"].items():
        gini = f"{model['gini']:.4f} ({_range(model['gini_ci'])})" if "gini" in model else "-"
        lines.append(
            f"| {say[name]} | {model['deviance']:.4f} ({_range(model['deviance_ci'])}) | {gini} | "
            f"{model['actual_over_expected']:.3f} ({_range(model['actual_over_expected_ci'])}) |"
        )
    return "\n".join(lines)


def _severity(costs: dict[str, Any], say: dict[str, str]) -> str:
    if "not_fitted" in costs:
        return f"{say['not fitted']} ({costs['not_fitted']})"
    gamma, tweedie = costs["gamma"], costs["tweedie"]
    return Template(say["severity"]).substitute(
        gamma=f"{gamma['deviance']:.4f}",
        gamma_constant=f"{gamma['constant_deviance']:.4f}",
        ae=f"{gamma['actual_over_expected']:.3f}",
        gini=f"{tweedie['gini']:.4f} ({_range(tweedie['gini_ci'])})",
    )


def _fairness(finding: dict[str, Any], say: dict[str, str]) -> str:
    proxy = finding["proxy"]
    apart = [group for group in finding["groups"] if not group["glm"]["within_chance"]]
    rates = [group["glm"]["expected_per_year"] for group in finding["groups"]]
    return Template(say["finding"]).substitute(
        attribute=finding["attribute"],
        kind=say["protected"] if finding["protected"] else say["stands in"],
        used=say["used"] if finding["used_by_model"] else say["not used"],
        ratio=f"{max(rates) / min(rates):.2f}",
        apart=", ".join(f"{group['group']} (A/E {group['glm']['actual_over_expected']:.2f})" for group in apart)
        or say["none"],
        auc=f"{proxy['auc']:.2f}",
        verdict=say["strong proxy"] if proxy["strong"] else say["weak proxy"],
    )


def _listed(counts: dict[str, int], say: dict[str, str]) -> str:
    return ", ".join(f"{reason}: {count}" for reason, count in counts.items()) or say["none"]


def _range(ends: list[float]) -> str:
    return f"{ends[0]:.4f} – {ends[1]:.4f}"
