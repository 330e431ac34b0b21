"""What operators want of a vehicle's agent, and what the agent made of it.

Campaigns that an agent refused are left out of what is sent from then on: it refuses a configuration whole, and a
grant of the position for a rescue must never fail because of them. The stops stay.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select, update

from cloud.store.errors import MissingError, WishError
from cloud.store.once import upsert
from cloud.store.outbox import put, revision
from cloud.store.tables import configurations, vehicles
from contract.checks import check
from contract.configuration import MOST_STOPS, check_campaigns
from contract.errors import ContractError
from contract.messages import Campaign, Config, ConfigOutcome
from contract.signals import signal

Outcome = Literal["none", "waiting", "taken", "refused"]
_CAMPAIGNS: Final = tuple[Campaign, ...]


class Wished(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of one vehicle's agent, since when and by whom; `outcome` is `none` where nothing ever was.

    `reason` is the agent's own word: why it refused, or what went wrong although it took it.
    """

    vehicle_id: str
    campaigns: tuple[Campaign, ...] = ()
    stop: tuple[str, ...] = ()
    changed_ms: int | None = None
    changed_by: str = ""
    revision: int | None = None
    outcome: Outcome = "none"
    reason: str = ""
    answered_ms: int | None = None


class Standing(NamedTuple):
    """What goes to the vehicle with whatever is sent next."""

    campaigns: tuple[Campaign, ...]
    stop: tuple[str, ...]


def wish(
    connection: Connection,
    vehicle_id: str,
    *,
    campaigns: Sequence[Campaign] | None = None,
    stop: Sequence[str] | None = None,
    by: str,
    now_ms: int,
) -> Wished:
    """Want this of the vehicle's agent from now on, None leaves that part as it is, and see that it is sent.

    The same again changes nothing unless the agent refused it. Raise `MissingError`, or `WishError` with the key.
    """
    before = wished(connection, vehicle_id)
    wanted = Standing(
        before.campaigns if campaigns is None else tuple(campaigns), before.stop if stop is None else tuple(stop)
    )
    if wanted == (before.campaigns, before.stop) and before.outcome != "refused":
        return before
    _check(vehicle_id, wanted, now_ms if campaigns is not None else None)
    sent = _send(connection, vehicle_id, now_ms)
    row: dict[str, Any] = {
        "vehicle_id": vehicle_id,
        "campaigns": msgspec.to_builtins(wanted.campaigns),
        "stop": list(wanted.stop),
        "changed_ms": now_ms,
        "changed_by": by,
        "revision": sent,
        "outcome": "waiting",
        "reason": "",
        "answered_ms": None,
    }
    upsert(connection, configurations, row)
    return wished(connection, vehicle_id)


def wished(connection: Connection, vehicle_id: str) -> Wished:
    """Return what is wanted of the vehicle's agent; raise `MissingError` where there is no such vehicle."""
    row = connection.execute(select(configurations).where(configurations.c.vehicle_id == vehicle_id)).mappings().first()
    if row is not None:
        return msgspec.convert({str(name): value for name, value in row.items()}, Wished)
    if connection.execute(select(vehicles.c.id).where(vehicles.c.id == vehicle_id)).first() is None:
        raise MissingError(f"no vehicle {vehicle_id[:80]!r}")
    return Wished(vehicle_id=vehicle_id)


def standing(connection: Connection, vehicle_id: str, now_ms: int) -> Standing:
    """Return what is to be sent: no campaign that the agent refused or that has ended."""
    row = connection.execute(select(configurations).where(configurations.c.vehicle_id == vehicle_id)).mappings().first()
    if row is None:
        return Standing((), ())
    campaigns = () if row["outcome"] == "refused" else msgspec.convert(row["campaigns"], _CAMPAIGNS)
    running = tuple(one for one in campaigns if one.until_ms is None or one.until_ms > now_ms)
    return Standing(running, tuple(row["stop"]))


def watched(connection: Connection) -> list[str]:
    """Return the vehicles whose agents' word on what is wanted matters: those that have not refused it."""
    query = select(configurations.c.vehicle_id).where(configurations.c.outcome != "refused")
    return list(connection.execute(query.order_by(configurations.c.vehicle_id)).scalars())


def note_outcome(connection: Connection, vehicle_id: str, outcome: ConfigOutcome, now_ms: int) -> None:
    """Keep what the agent said of what is wanted; where it refused, send the rest without the campaigns.

    An agent that took it may refuse it later: its owner can want campaigns too. What it says of a revision that was
    never sent, or not of this one, counts for nothing.
    """
    row = connection.execute(select(configurations).where(configurations.c.vehicle_id == vehicle_id)).mappings().one()
    said = "taken" if outcome.taken else "refused"
    if row["outcome"] == "refused" or (said, outcome.reason) == (row["outcome"], row["reason"]):
        return
    about = outcome.revision
    if about is None or not row["revision"] <= about <= revision(connection, vehicle_id):
        return
    values = {"outcome": said, "reason": outcome.reason, "answered_ms": now_ms}
    connection.execute(update(configurations).where(configurations.c.vehicle_id == vehicle_id).values(**values))
    if said == "refused" and row["campaigns"]:
        _send(connection, vehicle_id, now_ms)


def _send(connection: Connection, vehicle_id: str, now_ms: int) -> int:
    """Leave a configuration to be sent and return its revision."""
    key = f"configuration/{vehicle_id}/{revision(connection, vehicle_id)}"
    put(connection, key, "configuration", vehicle_id, {}, now_ms)
    return revision(connection, vehicle_id)


def _check(vehicle_id: str, wanted: Standing, now_ms: int | None) -> None:
    """Raise `WishError` for what no agent takes; with `now_ms` also for campaigns that have ended by then."""
    if len(wanted.stop) > MOST_STOPS:
        raise WishError("stop", f"{len(wanted.stop)} entries; at most {MOST_STOPS} fit")
    for key, config in (
        ("stop", Config(vehicle=vehicle_id, revision=0, stop=wanted.stop)),
        ("campaigns", Config(vehicle=vehicle_id, revision=0, campaigns=wanted.campaigns)),
    ):
        try:
            check(config)
            check_campaigns(config.campaigns)
            for campaign in config.campaigns:
                _check_signals(campaign)
        except ContractError as error:
            raise WishError(key, str(error)) from error
    for campaign in wanted.campaigns:
        if now_ms is not None and campaign.until_ms is not None and campaign.until_ms <= now_ms:
            raise WishError("campaigns", f"campaign {campaign.name!r}: its `until` is in the past of the domain clock")


def _check_signals(campaign: Campaign) -> None:
    for path in (*campaign.signals, *(() if campaign.bound is None else (campaign.bound.signal,))):
        try:
            signal(path)
        except ContractError as error:
            raise ContractError(f"campaign {campaign.name!r}: {error}") from error
