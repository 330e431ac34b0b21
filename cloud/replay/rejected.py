"""Why a number of a data set is no value; each is counted with its signal."""

from collections import Counter
from typing import Final

NOT_A_NUMBER: Final = "not_a_number"
SENTINEL: Final = "sentinel"  # the map says that this number means there is none
OUT_OF_RANGE: Final = "out_of_range"

Rejected = Counter[tuple[str, str]]  # (reason, signal path)
