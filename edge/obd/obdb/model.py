"""What an OBDb v3 file says, key by key, before anything is made of it. Numbers are in the file's own units."""

from typing import Final, NamedTuple

from edge.obd.addressing import TESTER
from edge.obd.signalset import Years

DEFAULT_PRIORITY: Final = 0x18
_NORMAL_FIXED: Final = 0xDA  # PF of physical requests and answers, ISO 15765-2
_STANDARD_11BIT: Final = range(0x7E0, 0x7E8)
_BMW_REQUEST: Final = 0x6F1
_BMW_ANSWERS: Final = 0x600  # + the ECU's address byte


class Signal(NamedTuple):
    """One row of `signals` with its `fmt`: value = raw * mul / div + add, or what `texts` gives.

    Bits count from the first byte after PID, local identifier or DID, most significant first; `little_endian` turns
    the signal's bytes round before that.
    """

    id: str
    name: str
    bits: int
    bit: int = 0
    little_endian: bool = False
    signed: bool = False
    mul: float = 1.0
    div: float = 1.0
    add: float = 0.0
    low: float = 0.0
    high: float = 0.0
    null_low: float | None = None  # at or below: no value
    null_high: float | None = None  # at or above: no value
    unit: str = "scalar"
    texts: dict[int, str] | None = None
    metric: str | None = None

    @property
    def has_range(self) -> bool:
        """Say whether `low` to `high` means anything; the reference leaves a value alone where it does not."""
        return self.texts is None and self.high > self.low


class Command(NamedTuple):
    """One row of `commands`; ids and addresses as numbers, what is absent as None."""

    hdr: str
    service: int
    key: int
    period_s: float
    signals: tuple[Signal, ...]
    rax: str | None = None
    eax: int | None = None  # N_TA of the request under extended addressing
    pri: int | None = None
    tst: int | None = None
    tmo: int | None = None
    fcm1: bool = False
    din: int | None = None
    dout: int | None = None
    proto: str | None = None
    dbg: bool = False
    years: Years | None = None
    debug_years: Years | None = None

    @property
    def request(self) -> str:
        """Service and what it asks for: 22C00B."""
        return f"{self.service:02X}{self.key:0{4 if self.service == 0x22 else 2}X}"

    @property
    def id(self) -> str:
        """The name that OBDb gives the command, and the file with its recorded answers."""
        parts = [self.hdr, *([self.rax] if self.rax else []), self.request]
        properties = [
            f"t={self.tmo:02X}" if self.tmo else "",
            f"e={self.eax:02X}" if self.eax else "",
            f"ta={self.tst:02X}" if self.tst else "",
            "fc=1" if self.fcm1 else "",
            "p=9141-2" if self.proto == "9141-2" else "",
            f"c={self.pri:02X}" if self.pri else "",
            f"f={_years(self.years)}" if self.years else "",
        ]
        said = ",".join(text for text in properties if text)
        return ".".join(parts) + (f"|{said}" if said else "")

    @property
    def on_can(self) -> bool:
        return self.proto != "9141-2"

    @property
    def extended(self) -> bool:
        """Say whether the ids have 29 bits."""
        return len(self.hdr) != 3

    @property
    def request_id(self) -> int:
        """The CAN id that the request goes to."""
        header = int(self.hdr, 16)
        if len(self.hdr) != 4:
            return header
        priority = DEFAULT_PRIORITY if self.pri is None else self.pri
        return priority << 24 | header << 8 | (TESTER if self.tst is None else self.tst)

    @property
    def response_id(self) -> int | None:
        """The CAN id that the answer comes from; None where the file names none, so that any will do."""
        if self.rax is None:
            return None
        given = int(self.rax, 16)
        priority = DEFAULT_PRIORITY if self.pri is None else self.pri
        match len(self.rax):
            case 2:
                return priority << 24 | _NORMAL_FIXED << 16 | TESTER << 8 | given
            case 6:
                return priority << 24 | given
            case _:
                return given

    @property
    def likely_response_id(self) -> int | None:
        """The answer's id as named, or as the standards have it; None where neither says so."""
        named, request = self.response_id, self.request_id
        if named is not None:
            return named
        if not self.extended and request in _STANDARD_11BIT and self.eax is None:
            return request + 8
        if not self.extended and request == _BMW_REQUEST and self.eax is not None:
            return _BMW_ANSWERS | self.eax
        if self.extended and request >> 16 & 0xFF == _NORMAL_FIXED:
            return request & 0xFFFF0000 | (request & 0xFF) << 8 | request >> 8 & 0xFF
        return None

    @property
    def response_address(self) -> int | None:
        """N_TA of the answer under extended addressing: the tester's."""
        if self.eax is None:
            return None
        return TESTER if self.tst is None else self.tst


class Group(NamedTuple):
    """One row of `signalGroups`: signals whose ids match, shown together."""

    id: str
    pattern: str
    metric: str | None = None


class Synthetic(NamedTuple):
    """One row of `synthetics`: the ratio a / b of two signals."""

    id: str
    a: str
    b: str
    unit: str
    low: float
    high: float
    metric: str | None = None


class ObdbSet(NamedTuple):
    """One file."""

    file: str
    commands: tuple[Command, ...]
    diagnostic_level: int | None = None
    groups: tuple[Group, ...] = ()
    synthetics: tuple[Synthetic, ...] = ()

    def of_year(self, year: int | None) -> tuple[Command, ...]:
        """Return the commands for cars of that model year; of an unknown year, those for every year."""
        return tuple(c for c in self.commands if c.years is None or (year is not None and c.years.hold(year)))


def _years(years: Years) -> str:
    """Write years as the reference does; a range of one year or a reversed one comes in two parts."""
    first, last = years.first, years.last
    if first is not None and last is not None and first < last:
        parts = [f"{first}-{last}"]
    else:
        parts = [*([f"{first}-"] if first is not None else []), *([f"-{last}"] if last is not None else [])]
    return ";".join(parts + [str(year) for year in sorted(years.also)])
