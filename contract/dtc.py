"""What fault codes mean here: severity, the service they call for, and a short text in two languages.

`data/dtc.csv` is the one table: scoring decides by it, and API and UI show its words. Columns: code (SAE J2012, without
a failure type), severity (0 information, 1 emissions, 2 service soon, 3 limited driving, 4 may strand the car, 5 stop
now), service, zh, en. The texts are this project's own; which code stands for what is SAE J2012 / ISO 15031-6.
"""

import csv
import functools
from importlib import resources
from typing import Final, NamedTuple

SERVICES: Final = frozenset(
    {"jump_start", "mobile_mechanic", "tow", "flatbed_tow", "fuel_delivery", "mobile_charge", "tyre_change"}
)
BASE_LENGTH: Final = 5


class Meaning(NamedTuple):
    """A code's severity 0..5, the service it calls for, and what it means."""

    severity: int
    service: str
    zh: str
    en: str


# A code that is not listed: its letter says how far the maker's own systems are from stopping the car.
UNKNOWN: Final = {
    "P": Meaning(1, "mobile_mechanic", "动力系统故障码", "a powertrain code"),
    "C": Meaning(2, "mobile_mechanic", "底盘系统故障码", "a chassis code"),
    "B": Meaning(1, "mobile_mechanic", "车身系统故障码", "a body code"),
    "U": Meaning(2, "mobile_mechanic", "通信故障码", "a communication code"),
    "S": Meaning(2, "mobile_mechanic", "商用车故障码（SPN-FMI）", "a commercial vehicle's code (SPN-FMI)"),
}


def base(code: str) -> str:
    """Return `code` without its failure type: P0143-1A -> P0143; an SPN with its FMI stays whole."""
    return code if code.startswith("S") else code[:BASE_LENGTH].upper()


def listed(code: str) -> Meaning | None:
    """Return what the table says of `code`, whatever its failure type; None where it is silent."""
    return table().get(base(code))


def meaning(code: str) -> Meaning:
    """Return what `code` means; one that is not listed means what its letter says."""
    return listed(code) or UNKNOWN.get(code[:1].upper(), UNKNOWN["P"])


@functools.cache
def table() -> dict[str, Meaning]:
    """Return every listed code's meaning; the file is part of the package and read once."""
    text = resources.files("contract").joinpath("data/dtc.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: Meaning(int(row["severity"]), row["service"], row["zh"], row["en"]) for row in rows}
