"""What an operator does to a case."""

from typing import Final, Literal, get_args

from sqlalchemy import Connection, RowMapping

from cloud.cases import book
from cloud.store import queries
from cloud.store.errors import OutdatedError, RefusedError
from cloud.store.views import CaseView
from cloud.store.words import Sentence

Resolution = Literal["repaired", "false_alarm", "rescued", "driver_declined", "duplicate", "other"]
RESOLUTIONS: Final[tuple[Resolution, ...]] = get_args(Resolution)


def acknowledge(
    connection: Connection,
    case_id: str,
    *,
    by: str,
    now_ms: int,
    comment: str = "",
    version: int | None = None,
) -> CaseView:
    """Say that `by` has the case; again by anybody changes nothing.

    Raises `MissingError`, `OutdatedError` when `version` is given and not the present one, `RefusedError` (code
    `resolved`) when the case is over.
    """
    row = _current(connection, case_id, version)
    if row["state"] == "resolved":
        raise RefusedError("resolved", "the case is resolved")
    if row["state"] == "open":
        book.change(connection, case_id, now_ms, state="acknowledged")
        text = Sentence(f"{by} 已接手{_tail(comment)}", f"{by} has it{_tail(comment)}")
        book.tell(connection, case_id, "acknowledged", text, now_ms, by=by, data={"comment": comment})
    return queries.case(connection, case_id)


def resolve(
    connection: Connection,
    case_id: str,
    *,
    reason: Resolution,
    by: str,
    now_ms: int,
    comment: str = "",
    version: int | None = None,
) -> CaseView:
    """Close the case; the reason is the outcome label. Raises as `acknowledge` does.

    The same reason again changes nothing; another one is refused. An open job goes on until it is cancelled.
    """
    row = _current(connection, case_id, version)
    if row["state"] == "resolved":
        if row["resolution"] != reason:
            raise RefusedError("resolved", f"the case is resolved as {row['resolution']}")
        return queries.case(connection, case_id)
    text = Sentence(f"{by} 已结案：{reason}{_tail(comment)}", f"{by} resolved it: {reason}{_tail(comment)}")
    book.close_case(connection, case_id, reason, text, now_ms, by=by, data={"comment": comment})
    return queries.case(connection, case_id)


def _current(connection: Connection, case_id: str, version: int | None) -> RowMapping:
    row = book.fetch(connection, case_id)
    if version is not None and row["version"] != version:
        raise OutdatedError(f"the case is at version {row['version']}, not {version}")
    return row


def _tail(comment: str) -> str:
    return f" ({comment})" if comment else ""
