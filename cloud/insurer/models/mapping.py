"""The map: which column of a book is the exposure, which the claims, and what may explain them.

Every key has a default but `claims` (or `[claims_table]`); `docs/insurer-models.md` shows each of them.
"""

import difflib
import tomllib
from typing import Any, Final, Literal

import msgspec

from cloud.insurer.models.errors import MapError

Names = str | list[str]
Direction = Literal["increasing", "decreasing"]


class ClaimsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second table with one row for each claim, joined by `key`; without `count` each row is one claim."""

    key: Names
    amount: str = ""
    count: str = ""
    file: str = ""


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is held out: a share of the groups, or the last year."""

    by: Literal["group", "year"] = "group"
    test_share: float = 0.3
    seed: int = 0


class Map(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One book's map, as its TOML file says it."""

    name: str = ""
    claims: Names = ""
    exposure: str | float = 1.0
    exposure_unit: Literal["years", "months", "days"] = "years"
    max_exposure: float = 50.0  # years
    amount: Names = ""
    amount_is: Literal["total", "average"] = "total"
    id: Names = ""
    group: Names = ""
    year: str = ""
    weight: str = ""
    covariates: Literal["auto"] | list[str] = "auto"
    ignore: list[str] = []
    numeric: list[str] = []
    categorical: list[str] = []
    missing: dict[str, list[Any]] = {}
    prefix: dict[str, int] = {}
    monotone: dict[str, Direction] = {}
    interactions: list[list[str]] = []
    protected: list[str] = []
    use_protected: list[str] = []
    tweedie_power: float = 1.5
    split: Split = Split()
    claims_table: ClaimsTable | None = None

    @property
    def unit_years(self) -> float:
        """Return the years in one unit of exposure."""
        return {"years": 1.0, "months": 1 / 12, "days": 1 / 365}[self.exposure_unit]


SECTIONS: Final[dict[str, type[msgspec.Struct]]] = {"": Map, "split": Split, "claims_table": ClaimsTable}


def names(given: Names) -> list[str]:
    """Return one name or several as a list."""
    return [given] if isinstance(given, str) and given else list(given)


def parse(text: str, file: str) -> Map:
    """Return the map in `text`, or raise `MapError` naming `file`, the key, and what it may be."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MapError(f"{file}: not TOML: {error}") from error
    for section, struct in SECTIONS.items():
        part = raw.get(section, {}) if section else raw
        if isinstance(part, dict):
            _refuse_unknown(part, struct, f"{file}: [{section}]" if section else file)
    try:
        found = msgspec.convert(raw, Map)
    except msgspec.ValidationError as error:
        raise MapError(f"{file}: {error}") from error
    _check(found, file)
    return found


def _refuse_unknown(part: dict[str, Any], struct: type[msgspec.Struct], where: str) -> None:
    known = struct.__struct_fields__
    for key in part:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
            raise MapError(f"{where}: there is no key {key!r}; {hint}")


def _check(found: Map, file: str) -> None:
    if not names(found.claims) and found.claims_table is None:
        raise MapError(f"{file}: name the column of claim counts in `claims`, or a [claims_table]")
    if names(found.claims) and found.claims_table is not None:
        raise MapError(f"{file}: claims come from `claims` or from [claims_table], not from both")
    if found.claims_table is not None and not names(found.claims_table.key):
        raise MapError(f"{file}: [claims_table]: name the columns that both tables share in `key`")
    if isinstance(found.exposure, float | int) and not found.exposure > 0.0:
        raise MapError(f"{file}: exposure = {found.exposure} must be above zero, or name a column")
    if not 0.0 < found.split.test_share < 1.0:
        raise MapError(f"{file}: [split]: test_share = {found.split.test_share} must lie between 0 and 1")
    if found.split.by == "year" and not found.year:
        raise MapError(f'{file}: [split]: by = "year" needs the column of years in `year`')
    if not 1.0 < found.tweedie_power < 2.0:
        raise MapError(f"{file}: tweedie_power = {found.tweedie_power} must lie between 1 and 2")
    if not found.max_exposure > 0.0:
        raise MapError(f"{file}: max_exposure = {found.max_exposure} must be above zero (in years)")
    if any(len(pair) != 2 or pair[0] == pair[1] for pair in found.interactions):
        raise MapError(f"{file}: interactions: each is a pair of two columns, such as [['Age', 'Density']]")
    if any(length < 1 for length in found.prefix.values()):
        raise MapError(f"{file}: prefix: each length must be at least 1")
    both = sorted(set(found.numeric) & set(found.categorical))
    if both:
        raise MapError(f"{file}: {both[0]!r} is named in both `numeric` and `categorical`")
