"""What one car is asked, once it is known which ECUs it has and what each supports."""

from collections.abc import Mapping
from typing import Final

from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Link
from edge.obd.agenda import Task
from edge.obd.interpreter import Interpreter
from edge.obd.services import trouble_codes, vehicle_information

VIN_RETRY_S: Final = 60.0


def tasks(
    interpreter: Interpreter, supported: Mapping[Link, frozenset[int]], codes_period_s: float, domain_s: float
) -> list[Task]:
    """Return every PID for each ECU that has it, every DID for its ECU, and codes and VIN of everybody."""
    wanted = [
        Task(link, command.payload, command.period_s, domain_s, command)
        for command in interpreter.pid_commands
        for link, pids in supported.items()
        if command.key in pids and command.link in (None, link)
    ]
    wanted += [
        Task(link, command.payload, command.period_s, domain_s, command) for link, command in interpreter.did_commands
    ]
    for functional in (FUNCTIONAL_11BIT, FUNCTIONAL_29BIT):
        if any(link.extended == functional.extended for link in supported):
            wanted += [
                Task(functional, trouble_codes.make_request(service), codes_period_s, domain_s)
                for service in trouble_codes.STATUSES
            ]
            vin = vehicle_information.make_request(vehicle_information.VIN_INFOTYPE)
            wanted.append(Task(functional, vin, VIN_RETRY_S, domain_s, once=True))
    return wanted
