"""What one reassembled answer says, by the signal sets in use; the poller and the replay of recordings share it."""

from collections.abc import Iterable
from typing import Final

from edge.errors import ServiceError, SignalSetError
from edge.obd import decode
from edge.obd.addressing import LINKS, Link
from edge.obd.diagnostics import PID_DIDS, DiagnosticReader
from edge.obd.facts import Fact
from edge.obd.isotp import Message
from edge.obd.readiness import LENGTHS, readiness
from edge.obd.services import (
    current_data,
    read_data_by_identifier,
    read_data_by_local_identifier,
    vehicle_information,
)
from edge.obd.signalset import Command, SignalSet

_CURRENT_DATA: Final = current_data.SID + 0x40
_BY_IDENTIFIER: Final = read_data_by_identifier.SID + 0x40
_BY_LOCAL_IDENTIFIER: Final = read_data_by_local_identifier.SID + 0x40
_INFORMATION: Final = vehicle_information.SID + 0x40


class Interpreter:
    """Knows every command of `sets`; raises `SignalSetError` where two of them ask for the same thing.

    `frozen` are sets that nobody polls, whose PIDs are read in freeze frames.
    """

    def __init__(self, sets: Iterable[SignalSet], frozen: Iterable[SignalSet] = ()) -> None:
        self.sets = tuple(sets)
        self._pids: dict[int, Command] = {}
        self._own: dict[tuple[Link, int, int], Command] = {}  # what belongs to one ECU
        for signal_set in self.sets:
            for command in signal_set.commands:
                self._add(signal_set, command)
        self.pid_lengths = LENGTHS | {pid: command.length or 0 for pid, command in self._pids.items()}
        more = {c.key: c for one in frozen for c in one.commands if c.service == current_data.SID and c.link is None}
        self._diagnostics = DiagnosticReader(more | self._pids)
        self.frozen_lengths = self._diagnostics.lengths
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
        if service == _BY_LOCAL_IDENTIFIER:
            local_id, data = read_data_by_local_identifier.interpret_response(payload)
            return self._readings((link, read_data_by_local_identifier.SID, local_id), data)
        if service == _BY_IDENTIFIER:
            did, data = read_data_by_identifier.interpret_response(payload)
            asked = (link, read_data_by_identifier.SID, did)
            if asked not in self._own and did & 0xFF00 == PID_DIDS:
                return self._current_data(link, bytes((_CURRENT_DATA, did & 0xFF)) + data)
            found = self._readings(asked, data)
        elif service == _INFORMATION and len(payload) > 2:
            found = self._readings((link, vehicle_information.SID, payload[1]), payload[2:])
        else:
            found = None
        diagnostic = self._diagnostics.interpret(link.ecu, payload)
        if diagnostic is None or found is None:
            return found if diagnostic is None else [*diagnostic]
        return [*found, *diagnostic]

    def _current_data(self, link: Link, payload: bytes) -> list[Fact] | None:
        known = self.pid_lengths.keys() | current_data.SUPPORT_PIDS
        if len(payload) > 1 and payload[1] not in known:
            return None
        facts: list[Fact] = []
        for pid, data in current_data.interpret_response(payload, self.pid_lengths).items():
            if pid in self._pids and self._pids[pid].link in (None, link):
                facts += decode.readings(self._pids[pid], link.ecu, data)
            if pid in LENGTHS:
                facts.append(readiness(link.ecu, pid, data))
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
            taken = command.key in self._pids
            self._pids.setdefault(command.key, command)
        elif command.link is not None:
            taken = (command.link, command.service, command.key) in self._own
            self._own.setdefault((command.link, command.service, command.key), command)
        else:
            raise SignalSetError(f"{signal_set.name}: command {command.id!r}: what is no PID belongs to one ECU")
        if taken:
            raise SignalSetError(f"{signal_set.name}: command {command.id!r}: another set asks for it too")
