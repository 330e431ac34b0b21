"""What answers about codes, frozen data and vehicle information say: services 02, 03, 07, 09, 0A, 19 and DIDs F8xx."""

from collections.abc import Mapping
from typing import Final

from contract.messages import DtcSet, EcuInfo, FreezeFrame
from contract.validity import Validity
from edge.errors import ServiceError
from edge.obd import decode
from edge.obd.decode import Reading
from edge.obd.facts import (
    CodeList,
    Diagnostic,
    ExtendedData,
    FrameCause,
    FrozenData,
    Identity,
    StoredFrames,
    Supports,
)
from edge.obd.readiness import LENGTHS
from edge.obd.services import (
    current_data,
    dtc_information,
    freeze_frame,
    read_data_by_identifier,
    trouble_codes,
    vehicle_information,
)
from edge.obd.services.dtc_information import Extended, Listed, Snapshot, Stored
from edge.obd.services.vehicle_information import CALIBRATIONS, ECU_NAME, VERIFICATIONS
from edge.obd.signalset import Command

# SAE J1979-2: DIDs F4xx are the PIDs of service 01, F8xx the info types of service 09.
PID_DIDS: Final = 0xF400
INFO_DIDS: Final = 0xF800
_PAGE: Final = 0xFF00


class DiagnosticReader:
    """Reads what is not current data; `commands` are the PIDs whose frozen data it can read."""

    def __init__(self, commands: Mapping[int, Command]) -> None:
        self._commands = dict(commands)
        self.lengths: dict[int, int] = LENGTHS | {pid: command.length or 0 for pid, command in commands.items()}

    def interpret(self, ecu: str, payload: bytes) -> list[Diagnostic] | None:
        """Return the facts in `payload`; None when it answers nothing of this, `ServiceError` when it is broken."""
        service = payload[0] - 0x40
        if service in trouble_codes.STATUSES:
            status, codes = trouble_codes.interpret_response(payload)
            return [DtcSet(ecu=ecu, status=status, codes=codes)]
        if service == freeze_frame.SID:
            return [self._frozen(ecu, payload)]
        if service == dtc_information.SID:
            return self._information(ecu, payload)
        if service == vehicle_information.SID:
            infotype, data = vehicle_information.interpret_response(payload)
            return _about(ecu, vehicle_information.make_request(infotype), infotype, data)
        if service == read_data_by_identifier.SID:
            did, data = read_data_by_identifier.interpret_response(payload)
            if did & _PAGE == INFO_DIDS:
                return _about(ecu, read_data_by_identifier.make_request(did), did & ~_PAGE, data)
        return None

    def _frozen(self, ecu: str, payload: bytes) -> Diagnostic:
        pid, number, data = freeze_frame.interpret_response(payload, self.lengths)
        if pid in current_data.SUPPORT_PIDS:
            return Supports(ecu, freeze_frame.make_request(pid, number), current_data.supported(pid, data))
        if pid == freeze_frame.STORED_BY:
            return FrameCause(ecu, number, freeze_frame.cause(data))
        values, raw = self._values(ecu, pid, pid, data)
        return FrozenData(ecu, number, pid, values, raw)

    def _information(self, ecu: str, payload: bytes) -> list[Diagnostic]:
        match dtc_information.interpret_response(payload, self._length):
            case Listed(codes):
                return [CodeList(ecu, codes)]
            case Stored(records):
                return [StoredFrames(ecu, records)]
            case Extended(code, number, data):
                return [] if number is None else [ExtendedData(ecu, code.text, number, data)]
            case snapshots:
                return [self._snapshot(ecu, snapshot) for snapshot in snapshots]

    def _snapshot(self, ecu: str, snapshot: Snapshot) -> FreezeFrame:
        values: dict[str, float] = {}
        raw: dict[int, bytes] = {}
        for did, data in snapshot.data.items():
            found, kept = self._values(ecu, did & ~_PAGE, did, data)
            values |= found
            raw |= kept
        if snapshot.rest:
            raw[int.from_bytes(snapshot.rest[:2], "big")] = snapshot.rest[2:]
        return FreezeFrame(ecu=ecu, code=snapshot.code.text, number=snapshot.number, values=values, raw=raw)

    def _values(self, ecu: str, pid: int, key: int, data: bytes) -> tuple[dict[str, float], dict[int, bytes]]:
        """Return the values of one PID, and its bytes under `key` where one of its signals is no value or unknown."""
        command = self._commands.get(pid)
        readings: list[Reading] = [] if command is None else decode.readings(command, ecu, data)
        values = {one.signal: one.value for one in readings if one.validity is Validity.VALUE}
        return values, {} if readings and len(values) == len(readings) else {key: data}

    def _length(self, did: int) -> int | None:
        if did & _PAGE != PID_DIDS:
            return None
        pid = did & ~_PAGE
        return 4 if pid in current_data.SUPPORT_PIDS else self.lengths.get(pid)


def _about(ecu: str, request: bytes, infotype: int, data: bytes) -> list[Diagnostic] | None:
    match infotype:
        case 0x00:
            return [Supports(ecu, request, vehicle_information.supported(data))]
        case 0x02:
            return [Identity(ecu, vehicle_information.number(data))]
        case 0x04:
            return [EcuInfo(ecu=ecu, calibrations=vehicle_information.items(CALIBRATIONS, data))]
        case 0x06:
            return [EcuInfo(ecu=ecu, cvns=vehicle_information.items(VERIFICATIONS, data))]
        case 0x0A:
            (name, *more) = vehicle_information.items(ECU_NAME, data)
            if more:
                raise ServiceError(f"an ECU has one name, {ecu} told {1 + len(more)}")
            return [EcuInfo(ecu=ecu, name=name)]
    return None
