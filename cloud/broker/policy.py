"""Who may say and hear what. Pure; deploy/mosquitto/outrider.acl says the same for Mosquitto."""

from typing import Final

from contract import topics
from contract.errors import ContractError
from contract.identity import check_vehicle

INGEST: Final = "ingest"


def may_connect(user: str, client_id: str, will_topic: str | None) -> bool:
    """Say whether `user`, whose password is right, may use this client id and leave this will.

    A session is found by its client id, so a vehicle's must be its own name; a will is published unchecked later.
    """
    if client_id != user:
        return False
    return will_topic is None or may_publish(user, will_topic)


def may_publish(user: str, topic: str) -> bool:
    """Say whether `user` may publish on `topic`: a vehicle upwards in its own name, ingest downwards to any."""
    try:
        parsed = topics.parse(topic)
    except ContractError:
        return False
    if user == INGEST:
        return parsed.direction == "down"
    return parsed.direction == "up" and parsed.vehicle == user


def may_receive(user: str, topic: str) -> bool:
    """Say whether a message on `topic` may be delivered to `user`: the other direction of what it may publish."""
    try:
        parsed = topics.parse(topic)
    except ContractError:
        return False
    if user == INGEST:
        return parsed.direction == "up"
    return parsed.direction == "down" and parsed.vehicle == user


def may_subscribe(user: str, topic_filter: str) -> bool:
    """Say whether `user` may subscribe to `topic_filter`; each filter is named, so no wildcard can reach further."""
    if user == INGEST:
        return topic_filter in {topics.UP_FILTER, f"{topics.ROOT}/+/up/#"}
    try:
        check_vehicle(user)
    except ContractError:
        return False
    below = f"{topics.ROOT}/{user}/down"
    return topic_filter in {f"{below}/#", f"{below}/+", *(f"{below}/{lane}" for lane in topics.DOWN)}
