"""What one answer can say beside readings: about codes, frozen data, monitors and the ECU itself."""

from typing import NamedTuple

from contract.messages import DtcSet, EcuInfo, FreezeFrame, Readiness
from edge.obd.decode import Reading
from edge.obd.dtc import Dtc
from edge.obd.vin import Vin


class Identity(NamedTuple):
    """The VIN that one ECU reports."""

    ecu: str
    vin: Vin


class CodeList(NamedTuple):
    """The codes that service 19 lists, with their failure types and status bytes."""

    ecu: str
    codes: tuple[Dtc, ...]


class FrameCause(NamedTuple):
    """The code that stored a freeze frame of service 02; None where there is no frame."""

    ecu: str
    number: int
    code: str | None


class FrozenData(NamedTuple):
    """One PID of a freeze frame: values by path, and the bytes of what is none."""

    ecu: str
    number: int
    pid: int
    values: dict[str, float]
    raw: dict[int, bytes]


class Supports(NamedTuple):
    """The PIDs, info types or DIDs that a bitmap announces; `request` is what was asked for it."""

    ecu: str
    request: bytes
    identifiers: frozenset[int]


class StoredFrames(NamedTuple):
    """The snapshot records that an ECU keeps: code and record number of each."""

    ecu: str
    records: tuple[tuple[Dtc, int], ...]


class ExtendedData(NamedTuple):
    """One extended data record of one code, in its maker's own form."""

    ecu: str
    code: str
    number: int
    data: bytes


Diagnostic = (
    DtcSet
    | Identity
    | CodeList
    | FrameCause
    | FrozenData
    | Supports
    | StoredFrames
    | FreezeFrame
    | ExtendedData
    | EcuInfo
    | Readiness
)
Fact = Reading | Diagnostic
