"""amqtt's plugin for our policy: the password opens the line, the user name decides every topic."""

import asyncio
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from amqtt.contexts import Action, BaseContext
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from cloud.broker import passwords, policy
from cloud.errors import StartError

QUIET_S: Final = 1.0
_ADMITTED: Final = "outrider_admitted"  # amqtt keeps what an extension hangs on a session
_RULES: Final = {
    Action.PUBLISH: policy.may_publish,
    Action.RECEIVE: policy.may_receive,
    Action.SUBSCRIBE: policy.may_subscribe,
}


class IdentityPlugin(BaseAuthPlugin, BaseTopicPlugin):
    """Lets in who knows a password, under the own name, and binds every topic to that name."""

    @dataclass
    class Config:
        """The vehicles' password file, the password of ingest, which is in none, and who counts what is denied."""

        users_file: Path
        ingest_password: str
        denied: Any

    def __init__(self, context: BaseContext) -> None:
        """Read the password file for the first time."""
        super().__init__(context)
        self._denied: Callable[[str], None] = self.config.denied
        self._unsaid = 0
        self._said_s = 0.0
        self._users_file: Path = self.config.users_file
        self._ingest_password: str = self.config.ingest_password
        self._stamp: tuple[int, int] | None = None
        self._users: dict[str, str] = {}
        self._events = structlog.get_logger()

    async def authenticate(self, *, session: Session) -> bool:
        """Say whether this session's user, password, client id and will go together."""
        if getattr(session, _ADMITTED, False):
            return True
        user, password = session.username or "", session.password or ""
        will_topic = session.will_topic if session.will_flag else None
        if not policy.may_connect(user, session.client_id or "", will_topic):
            self._deny("connect", user, f"client id {session.client_id!r}, will {will_topic!r}")
            return False
        if not await self._knows(user, password):
            self._deny("password", user, "unknown user or wrong password")
            return False
        setattr(session, _ADMITTED, True)
        return True

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Say whether the session's user may do `action` with `topic`."""
        rule = _RULES.get(action) if action is not None else None
        if session is None or topic is None or rule is None or not getattr(session, _ADMITTED, False):
            return False
        if rule(session.username, topic):
            return True
        self._deny(str(action), session.username, topic)
        return False

    async def _knows(self, user: str, password: str) -> bool:
        if user == policy.INGEST:
            return hmac.compare_digest(password.encode(), self._ingest_password.encode())
        self._reload()
        hashed = self._users.get(user)
        return hashed is not None and await asyncio.to_thread(passwords.verified, password, hashed)

    def _reload(self) -> None:
        """Take up the password file when it has changed; one that cannot be read leaves the last one standing."""
        try:
            found = self._users_file.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp != self._stamp:
                self._users = passwords.load(self._users_file)
                self._stamp = stamp
        except FileNotFoundError:
            self._users, self._stamp = {}, None
        except (OSError, StartError) as error:
            self._events.error("password_file_not_read", reason=str(error))

    def _deny(self, what: str, user: str, detail: str) -> None:
        """Count it, and log it unless one was logged within the last second: nobody fills the log by trying."""
        self._denied(what)
        self._unsaid += 1
        if (now_s := time.monotonic()) - self._said_s >= QUIET_S:
            self._events.warning("mqtt_denied", count=self._unsaid, what=what, user=user[:80], detail=detail[:200])
            self._unsaid, self._said_s = 0, now_s
