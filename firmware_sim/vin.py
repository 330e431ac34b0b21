"""Vehicle identification numbers of a maker that does not exist, with a check digit that holds (49 CFR 565.15)."""

import hashlib
from typing import Final

# ISO 3780 gives no country a first character 0, so no real maker can have this WMI.
_WMI: Final = "0UR"
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True)
)
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def check_digit(vin: str) -> str:
    """Return the ninth character that makes the 17 characters of `vin` valid; its own ninth does not matter."""
    total = sum(weight * (_VALUES.get(char) or int(char)) for char, weight in zip(vin, _WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def made_up_vin(vehicle: str, seed: int) -> str:
    """Return the VIN of the simulated `vehicle`."""
    digest = hashlib.sha256(f"{seed}/{vehicle}".encode()).digest()
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:7])
    draft = f"{_WMI}{letters[:5]}0{letters[5:]}{int.from_bytes(digest[7:10]) % 1_000_000:06d}"
    return draft[:8] + check_digit(draft) + draft[9:]
