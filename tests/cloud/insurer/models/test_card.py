"""The model card: both languages say the same values, and nothing is left unfilled."""

import re
from pathlib import Path
from string import Template
from typing import Any

import pytest

from cloud.insurer.models import card, fitting, mapping
from cloud.insurer.models.card_texts import TEXTS
from tests.cloud.insurer.models.made import MAP, parquet


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    book = parquet(tmp_path_factory.mktemp("book"), rows=3000)
    chosen = mapping.parse(MAP, "book.toml")
    return fitting.fit([book], [], chosen, lambda _: None, cross_validate=False).report


def test_both_languages_say_the_same_keys_and_values() -> None:
    english, chinese = TEXTS["en"], TEXTS["zh"]

    assert english.keys() == chinese.keys()
    for key in english:
        both = [sorted(set(Template(text[key]).get_identifiers())) for text in (english, chinese)]
        assert both[0] == both[1], key


def test_both_cards_hold_the_same_figures(report: dict[str, Any]) -> None:
    english, chinese = (re.findall(r"\d+\.\d{3,4}", card.card(report, language)) for language in card.LANGUAGES)

    assert english == chinese
    assert f"{report['models']['glm']['deviance']:.4f}" in english


@pytest.mark.parametrize("language", card.LANGUAGES)
def test_nothing_is_left_unfilled_and_the_use_is_named(report: dict[str, Any], language: str) -> None:
    told = card.card(report, language)

    assert "$" not in told
    assert {"en": "Pricing use: none", "zh": "定价用途：无"}[language] in told
    assert "sex" in told


def test_a_card_without_severity_says_why(report: dict[str, Any], tmp_path: Path) -> None:
    card.write(tmp_path, {**report, "severity": {"not_fitted": "the map names no amount"}})

    assert "not fitted (the map names no amount)" in (tmp_path / "model-card.md").read_text()
