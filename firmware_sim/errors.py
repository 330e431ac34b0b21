"""What can go wrong in the simulator; each message says what to do.

SimError
├── UsageError      bad words on the command line; exit code 2
├── WorldError      a folder, file or pty that is not there or not ours; exit code 3
└── ServiceError    the service's API refused or is not there; exit code 4
"""

from typing import ClassVar


class SimError(Exception):
    """Base of everything the simulator raises on purpose; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 1


class UsageError(SimError):
    """Bad words on the command line."""

    exit_code: ClassVar[int] = 2


class WorldError(SimError):
    """A folder, file or pty that is not there or not ours."""

    exit_code: ClassVar[int] = 3


class ServiceError(SimError):
    """The service's API refused or is not there."""

    exit_code: ClassVar[int] = 4
