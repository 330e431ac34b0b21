"""What a signal set says once it has been read: commands, and where in their answers the signals stand.

Bits are counted from the first data byte after PID or DID, most significant bit first.
"""

from math import inf
from typing import Final, NamedTuple

from contract.signals import Signal
from edge.obd.addressing import Link
from edge.obd.services import (
    current_data,
    read_data_by_identifier,
    read_data_by_local_identifier,
    vehicle_information,
)
from edge.obd.units import SAME, Linear

Ranges = tuple[tuple[int, int], ...]

MODEL_YEARS: Final = range(1980, 2101)


class Years(NamedTuple):
    """Model years, both ends included; `first` after `last` means the years outside of what lies between them."""

    first: int | None = None
    last: int | None = None
    also: frozenset[int] = frozenset()

    def hold(self, year: int) -> bool:
        """Say whether `year` is one of them."""
        if year in self.also:
            return True
        if self.first is None or self.last is None:
            return (self.first is not None and year >= self.first) or (self.last is not None and year <= self.last)
        if self.first <= self.last:
            return self.first <= year <= self.last
        return year >= self.first or year <= self.last


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
    """One thing to ask: a PID of service 01 of every ECU that supports it, or of the one ECU behind `link`.

    `key` is the PID (service 01), infotype (09), local identifier (21) or DID (22).
    """

    id: str
    service: int
    key: int
    period_s: float
    fields: tuple[Field, ...]
    link: Link | None = None
    length: int | None = None  # bytes of data; always known for a PID
    years: Years | None = None  # None: of every model year
    session: int | None = None  # the diagnostic session that the ECU wants; the agent opens none
    polled: bool = True  # False: never asked, read when its answer is seen

    @property
    def payload(self) -> bytes:
        return _REQUESTS[self.service](self.key)


_REQUESTS: Final = {
    current_data.SID: lambda key: current_data.make_request([key]),
    vehicle_information.SID: vehicle_information.make_request,
    read_data_by_local_identifier.SID: read_data_by_local_identifier.make_request,
    read_data_by_identifier.SID: read_data_by_identifier.make_request,
}


class SignalSet(NamedTuple):
    """A named set of commands for one standard or platform."""

    name: str
    title: str
    commands: tuple[Command, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        """The ECUs that the set addresses by itself."""
        return tuple(dict.fromkeys(command.link for command in self.commands if command.link))

    def of_year(self, year: int | None) -> "SignalSet":
        """Return the set for cars of that model year; of an unknown year, what holds for every year."""
        return self._replace(
            commands=tuple(
                command
                for command in self.commands
                if command.years is None or (year is not None and command.years.hold(year))
            )
        )
