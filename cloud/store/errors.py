"""What can go wrong where the service acts.

ActError
├── MissingError    no such vehicle, case, job, reminder or link; say 404
├── RefusedError    the state of things forbids it, definitely; `code` is stable; say 409
├── OutdatedError   somebody changed it since it was read; read again; say 412
├── CursorError     a page's cursor is not one of ours; say 422
├── WishError       what is wanted of a car's agent cannot be, at `key`; correct it; say 422
├── FleetError      the fleet file is wrong at `key`; correct it
└── StoreError      the store could not be read or written just now; nothing was done, try again; say 503
"""

from cloud.errors import CloudError


class ActError(CloudError):
    """Something that the caller asked for was not done, and nothing of it was."""


class MissingError(ActError):
    """There is no such thing."""


class RefusedError(ActError):
    """A definite no: trying the same again will not help."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OutdatedError(ActError):
    """The version that the caller saw is no longer the present one."""


class CursorError(ActError):
    """The cursor was not made by the service."""


class FleetError(ActError):
    """The fleet file cannot be imported; nothing of it was."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


class WishError(ActError):
    """What is wanted of a car's agent cannot be; nothing of it was kept or sent."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


class StoreError(ActError):
    """The operational store could not be used; nothing of the call was done."""
