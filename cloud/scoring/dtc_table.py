"""What each trouble code means here: severity, service, and a short text in two languages, from `data/dtc.toml`."""

import functools
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """A code's severity 0..5, the service it calls for, and what it means."""

    severity: int
    service: str
    zh: str
    en: str


# A code that no family holds: the letter says how far the maker's own systems are from stopping the car.
UNKNOWN: Final = {
    "P": Meaning(1, "mobile_mechanic", "动力系统故障码", "a powertrain code"),
    "C": Meaning(2, "mobile_mechanic", "底盘系统故障码", "a chassis code"),
    "B": Meaning(1, "mobile_mechanic", "车身系统故障码", "a body code"),
    "U": Meaning(2, "mobile_mechanic", "通信故障码", "a communication code"),
}


def meaning(code: str) -> Meaning:
    """Return what `code` (SAE J2012 form, a failure type after a dash is ignored) means."""
    return table().get(code[:5].upper()) or UNKNOWN.get(code[:1].upper(), UNKNOWN["P"])


@functools.cache
def table() -> dict[str, Meaning]:
    """Return every listed code's meaning; the file is part of the package and read once."""
    text = resources.files(__package__).joinpath("data/dtc.toml").read_text(encoding="utf-8")
    meanings: dict[str, Meaning] = {}
    for family in tomllib.loads(text)["family"]:
        found = Meaning(family["severity"], family["service"], family["zh"], family["en"])
        for span in family["codes"]:
            for code in _codes(span):
                meanings.setdefault(code, found)
    return meanings


def _codes(span: str) -> Iterator[str]:
    first, _, last = span.partition("-")
    for number in range(int(first[1:], 16), int((last or first)[1:], 16) + 1):
        yield f"{first[0]}{number:04X}"
