"""What fault codes are called: our own table first, then what was imported, by the vehicle's make and in general."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection, delete, func, select

from cloud.store.once import upsert_all
from cloud.store.tables import dtc_texts
from contract.dtc import base, listed, meaning
from contract.errors import ContractError
from contract.identity import check_fault

MOST_CHARACTERS: Final = 400
AT_ONCE: Final = 500
_EVERY_MAKE: Final = frozenset({"", "GENERIC", "ALL"})
_LANGUAGE: Final = re.compile(r"(zh|en)\b.*")

Source = Literal["outrider", "make", "generic", "letter"]


class Entry(NamedTuple):
    """One description of one code: of a make, or of every make (empty), in zh or en."""

    code: str
    make: str
    language: str
    text: str


class Described(NamedTuple):
    """What a code is called in both languages, and whose words these are."""

    severity: int
    service: str
    zh: str
    en: str
    source: Source


def entry(code: str, make: str, language: str, text: str) -> Entry:
    """Return a description as it is kept; raise `ValueError` that says what is wrong with it."""
    code, make, text = code.strip().upper(), make.strip().upper(), " ".join(text.split())
    try:
        check_fault(code)
    except ContractError as error:
        raise ValueError(str(error)) from error
    found = _LANGUAGE.fullmatch(language.strip().lower().replace("_", "-") or "en")
    if found is None:
        raise ValueError(f"language {language!r} is neither zh nor en")
    if not 0 < len(text) <= MOST_CHARACTERS or not text.isprintable():
        raise ValueError(f"the text of {code} must be 1 to {MOST_CHARACTERS} printable characters")
    if len(make) > 40:
        raise ValueError(f"make {make!r} is longer than 40 characters")
    return Entry(code, "" if make in _EVERY_MAKE else make, found[1], text)


def replace_all(connection: Connection, entries: Iterable[Entry]) -> int:
    """Keep `entries` in the place of all that were imported before; return how many there are."""
    connection.execute(delete(dtc_texts))
    waiting: dict[tuple[str, str, str], Entry] = {}
    for one in entries:
        waiting[one[:3]] = one
        if len(waiting) >= AT_ONCE:
            upsert_all(connection, dtc_texts, [kept._asdict() for kept in waiting.values()])
            waiting.clear()
    upsert_all(connection, dtc_texts, [kept._asdict() for kept in waiting.values()])
    return connection.execute(select(func.count()).select_from(dtc_texts)).scalar_one()


def describe(connection: Connection, codes: Iterable[str], model: str = "") -> dict[str, Described]:
    """Return what each of `codes` is called on a vehicle of `model`, whose first words name its make.

    Severity and service are our table's, or the letter's; what was imported gives words only.
    """
    wanted = dict.fromkeys(codes)
    unlisted = {base(code) for code in wanted if listed(code) is None}
    make = make_of(connection, model) if unlisted else ""
    rows = connection.execute(
        select(dtc_texts).where(dtc_texts.c.code.in_(unlisted | wanted.keys()), dtc_texts.c.make.in_({make, ""}))
    )
    texts = {(row.code, row.make, row.language): row.text for row in rows} if unlisted else {}
    return {code: _described(code, make, texts) for code in wanted}


def make_of(connection: Connection, model: str) -> str:
    """Return the make of which descriptions were imported and whose name `model` begins with; else nothing."""
    makes = connection.execute(select(dtc_texts.c.make).distinct()).scalars()
    named = [make for make in makes if make and f"{model.upper()} ".startswith(f"{make} ")]
    return max(named, key=len, default="")


def _described(code: str, make: str, texts: Mapping[tuple[str, str, str], str]) -> Described:
    own = meaning(code)
    if listed(code) is not None:
        return Described(*own, source="outrider")
    for whose, source in ((make, "make"), ("", "generic")):
        for name in (code, base(code)):
            zh, en = texts.get((name, whose, "zh")), texts.get((name, whose, "en"))
            if (whose or source == "generic") and (zh or en):
                kind: Source = "make" if source == "make" else "generic"
                return Described(own.severity, own.service, zh or own.zh, en or own.en, kind)
    return Described(*own, source="letter")
