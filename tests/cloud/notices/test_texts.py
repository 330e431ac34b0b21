"""Every sentence in both languages, for every cause and service there is."""

from typing import get_args

import pytest

from cloud.cases import texts as case_texts
from cloud.notices import names, texts
from cloud.store.fleet_file import Service
from cloud.store.words import Sentence

REASON = Sentence("静置电压低", "resting voltage is low")


def both(sentence: Sentence) -> bool:
    """Say whether the first half is Chinese and the second is not."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in sentence.zh) and sentence.en.isascii()


@pytest.mark.parametrize("cause", [*names.CAUSES])
def test_each_cause_can_be_asked_about_told_and_opened(cause: str) -> None:
    for sentence in (
        texts.ask(cause, "tow", REASON),
        texts.ask(cause, "tow", None),
        texts.inform(cause, REASON),
        texts.emergency(cause),
        case_texts.opened(cause, 700.0, late=True, silent=False),
        case_texts.opened(cause, 700.0, late=False, silent=True),
        case_texts.emergency(cause),
    ):
        assert both(sentence)


def test_each_service_has_its_name() -> None:
    assert set(names.SERVICES) == set(get_args(Service))
    assert all(both(texts.coming(service)) for service in names.SERVICES)


def test_a_question_says_that_a_yes_shares_the_place() -> None:
    sentence = texts.ask("tyre", "tyre_change", REASON)

    assert "共享准确位置" in sentence.zh
    assert "shares your exact place for this rescue only" in sentence.en
    assert REASON.zh in sentence.zh


def test_a_late_case_says_how_old_it_is() -> None:
    assert "700 min old" in case_texts.opened("tyre", 42_000.0, late=True, silent=False).en
