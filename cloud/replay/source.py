"""What a data set is made of, wherever it lies."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl


class Table(NamedTuple):
    """One file of the data set: its key, the name people know it by, its columns, and its rows block by block."""

    key: str
    name: str
    columns: tuple[str, ...]
    blocks: Iterator[pl.DataFrame]
