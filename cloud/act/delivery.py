"""Emptying the outbox: each thing sent until it has arrived, with one key, and a person called when it cannot.

Killed between sending and noting, it is sent again with the same key; the receiver acts once.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import Connection, RowMapping, select, update

from cloud.act.ports import Delivered, Downlink, Hook, Insurers, Notices
from cloud.cases import book, texts
from cloud.errors import CloudError
from cloud.insurer import telling
from cloud.insurer.pseudonym import KeyRing
from cloud.rescue import places
from cloud.store import configurations
from cloud.store.engine import Store
from cloud.store.outbox import TO_PEOPLE, revision
from cloud.store.tables import insurer_hooks, outbox, vehicles
from contract.messages import Config, PositionGrant

AT_ONCE: Final = 16
WORKERS: Final = 4
FIRST_WAIT_MS: Final = 500
LONGEST_WAIT_MS: Final = 300_000
MAX_TRIES: Final = 30


class ToInsurers(NamedTuple):
    """The way to the insurers, and the names that they know vehicles by."""

    way: Insurers
    ring: KeyRing


class Parcel(NamedTuple):
    """One row of the outbox, ready to go: a notice with its address or hook, or a configuration for a vehicle."""

    id: int
    key: str
    attempts: int
    case_id: str
    address: str
    body: dict[str, Any]
    config: Config | None
    hook: Hook | None = None
    not_sent: str = ""


def wait_ms(attempts: int, spread: float) -> int:
    """Return how long to wait after try number `attempts`: doubling to 5 minutes, half of it by `spread` (0..1)."""
    longest: int = min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(attempts - 1, 20))
    return round(longest * (0.5 + 0.5 * spread))


class Delivery:
    """Sends what the outbox holds; one at a time per process, as every row is noted when it has gone."""

    def __init__(
        self, store: Store, notices: Notices, downlink: Downlink, public_url: str, insurers: ToInsurers | None = None
    ) -> None:
        """Stand on these; `public_url` is where drivers' phones reach the service, without a slash at its end."""
        self._insurers = insurers
        self._store = store
        self._notices = notices
        self._downlink = downlink
        self._public_url = public_url
        self._pool = ThreadPoolExecutor(WORKERS, "delivery")

    def round(self, now_ms: int, real_ms: int) -> int:
        """Send what is due at the real time `real_ms`, note how it went, and return how many were tried."""
        with self._store.read() as connection:
            parcels = self._due(connection, now_ms, real_ms)
        if not parcels:
            return 0
        results = list(self._pool.map(lambda parcel: self._send(parcel, real_ms), parcels))
        with self._store.write() as connection:
            for parcel, result in zip(parcels, results, strict=True):
                _note(connection, parcel, result, now_ms, real_ms)
        return len(parcels)

    def close(self) -> None:
        """Wait for what is being sent."""
        self._pool.shutdown()

    def _due(self, connection: Connection, now_ms: int, real_ms: int) -> list[Parcel]:
        waiting = select(outbox, vehicles.c.contact_address).where(
            outbox.c.delivered_ms.is_(None),
            outbox.c.given_up_ms.is_(None),
            outbox.c.next_real_ms.is_(None) | (outbox.c.next_real_ms <= real_ms),
        )
        joined = waiting.select_from(outbox.outerjoin(vehicles, vehicles.c.id == outbox.c.vehicle_id))
        rows = connection.execute(joined.order_by(outbox.c.id).limit(AT_ONCE)).mappings().all()
        return [self._parcel(connection, row, now_ms) for row in rows]

    def _parcel(self, connection: Connection, row: RowMapping, now_ms: int) -> Parcel:
        body: dict[str, Any] = row["body"]
        if row["kind"] == "insurer":
            return self._for_insurer(connection, row, now_ms)
        config = None
        sent: dict[str, Any] = {}
        if row["kind"] not in TO_PEOPLE:
            config = _config(connection, row["vehicle_id"], now_ms)
        else:
            page = body.get("page", "d")
            link = f"{self._public_url}/{page}/{body['token']}" if body["token"] else None
            sent = {
                "vehicle": row["vehicle_id"],
                "kind": body["kind"],
                "text_zh": body["text_zh"],
                "text_en": body["text_en"],
                "link": link,
            }
        address = row["contact_address"] or ""
        return Parcel(row["id"], row["key"], row["attempts"], body.get("case_id", ""), address, sent, config)

    def _for_insurer(self, connection: Connection, row: RowMapping, now_ms: int) -> Parcel:
        """Look at hook and consent again: what was let out when it was left may not be any more."""
        body: dict[str, Any] = row["body"]
        plain = Parcel(row["id"], row["key"], row["attempts"], "", "", {}, None)
        hooked = select(insurer_hooks).where(insurer_hooks.c.recipient == body["recipient"])
        hook = connection.execute(hooked).mappings().one_or_none()
        if hook is None or self._insurers is None:
            return plain._replace(not_sent="the insurer has no webhook any more")
        said = telling.message(connection, body, row["vehicle_id"], self._insurers.ring, now_ms)
        if said is None:
            return plain._replace(not_sent="consent does not let it out any more")
        at = datetime.fromtimestamp(row["created_ms"] / 1000.0, UTC).isoformat()
        return plain._replace(body={**said, "timestamp": at}, hook=Hook(hook["url"], hook["secret"]))

    def _send(self, parcel: Parcel, real_ms: int) -> Delivered:
        if parcel.not_sent:
            return Delivered(False, parcel.not_sent, is_final=True)
        if parcel.hook is not None and self._insurers is not None:
            return self._insurers.way.send(parcel.hook, parcel.key, real_ms / 1000.0, parcel.body)
        if parcel.config is not None:
            try:
                self._downlink.configure(parcel.config)
            except CloudError as error:
                return Delivered(False, str(error))
            return Delivered(True)
        if not parcel.address:
            return Delivered(False, "the vehicle has no contact address", is_final=True)
        return self._notices.send(parcel.address, parcel.key, parcel.body)


