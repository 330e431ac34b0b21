"""Reasons: every number a sentence shows is one of the reason's numbers, in both languages."""

import re
import string

import pytest

from cloud.scoring.reasons import TEMPLATES, reason
from cloud.scoring.types import Assessment, Reason
from tests.cloud.scoring.stories import ALL_STORIES, Story, told

# Numbers that belong to a name, not to a value.
NAMES = re.compile(r"(?<![\d.])12 V|\b[PCBU][0-9A-F]{4}\b|7E[0-9A-F]\b")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def numbers_in(sentence: str) -> set[float]:
    return {float(found) for found in NUMBER.findall(NAMES.sub("", sentence))}


def numbers_of(given: Reason) -> set[float]:
    return {float(number) for number in given.numbers.values() if not isinstance(number, str)}


def sentences(assessments: list[Assessment]) -> list[Reason]:
    return [given for assessment in assessments for given in assessment.reasons]


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_both_languages_show_the_same_fields_with_the_same_decimals(code: str) -> None:
    zh, en = (
        {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name and spec}
        for text in TEMPLATES[code]
    )

    assert zh == en


@pytest.mark.parametrize("story", ALL_STORIES, ids=lambda story: story.name)
def test_the_numbers_in_the_sentences_are_the_numbers_of_the_reason(story: Story) -> None:
    spoken = sentences(told(story))

    assert spoken
    for given in spoken:
        assert numbers_in(given.en) == numbers_of(given), given.en
        assert numbers_in(given.zh) == numbers_of(given), given.zh


@pytest.mark.parametrize("story", ALL_STORIES, ids=lambda story: story.name)
def test_whatever_was_measured_comes_with_three_reasons_and_nothing_else_with_any(story: Story) -> None:
    for assessment in told(story):
        assert len(assessment.reasons) == (3 if assessment.risks is not None else 0)
        assert (assessment.risks is None) == (assessment.abstained != "")


def test_a_number_is_rounded_once_for_the_sentence_and_the_numbers() -> None:
    given = reason("parking_drain", mv_h=44.51, pct_h=6.349)

    assert given.numbers == {"mv_h": 45.0, "pct_h": 6.3}
    assert given.en == "falling by 45 mV per hour while parked, about 6.3 % of charge per hour"


def test_nothing_is_shown_as_minus_zero() -> None:
    assert "-0" not in reason("no_drain", rest_h=5.0, mv_h=-0.01).en
