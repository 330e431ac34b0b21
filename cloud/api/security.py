"""Who is asking: a bearer token, the role it carries, and what that role may call."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final, Literal, NamedTuple

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cloud.api.problem import ProblemError
from cloud.api.services import Services, services_of
from cloud.store import tokens

Role = Literal["operator", "viewer", "partner", "insurer"]
READERS: Final[tuple[Role, ...]] = ("operator", "viewer")

_bearer: Final = HTTPBearer(auto_error=False, description="A token made by `outrider token create`")


class Principal(NamedTuple):
    """Whoever the token was made for: the role, and the partner or insurer it speaks for ('' for staff)."""

    role: str
    subject: str

    @property
    def name(self) -> str:
        """What the timeline calls this principal."""
        return f"{self.role}:{self.subject}" if self.subject else self.role


def principal(
    services: Annotated[Services, Depends(services_of)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Return who is asking, or answer 401."""
    if given is None:
        raise _unauthorised("give a token: Authorization: Bearer TOKEN")
    with services.store.read() as connection:
        found = tokens.find(connection, given.credentials)
    if found is None:
        raise _unauthorised("this token is not known, or was revoked")
    return Principal(found.role, found.subject)


def allow(*roles: Role) -> Callable[..., Principal]:
    """Return a dependency that lets `roles` through and answers 403 to the others."""

    def check(who: Annotated[Principal, Depends(principal)], request: Request) -> Principal:
        if who.role not in roles:
            detail = f"the role {who.role} may not {request.method} {request.url.path}; it takes: {', '.join(roles)}"
            raise ProblemError(HTTPStatus.FORBIDDEN, detail)
        return who

    return check


def _unauthorised(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})
