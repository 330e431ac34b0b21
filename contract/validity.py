"""The five things a sample can be; the numbers are on the wire and never change meaning."""

from enum import IntEnum


class Validity(IntEnum):
    """What is known of one sample; anything but `VALUE` carries no number."""

    VALUE = 0
    NOT_MEASURED = 1
    INVALID = 2
    OUT_OF_RANGE = 3
    STALE = 4
