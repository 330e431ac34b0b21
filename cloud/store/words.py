"""A sentence in the two languages of the product."""

from typing import NamedTuple


class Sentence(NamedTuple):
    """The same thing said in Chinese and in English."""

    zh: str
    en: str
