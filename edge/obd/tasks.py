"""What one car is asked, once it is known which ECUs it has and what each supports; codes are `diagnosis`'s matter."""

from collections.abc import Mapping
from typing import Final

from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Link
from edge.obd.agenda import Task
from edge.obd.diagnostics import PID_DIDS
from edge.obd.discovery import Protocol
from edge.obd.interpreter import Interpreter
from edge.obd.readiness import LENGTHS
from edge.obd.services import current_data, read_data_by_identifier, vehicle_information

VIN_RETRY_S: Final = 60.0
READINESS_S: Final = 300.0


def tasks(
    interpreter: Interpreter, supported: Mapping[Link, frozenset[int]], protocol: Protocol, domain_s: float
) -> list[Task]:
    """Return every PID for each ECU that has it, every DID for its ECU, and the VIN of everybody."""
    commands = interpreter.pid_commands
    wanted = [
        Task(link, _request(command.key, protocol), command.period_s, domain_s, command)
        for command in commands
        for link, pids in supported.items()
        if command.key in pids and command.link in (None, link)
    ]
    unread = LENGTHS.keys() - {command.key for command in commands} - {0x01}
    wanted += [
        Task(link, _request(pid, protocol), READINESS_S, domain_s)
        for link, pids in supported.items()
        for pid in unread & pids
    ]
    wanted += [
        Task(link, command.payload, command.period_s, domain_s, command) for link, command in interpreter.did_commands
    ]
    if protocol == "j1979":
        vin = vehicle_information.make_request(vehicle_information.VIN_INFOTYPE)
        wanted += [
            Task(functional, vin, VIN_RETRY_S, domain_s, once=True)
            for functional in (FUNCTIONAL_11BIT, FUNCTIONAL_29BIT)
            if any(link.extended == functional.extended for link in supported)
        ]
    return wanted


def _request(pid: int, protocol: Protocol) -> bytes:
    if protocol == "j1979":
        return current_data.make_request([pid])
    return read_data_by_identifier.make_request(PID_DIDS | pid)
