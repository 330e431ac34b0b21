"""Notices to insurers: one signed POST to an address of the internet, and to no other.

The address is chosen by somebody outside, so its name is looked up once, each answer must be a public one, and the
connection goes to the very address that was judged: a name that changes between the two leads nowhere. No redirect is
followed.
"""

import ipaddress
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import msgspec
from standardwebhooks import Webhook

from cloud.act.ports import Delivered, Hook

TIMEOUT_S: Final = 3.0
HTTPS: Final = 443
# NAT64, 6to4, Teredo and IPv4-compatible: each leads on to an IPv4 address that it carries, perhaps one of our own.
_LEADS_ON: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")))
_TRY_AGAIN: Final = frozenset({408, 409, 425, 429})
Resolve = Callable[[str, int], list[str]]


class UnsafeAddressError(ValueError):
    """The address is none that we may call."""


def resolve(host: str, port: int) -> list[str]:
    """Return every address of `host`; raise `OSError` when its name is not known."""
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def judged(url: str, resolve: Resolve, *, loopback: bool = False) -> tuple[str, str, int]:
    """Return the address to connect to, the name to ask it for, and the port.

    Raises `UnsafeAddressError` for anything but https to public addresses, or with `loopback` (for trying things out on
    one machine) http to this machine; `OSError` when the name is not known now.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or HTTPS
    if not host or parts.username is not None or parts.password is not None:
        raise UnsafeAddressError("the address needs a host, and no user or password")
    addresses = resolve(host, port)
    if loopback and addresses and all(ipaddress.ip_address(one).is_loopback for one in addresses):
        return addresses[0], host, port
    if parts.scheme != "https":
        raise UnsafeAddressError("only https is called")
    if not addresses or not all(_is_public(one) for one in addresses):
        raise UnsafeAddressError("the address is not of the public internet")
    return addresses[0], host, port


class SignedWebhook:
    """See `Insurers`."""

    def __init__(self, resolve: Resolve = resolve, *, loopback: bool = False) -> None:
        """Keep one pool of connections."""
        self._resolve, self._loopback = resolve, loopback
        self._client = httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)

    def send(self, hook: Hook, key: str, at_s: float, body: dict[str, Any]) -> Delivered:
        """POST `body` with the headers webhook-id, webhook-timestamp and webhook-signature; see `Insurers`."""
        try:
            address, host, port = judged(hook.url, self._resolve, loopback=self._loopback)
        except UnsafeAddressError as error:
            return Delivered(False, f"address: {error}", is_final=True)
        except (OSError, ValueError) as error:
            return Delivered(False, f"address: {error}")
        text = msgspec.json.encode(body).decode()
        at = datetime.fromtimestamp(int(at_s), UTC)
        headers = {
            "Content-Type": "application/json",
            "Host": host if port == HTTPS else f"{host}:{port}",
            "webhook-id": key,
            "webhook-timestamp": str(int(at_s)),
            "webhook-signature": Webhook(hook.secret).sign(key, at, text),
        }
        target = httpx2.URL(hook.url).copy_with(host=address)
        try:
            answer = self._client.post(target, content=text, headers=headers, extensions={"sni_hostname": host})
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            return Delivered(False, f"address: {error}", is_final=True)
        except httpx2.HTTPError as error:
            return Delivered(False, f"{type(error).__name__}: {error}")
        if answer.is_success:
            return Delivered(True)
        final = answer.status_code < 500 and answer.status_code not in _TRY_AGAIN
        return Delivered(False, f"HTTP {answer.status_code}", is_final=final)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    if any(known in network for network in _LEADS_ON):
        return False
    return known.is_global and not known.is_multicast
