"""What the demo sees of the product: the same API that everybody uses."""

from datetime import datetime
from typing import Any

import httpx2

from demo.verdict import Seen


class Watcher:
    """Reads lists from the API with an operator's token; a read that fails leaves the last one standing."""

    def __init__(self, url: str, token: str) -> None:
        """Open a client for `url`; nothing is asked yet."""
        self._client = httpx2.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=5.0, trust_env=False
        )
        self.vehicles: list[dict[str, Any]] = []
        self.partners: list[dict[str, Any]] = []
        self.seen = Seen()
        self.trouble = ""

    def look(self) -> None:
        """Read every list once."""
        try:
            self.vehicles = self._all("/v1/vehicles")
            self.seen.cases = self._all("/v1/cases")
            self.seen.jobs = self._all("/v1/jobs")
            self.seen.reminders = self._all("/v1/reminders")
            self.trouble = ""
        except httpx2.HTTPError as error:
            self.trouble = f"{type(error).__name__}: {error}"

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    def _all(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            answer = self._client.get(path, params={"cursor": cursor} if cursor else {})
            answer.raise_for_status()
            page = answer.json()
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                if domain_now := answer.headers.get("X-Domain-Now"):
                    self.seen.now = datetime.fromisoformat(domain_now)
                return items
