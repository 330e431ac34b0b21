"""One file of recorded answers (`tests/test_cases/<year>/commands/<command>.yaml`), once YAML has been read.

Scalars come as the texts that stand in the file: what a number, a word or a `null` is, is decided where it is compared.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from edge.errors import ReplayError

_WIDTHS: Final = {"ELEVEN_BIT": False, "TWENTY_NINE_BIT": True}
_TRUE: Final = frozenset({"true", "yes", "on", "y"})
_FALSE: Final = frozenset({"false", "no", "off", "n"})
_NULL: Final = frozenset({"", "~", "null"})


class Case(NamedTuple):
    """One recorded answer and the values that were read from it elsewhere."""

    file: str
    number: int  # in its file, from 1
    command_id: str
    responses: tuple[str, ...]
    expected: Mapping[str, str]
    extended: bool | None  # the id width where the file says so
    addressed: bool  # frames start with an address byte

    @property
    def header(self) -> str:
        """The request's header as the command's id has it."""
        return self.command_id.partition("|")[0].partition(".")[0]


def cases(data: object, file: str) -> tuple[Case, ...]:
    """Return the cases in `data`; raise `ReplayError`, which names the file and the case."""
    if not isinstance(data, Mapping):
        raise ReplayError(f"{file}: must be a table with test_cases")
    return tuple(_cases(data, file))


def model_year(data: object) -> int | None:
    """Return the model year that the file itself states."""
    text = data.get("model_year") if isinstance(data, Mapping) else None
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 4 else None


def number(text: str) -> float | None:
    """Return what `text` is as a number, with YAML's words for true and false as 1 and 0; None where it is none."""
    if text.lower() in _TRUE:
        return 1.0
    if text.lower() in _FALSE:
        return 0.0
    try:
        return float(text)
    except ValueError:
        return None


def is_null(text: str) -> bool:
    """Say whether `text` is YAML's word for no value."""
    return text.lower() in _NULL


def same_word(text: str, word: str) -> bool:
    """Say whether an expected text is `word`, as it stands or as YAML may have rewritten it (OFF as false)."""
    if text == word:
        return True
    mine, theirs = number(text), number(word)
    return mine is not None and mine == theirs


def _cases(data: Mapping[object, object], file: str) -> Iterator[Case]:
    rows = data.get("test_cases")
    if rows is None or rows == "":
        return
    if not isinstance(rows, list):
        raise ReplayError(f"{file}: test_cases must be a list")
    command_id = data.get("command_id", "")
    if not isinstance(command_id, str):
        raise ReplayError(f"{file}: command_id must be a text")
    properties = command_id.partition("|")[2].split(",")
    for index, row in enumerate(rows, 1):
        where = f"{file}: test case {index}"
        if not isinstance(row, Mapping):
            raise ReplayError(f"{where}: must be a table")
        width = row.get("can_id_format", data.get("can_id_format"))
        addressed = row.get("extended_addressing_enabled", data.get("extended_addressing_enabled"))
        yield Case(
            file,
            index,
            command_id,
            _responses(row, where),
            _expected(row, where),
            _WIDTHS.get(width) if isinstance(width, str) else None,
            _means_true(addressed) or any(text.startswith("e=") for text in properties),
        )


def _means_true(text: object) -> bool:
    return isinstance(text, str) and text.lower() in _TRUE


def _responses(row: Mapping[object, object], where: str) -> tuple[str, ...]:
    """Return the texts under `response` or `responses`, each one text or a list."""
    found: list[str] = []
    for key in ("response", "responses"):
        value = row.get(key, [])
        for text in value if isinstance(value, list) else [value]:
            if not isinstance(text, str):
                raise ReplayError(f"{where}: {key} must be a text or a list of texts")
            found.append(text)
    return tuple(found)


def _expected(row: Mapping[object, object], where: str) -> dict[str, str]:
    values = row.get("expected_values")
    if values is None or (isinstance(values, str) and is_null(values)):
        return {}
    if not isinstance(values, Mapping):
        raise ReplayError(f"{where}: expected_values must be a table")
    expected: dict[str, str] = {}
    for name, text in values.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise ReplayError(f"{where}: expected value {name} must be one value")
        expected[name] = text
    return expected
