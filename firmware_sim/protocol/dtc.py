"""Trouble codes in the two bytes of SAE J2012: two bits of letter, two of digit, three hexadecimal digits."""

import re
from typing import Final

_CODE: Final = re.compile(r"([PCBU])([0-3])([0-9A-F]{3})")
_LETTERS: Final = "PCBU"


def encode(code: str) -> bytes:
    """Return `code`, such as P0335, in two bytes; raise `ValueError` for anything else."""
    match = _CODE.fullmatch(code)
    if match is None:
        raise ValueError(f"{code!r} is no trouble code; one looks like P0335")
    letter, digit, rest = match.groups()
    return (_LETTERS.index(letter) << 14 | int(digit) << 12 | int(rest, 16)).to_bytes(2, "big")
