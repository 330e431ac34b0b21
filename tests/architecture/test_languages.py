"""What is said in one language is said in the other, with the same values in it."""

import json
import re
from typing import Final

from tests.architecture.source_tree import ROOT

LANGUAGES: Final = ROOT / "web" / "src" / "i18n"
# The braces after `one` and `other` hold a plural's words, not a value.
PLACEHOLDER: Final = re.compile(r"(?<!one )(?<!other )\{(\w+)[,}]")


def messages(language: str) -> dict[str, str]:
    """Return the UI's texts in `language` by their keys."""
    texts = json.loads((LANGUAGES / f"{language}.json").read_text(encoding="utf-8"))
    assert isinstance(texts, dict)
    return texts


def test_every_text_of_the_ui_is_there_in_english_and_in_chinese() -> None:
    english, chinese = messages("en"), messages("zh")

    assert english.keys() - chinese.keys() == set()
    assert chinese.keys() - english.keys() == set()


def test_no_text_of_the_ui_is_empty() -> None:
    empty = [key for language in ("en", "zh") for key, text in messages(language).items() if not text.strip()]

    assert empty == []


def test_both_languages_name_the_same_values() -> None:
    english, chinese = messages("en"), messages("zh")

    differing = [
        key
        for key in english.keys() & chinese.keys()
        if set(PLACEHOLDER.findall(english[key])) != set(PLACEHOLDER.findall(chinese[key]))
    ]

    assert differing == []
