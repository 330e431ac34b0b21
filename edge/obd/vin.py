"""Vehicle identification numbers (ISO 3779, SAE J1979 service 09 infotype 02); one is never shown whole."""

import re
from typing import Final

from edge.errors import ServiceError

_FORM: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")  # I, O and Q are never used
_VALUES: Final = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECK_DIGITS: Final = "0123456789X"


class Vin:
    """A VIN whose every printed form is masked; `whole` is for those who must know."""

    __slots__ = ("_whole",)

    def __init__(self, whole: str) -> None:
        if not _FORM.fullmatch(whole):
            raise ServiceError("a VIN has 17 of A-Z (without I, O, Q) and 0-9")
        self._whole = whole

    @property
    def whole(self) -> str:
        return self._whole

    @property
    def masked(self) -> str:
        """The maker (world manufacturer identifier) and nothing that tells one car from another."""
        return self._whole[:3] + "*" * 14

    @property
    def has_valid_check_digit(self) -> bool:
        """Say whether the ninth character agrees; only North America and China require that it does."""
        total = sum(_VALUES[c] * weight for c, weight in zip(self._whole, _WEIGHTS, strict=True))
        return self._whole[8] == _CHECK_DIGITS[total % 11]

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Vin({self.masked})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vin) and other._whole == self._whole

    def __hash__(self) -> int:
        return hash(self._whole)


def decode(data: bytes) -> Vin:
    """Return the VIN in the data of 49 02 (after the count byte); leading zero bytes are padding."""
    bare = data.lstrip(b"\x00").rstrip(b"\x00 ")
    try:
        return Vin(bare.decode("ascii"))
    except UnicodeDecodeError as error:
        raise ServiceError("a VIN is ASCII") from error
