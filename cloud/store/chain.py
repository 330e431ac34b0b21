"""Hashes that hang on one another: a row that is changed, left out or slipped in breaks the chain behind it."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

FIRST: Final = ""


def link(previous: str, row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of `row` behind the row whose hash is `previous` (`FIRST` for none)."""
    said = msgspec.json.encode([previous, {name: row[name] for name in sorted(row)}], order="deterministic")
    return hashlib.sha256(said).hexdigest()
