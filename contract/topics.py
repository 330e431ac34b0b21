"""MQTT topics: outrider/v1/{vehicle}/up/{lane} from the car, .../down/{lane} to it.

The broker binds {vehicle} to the authenticated user; ingest checks it against the payload again.
"""

from typing import Final, NamedTuple

from contract.errors import ContractError
from contract.identity import check_vehicle

ROOT: Final = "outrider/v1"
UP: Final = ("telemetry", "urgent", "dtc", "status")
DOWN: Final = ("receipt", "config")
UP_FILTER: Final = f"{ROOT}/+/up/+"


class Topic(NamedTuple):
    """One parsed topic."""

    vehicle: str
    direction: str
    lane: str


def build(vehicle: str, lane: str) -> str:
    """Return the topic of `lane` for `vehicle`; raise `ContractError` for a lane or id that does not exist."""
    if lane in UP:
        direction = "up"
    elif lane in DOWN:
        direction = "down"
    else:
        raise ContractError(f"no lane {lane[:40]!r}; up: {', '.join(UP)}; down: {', '.join(DOWN)}")
    return f"{ROOT}/{check_vehicle(vehicle)}/{direction}/{lane}"


def parse(topic: str) -> Topic:
    """Return the parts of `topic`, or raise `ContractError`."""
    parts = topic.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT:
        raise ContractError(f"topic {topic[:120]!r} is not {ROOT}/VEHICLE/(up|down)/LANE")
    vehicle, direction, lane = parts[2:]
    if lane not in {"up": UP, "down": DOWN}.get(direction, ()):
        raise ContractError(f"topic {topic[:120]!r} names no lane of this version")
    return Topic(check_vehicle(vehicle), direction, lane)
