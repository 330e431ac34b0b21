"""The service's HTTP API as a partner or a driver uses it; real seconds for every deadline."""

from typing import Any, NamedTuple

import httpx2

from firmware_sim.errors import ServiceError

_DEADLINE_S = 10.0


class Reply(NamedTuple):
    """A status and the JSON with it; status 0 when the service could not be reached."""

    status: int
    body: object

    @property
    def ok(self) -> bool:
        """Whether the service did it."""
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The stable word for a refusal, empty where none was said."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""

    @property
    def reason(self) -> str:
        """What the service says about a refusal."""
        body = self.body if isinstance(self.body, dict) else {}
        return str(body.get("detail") or body.get("title") or body.get("reason") or self.status)


class Api:
    """One client of the API at `url`; without a token where the link itself is the secret."""

    def __init__(self, url: str, token: str = "") -> None:
        """Open a client; nothing is sent yet."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._client = httpx2.Client(base_url=url, headers=headers, timeout=_DEADLINE_S, trust_env=False)
        except (httpx2.InvalidURL, ValueError) as error:
            raise ServiceError(f"{url!r} is no address of a service ({error}); try http://127.0.0.1:8080") from error

    def get(self, path: str, *, wait_s: float = 0.0, **query: str | float) -> Reply:
        """Return what `path` says; a long poll may take `wait_s` longer."""
        asked = query | ({"wait_s": wait_s} if wait_s else {})
        return self._send("GET", path, wait_s, asked, None, "")

    def post(self, path: str, body: dict[str, Any], *, key: str = "") -> Reply:
        """Post `body`; `key` makes a repetition harmless."""
        return self._send("POST", path, 0.0, {}, body, key)

    def close(self) -> None:
        """Close the client; calls under way end with status 0."""
        self._client.close()

    def _send(
        self,
        method: str,
        path: str,
        wait_s: float,
        query: dict[str, str | float],
        body: dict[str, Any] | None,
        key: str,
    ) -> Reply:
        headers = {"Idempotency-Key": key} if key else {}
        deadline_s = _DEADLINE_S + wait_s
        try:
            response = self._client.request(method, path, params=query, json=body, headers=headers, timeout=deadline_s)
        except (httpx2.HTTPError, RuntimeError) as error:  # RuntimeError: the client was closed meanwhile
            return Reply(0, {"detail": f"{type(error).__name__}: {error}"})
        if response.status_code == 401:
            raise ServiceError(f"{path}: the service does not know this token; make one with the right role")
        try:
            said: object = response.json()
        except ValueError:
            said = None
        return Reply(response.status_code, said)
