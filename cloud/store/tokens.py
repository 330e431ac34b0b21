"""API tokens: long random words of which only the hash is kept."""

import hashlib
import secrets
import uuid
from typing import Final, Literal

from sqlalchemy import Connection, insert, select, update

from cloud.store.errors import MissingError, RefusedError
from cloud.store.tables import tokens
from cloud.store.views import Principal

Role = Literal["operator", "partner", "insurer", "viewer"]
ROLES: Final[tuple[Role, ...]] = ("operator", "partner", "insurer", "viewer")
_BYTES: Final = 32


def create(connection: Connection, role: Role, subject: str, now_ms: int, token: str | None = None) -> str:
    """Store a token of `role` that speaks for `subject` and return it; it cannot be read again.

    `subject` is the partner's id for a partner, the recipient's name for an insurer. A given `token` that is stored
    already is left as it is, and must have the same role and subject or `RefusedError` is raised.
    """
    token = secrets.token_urlsafe(_BYTES) if token is None else token
    known = find(connection, token)
    if known is None:
        connection.execute(
            insert(tokens).values(
                id=uuid.uuid4().hex, sha256=digest(token), role=role, subject=subject, created_ms=now_ms
            )
        )
    elif (known.role, known.subject) != (role, subject):
        raise RefusedError("token_taken", "this token is in use for somebody else")
    return token


def find(connection: Connection, token: str) -> Principal | None:
    """Return whose `token` it is, None when nobody's or revoked."""
    row = connection.execute(
        select(tokens.c.id, tokens.c.role, tokens.c.subject).where(
            tokens.c.sha256 == digest(token), tokens.c.revoked_ms.is_(None)
        )
    ).one_or_none()
    return None if row is None else Principal(token_id=row.id, role=row.role, subject=row.subject)


def revoke(connection: Connection, token_id: str, now_ms: int) -> None:
    """Let the token work no longer; raise `MissingError` when there is none."""
    done = connection.execute(
        update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_ms.is_(None)).values(revoked_ms=now_ms)
    )
    if done.rowcount != 1:
        raise MissingError(f"no token {token_id}")


def digest(token: str) -> str:
    """Return what is kept of a token; it has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
