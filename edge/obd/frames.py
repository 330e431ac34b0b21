"""A classic CAN data frame, as plain as it can be."""

from typing import NamedTuple


class CanFrame(NamedTuple):
    """One data frame: an 11-bit id, or a 29-bit one when `extended`, and up to 8 bytes."""

    can_id: int
    extended: bool
    data: bytes
