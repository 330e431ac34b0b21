"""What one reassembled answer says, by the signal sets in use; the poller and the replay of recordings share it."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from contract.messages import DtcSet
from edge.errors import ServiceError, SignalSetError
from edge.obd import decode
from edge.obd.addressing import LINKS, Link
from edge.obd.decode import Reading
from edge.obd.isotp import Message
from edge.obd.services import (
    current_data,
    read_data_by_identifier,
    read_data_by_local_identifier,
    trouble_codes,
    vehicle_information,
)
from edge.obd.signalset import Command, SignalSet
from edge.obd.vin import Vin

_CURRENT_DATA: Final = current_data.SID + 0x40
_BY_IDENTIFIER: Final = read_data_by_identifier.SID + 0x40
_BY_LOCAL_IDENTIFIER: Final = read_data_by_local_identifier.SID + 0x40
_INFORMATION: Final = vehicle_information.SID + 0x40


class Identity(NamedTuple):
    """The VIN that one ECU reports."""

    ecu: str
    vin: Vin


Fact = Reading | DtcSet | Identity


class Interpreter:
    """Knows every command of `sets`; raises `SignalSetError` where two of them ask for the same thing."""

    def __init__(self, sets: Iterable[SignalSet]) -> None:
        self.sets = tuple(sets)
        self._pids: dict[int, Command] = {}
        self._own: dict[tuple[Link, int, int], Command] = {}  # what belongs to one ECU
        for signal_set in self.sets:
            for command in signal_set.commands:
                self._add(signal_set, command)
        self.pid_lengths = {pid: command.length or 0 for pid, command in self._pids.items()}
        own = dict.fromkeys(link for signal_set in self.sets for link in signal_set.links)
        self.links = tuple(dict.fromkeys((*LINKS, *own)))

    @property
    def pid_commands(self) -> tuple[Command, ...]:
        """The commands of service 01 that may be asked, of any ECU that supports their PID or of their own."""
        return tuple(command for command in self._pids.values() if command.polled)

    @property
    def did_commands(self) -> tuple[tuple[Link, Command], ...]:
        """The commands that belong to one ECU and may be asked, with it."""
        return tuple((link, command) for (link, _, _), command in self._own.items() if command.polled)

    def interpret(self, message: Message) -> list[Fact] | None:
        """Return the facts in `message`; None when no set knows what it answers, `ServiceError` when it is broken."""
        link, payload = message
        service = payload[0]
        if service == _CURRENT_DATA:
            return self._current_data(link, payload)
        if service == _BY_IDENTIFIER:
            did, data = read_data_by_identifier.interpret_response(payload)
            return self._readings((link, read_data_by_identifier.SID, did), data)
        if service == _BY_LOCAL_IDENTIFIER:
            local_id, data = read_data_by_local_identifier.interpret_response(payload)
            return self._readings((link, read_data_by_local_identifier.SID, local_id), data)
        if service - 0x40 in trouble_codes.STATUSES:
            status, codes = trouble_codes.interpret_response(payload)
            return [DtcSet(ecu=link.ecu, status=status, codes=codes)]
        if service == _INFORMATION and payload[1:2] == bytes((vehicle_information.VIN_INFOTYPE,)):
            return [Identity(link.ecu, vehicle_information.interpret_response(payload))]
        if service == _INFORMATION and len(payload) > 2:
            return self._readings((link, vehicle_information.SID, payload[1]), payload[2:])
        return None

    def _current_data(self, link: Link, payload: bytes) -> list[Fact] | None:
        known = self.pid_lengths.keys() | current_data.SUPPORT_PIDS
        if len(payload) > 1 and payload[1] not in known:
            return None
        facts: list[Fact] = []
        for pid, data in current_data.interpret_response(payload, self.pid_lengths).items():
            if pid in self._pids and self._pids[pid].link in (None, link):
                facts += decode.readings(self._pids[pid], link.ecu, data)
        return facts

    def _readings(self, asked: tuple[Link, int, int], data: bytes) -> list[Fact] | None:
        command = self._own.get(asked)
        if command is None:
            return None
        if command.length is not None and len(data) != command.length:
            raise ServiceError(f"{command.id} has {command.length} bytes, {len(data)} came")
        return list(decode.readings(command, asked[0].ecu, data))

    def _add(self, signal_set: SignalSet, command: Command) -> None:
        if command.service == current_data.SID:
            other = self._pids.setdefault(command.key, command)
        elif command.link is not None:
            other = self._own.setdefault((command.link, command.service, command.key), command)
        else:
            raise SignalSetError(f"{signal_set.name}: command {command.id!r}: what is no PID belongs to one ECU")
        if other is not command:
            raise SignalSetError(f"{signal_set.name}: command {command.id!r}: another set asks for it too")