def _config(connection: Connection, vehicle_id: str, now_ms: int) -> Config:
    """Return all that stands now: every grant, and what operators want; the agent takes it in the place of the last."""
    grants = tuple(
        PositionGrant(precision="exact", until_ms=until_ms, job=job_id)
        for job_id, until_ms in places.granted(connection, vehicle_id, now_ms)
    )
    stands = configurations.standing(connection, vehicle_id, now_ms)
    return Config(
        vehicle=vehicle_id,
        revision=revision(connection, vehicle_id),
        grants=grants,
        stop=stands.stop,
        campaigns=stands.campaigns,
    )


def _note(connection: Connection, parcel: Parcel, result: Delivered, now_ms: int, real_ms: int) -> None:
    attempts = parcel.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "error": result.error[:500]}
    over = result.is_done or result.is_final or attempts >= MAX_TRIES
    if result.is_done:
        values["delivered_ms"] = now_ms
    elif over:
        values["given_up_ms"] = now_ms
    else:
        values["next_real_ms"] = real_ms + wait_ms(attempts, random.random())
    connection.execute(update(outbox).where(outbox.c.id == parcel.id).values(**values))
    if over and parcel.config is None:
        _wipe_token(connection, parcel.id)
    if not result.is_done:
        structlog.get_logger().warning("not_delivered", key=parcel.key, attempts=attempts, reason=result.error)
    # Three tries in vain are a driver who is not reached; the tries go on.
    if not result.is_done and (over or attempts == 3) and parcel.case_id:
        book.hand_to_person(connection, parcel.case_id, texts.UNREACHED, now_ms)


def _wipe_token(connection: Connection, row_id: int) -> None:
    body = connection.execute(select(outbox.c.body).where(outbox.c.id == row_id)).scalar_one()
    if body.get("token"):
        connection.execute(update(outbox).where(outbox.c.id == row_id).values(body=body | {"token": ""}))
