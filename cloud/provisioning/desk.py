"""Where a dongle shows its claim: what it must bring, and what it is given."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from cloud.provisioning.authority import Authority, Request, UnsoundError, read_request
from cloud.provisioning.ports import Claims, Spending
from cloud.store.errors import RefusedError
from contract.errors import ContractError
from contract.identity import check_name, check_vehicle
from contract.release import KEY_BYTES

TOKEN_BYTES: Final = 32
LONGEST_MS: Final = 24 * 3_600_000


class Broker(NamedTuple):
    """Where vehicles find the broker, and how they show who they are there; `ca_pem` is "" for a public authority."""

    host: str
    port: int
    login: Literal["certificate", "password"]
    ca_pem: str = ""


class Wish(NamedTuple):
    """What a device sends: its claim, its signing request (PEM), a password that it made up, its serial number."""

    claim: str
    csr: str
    secret: str
    serial: str = ""


class Admission(NamedTuple):
    """What it is given: its certificate, the authority of it, and the key that releases are signed with."""

    vehicle: str
    certificate: str
    authority: str
    release_key: bytes
    broker: Broker


class Desk:
    """Admits each device once; `let_in(vehicle, password)` tells a broker that knows passwords."""

    def __init__(
        self, claims: Claims, authority: Authority, broker: Broker, let_in: Callable[[str, str], None]
    ) -> None:
        self._claims = claims
        self._authority = authority
        self._broker = broker
        self._let_in = let_in

    def admit(self, wish: Wish, now: dt.datetime) -> Admission:
        """Spend the claim and return what the device needs; raise `RefusedError`, which says why, and give nothing."""
        request = _request(wish)
        spending = Spending(
            digest(wish.claim), request.vehicle, wish.serial, request.key_sha256, round(now.timestamp() * 1000.0)
        )
        self._claims.spend(spending)
        release_key = secrets.token_bytes(KEY_BYTES)
        self._claims.keep_key(request.vehicle, release_key)
        if self._broker.login == "password":
            self._let_in(request.vehicle, wish.secret)
        certificate = self._authority.issue(request, now)
        return Admission(request.vehicle, certificate, self._authority.certificate_pem, release_key, self._broker)


def offer(claims: Claims, vehicle: str, serial: str, lasting_ms: int, now_ms: int) -> str:
    """Make a claim for `vehicle` and return it, which cannot be read again; raise `RefusedError`.

    It begins with the vehicle and a dot, so that the device knows who it is to be.
    """
    if not 0 < lasting_ms <= LONGEST_MS:
        raise RefusedError("claim_too_long", "a claim lasts up to 24 hours")
    token = f"{check_vehicle(vehicle)}.{secrets.token_urlsafe(TOKEN_BYTES)}"
    claims.offer(digest(token), vehicle, check_name(serial), now_ms + lasting_ms)
    return token


def digest(token: str) -> str:
    """Return what is kept of a token; it has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def _request(wish: Wish) -> Request:
    try:
        request = read_request(wish.csr)
        check_vehicle(request.vehicle)
        check_name(wish.serial)
    except (ContractError, UnsoundError) as error:
        raise RefusedError("request_refused", str(error)) from error
    return request
