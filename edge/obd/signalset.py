"""What a signal set says once it has been read: commands, and where in their answers the signals stand.

Bits are counted from the first data byte after PID or DID, most significant bit first.
"""

from math import inf
from typing import NamedTuple

from contract.signals import Signal
from edge.obd.addressing import Link
from edge.obd.services import current_data, read_data_by_identifier
from edge.obd.units import SAME, Linear

Ranges = tuple[tuple[int, int], ...]


class Condition(NamedTuple):
    """One byte of the answer, masked, is one of `values`."""

    byte: int
    mask: int
    values: frozenset[int]

    def holds(self, data: bytes) -> bool | None:
        """Say whether it does; None where the answer is too short to tell."""
        return data[self.byte] & self.mask in self.values if self.byte < len(data) else None


class Field(NamedTuple):
    """Where one signal stands in an answer, what its number means, and when it means anything.

    The value is raw * mul / div + add in the ECU's unit, then `conversion` into the catalogue's; or what `enum` gives.
    """

    signal: Signal
    bit: int
    bits: int
    signed: bool = False
    little_endian: bool = False
    mul: float = 1.0
    div: float = 1.0
    add: float = 0.0
    conversion: Linear = SAME
    low: float = -inf  # plausible range, in the catalogue's unit
    high: float = inf
    enum: dict[int, float] | None = None
    not_measured: Ranges = ()  # raw values that say so, before the sign is taken
    invalid: Ranges = ()
    not_measured_when: tuple[Condition, ...] = ()  # any of them
    valid_when: tuple[Condition, ...] = ()  # all of them, or the reading is invalid

    @property
    def first_byte(self) -> int:
        """The first byte that the reading rests on: the field's own or a condition's."""
        return min([self.bit // 8, *(c.byte for c in self.not_measured_when + self.valid_when)])

    @property
    def last_byte(self) -> int:
        return max([(self.bit + self.bits - 1) // 8, *(c.byte for c in self.not_measured_when + self.valid_when)])


class Command(NamedTuple):
    """One thing to ask: a PID of service 01 of every ECU that supports it, or a DID of the one ECU behind `link`."""

    id: str
    service: int
    key: int  # PID or DID
    period_s: float
    fields: tuple[Field, ...]
    link: Link | None = None
    length: int | None = None  # bytes of data; always known for a PID

    @property
    def payload(self) -> bytes:
        if self.service == current_data.SID:
            return current_data.make_request([self.key])
        return read_data_by_identifier.make_request(self.key)


class SignalSet(NamedTuple):
    """A named set of commands for one standard or platform."""

    name: str
    title: str
    commands: tuple[Command, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        """The ECUs that the set addresses by itself."""
        return tuple(dict.fromkeys(command.link for command in self.commands if command.link))
