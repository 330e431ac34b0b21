"""What many routes take: the services, who is asking, pages, versions."""

import re
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Header, Query

from cloud.api.problem import ProblemError
from cloud.api.security import READERS, Principal, allow
from cloud.api.services import Services, services_of

Serving = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(allow(*READERS))]
Operator = Annotated[Principal, Depends(allow("operator"))]
PartnerStaff = Annotated[Principal, Depends(allow("partner"))]
InsurerStaff = Annotated[Principal, Depends(allow("insurer"))]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
IfMatch = Annotated[str | None, Header(description="the ETag that was read; 412 when it is no longer the present one")]

_ETAG: Final = re.compile(r'(?:W/)?"(\d{1,18})"')


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def version_in(if_match: str | None) -> int | None:
    """Return the version that an If-Match header names, None where any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"If-Match {if_match[:40]!r} is not an ETag that was given here")
    return int(found[1])
