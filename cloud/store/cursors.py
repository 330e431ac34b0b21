"""Opaque cursors of pages: the sort key of the last row shown, so that rows that come or go shift nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, and_, or_

from cloud.store.errors import CursorError
from cloud.store.views import Page

Row = TypeVar("Row")
Item = TypeVar("Item")
MAX_LIMIT: Final = 200


def encode(keys: Sequence[str | float]) -> str:
    """Return the cursor behind a row with these sort keys."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(keys))).rstrip(b"=").decode()


def decode(cursor: str, count: int) -> list[str | float]:
    """Return the `count` sort keys in `cursor`, or raise `CursorError`."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        keys = msgspec.json.decode(raw, type=list[str | float])
    except (ValueError, binascii.Error) as error:
        raise CursorError("the cursor is not one of this service") from error
    if len(keys) != count:
        raise CursorError("the cursor belongs to another list")
    return keys


def behind(cursor: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition for rows behind `cursor`, in a list sorted by `columns`, all descending."""
    keys = decode(cursor, len(columns))
    steps = []
    for i, (column, key) in enumerate(zip(columns, keys, strict=True)):
        ties = [earlier == known for earlier, known in zip(columns[:i], keys[:i], strict=True)]
        steps.append(and_(*ties, column < key))
    return or_(*steps)


def page(
    rows: Sequence[Row], limit: int, view: Callable[[Row], Item], keys: Callable[[Row], Sequence[str | float]]
) -> Page[Item]:
    """Return the first `limit` of `rows` (which holds one more when there are more) as a page."""
    shown = rows[:limit]
    return Page([view(row) for row in shown], encode(keys(shown[-1])) if len(rows) > limit else None)


def clamp(limit: int) -> int:
    """Return how many rows a page has: 1 to 200."""
    return max(1, min(limit, MAX_LIMIT))
