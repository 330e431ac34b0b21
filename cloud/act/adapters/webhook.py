"""Notices as HTTP: one POST of JSON to the driver's contact address."""

from typing import Any, Final

import httpx2

from cloud.act.ports import Delivered

TIMEOUT_S: Final = 3.0
_TRY_AGAIN: Final = frozenset({408, 409, 425, 429})


class Webhook:
    """See `Notices`. No redirect is followed: it could lead a notice anywhere."""

    def __init__(self) -> None:
        """Keep one pool of connections."""
        self._client = httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)

    def send(self, address: str, key: str, body: dict[str, Any]) -> Delivered:
        """POST `body` with the header Idempotency-Key; see `Notices`."""
        try:
            answer = self._client.post(address, json=body, headers={"Idempotency-Key": key})
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
