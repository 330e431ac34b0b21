"""A fault code's life, from successive reports: pending, confirmed, permanent, cleared. Pure.

A set replaces what its control unit had listed in that status; a status that nobody was asked for stays as it was. The
strongest status that lists a code is its state; a code that no status lists any more is cleared. Permanent codes
survive a clearing: only the control unit itself ends them, when its own test has passed.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from contract.dtc import base
from contract.messages import DtcReport, DtcStatus

State = Literal["pending", "confirmed", "permanent", "cleared"]
ClearedBy = Literal["", "codes_cleared", "supply_lost", "unknown"]
Key = tuple[str, str]

RANK: Final[tuple[DtcStatus, ...]] = ("pending", "confirmed", "permanent")
# A clearing is noticed and the codes are asked for in turns of a minute or so, in either order.
ONE_CLEARING_MS: Final = 300_000
MOST_CODES: Final = 256  # of one vehicle: more than any car lists, and an end to what a broken one can fill


class FaultCode(NamedTuple):
    """One code of one control unit; `listed` are the statuses that list it now. Times are ms of the domain."""

    ecu: str
    code: str
    listed: frozenset[DtcStatus]
    first_ms: int
    last_ms: int
    failure_type: int | None = None
    status: int | None = None
    occurrences: int | None = None
    confirmed_ms: int | None = None
    cleared_ms: int | None = None
    cleared_by: ClearedBy = ""
    times: int = 1

    @property
    def state(self) -> State:
        """The strongest status that lists it."""
        return max(self.listed, key=RANK.index) if self.listed else "cleared"


class Change(NamedTuple):
    """A code that went from one state to another; `before` is None for one that is new."""

    ecu: str
    code: str
    before: State | None
    after: State


def advance(known: Mapping[Key, FaultCode], report: DtcReport, at_ms: int) -> dict[Key, FaultCode]:
    """Return the codes after `report`, which was made at `at_ms`; the caller hands reports over in order of time."""
    codes = dict(known)
    for one in report.sets:
        listed = dict.fromkeys(one.codes)
        for key, code in known.items():
            if code.ecu == one.ecu and code.code not in listed and one.status in codes[key].listed:
                codes[key] = _unlisted(codes[key], {one.status}, at_ms, "")
        for text in listed:
            codes[one.ecu, text] = _listed(codes.get((one.ecu, text)), one.ecu, text, one.status, at_ms)
    for fault in report.faults:
        for key in ((fault.ecu, fault.code), (fault.ecu, base(fault.code))):
            if key in codes:
                _, _, failure_type = fault.code.partition("-") if not fault.code.startswith("SPN") else ("", "", "")
                codes[key] = codes[key]._replace(
                    failure_type=int(failure_type, 16) if failure_type else None,
                    status=fault.status,
                    occurrences=fault.occurrences,
                )
                break
    return codes


def clear(known: Mapping[Key, FaultCode], why: ClearedBy, at_ms: int) -> dict[Key, FaultCode]:
    """Return the codes after a clearing that was noticed at `at_ms`; one that went just before went because of it."""
    codes = dict(known)
    for key, code in known.items():
        if code.listed - {"permanent"}:
            codes[key] = _unlisted(code, {"pending", "confirmed"}, at_ms, why)
        elif code.state == "cleared" and not code.cleared_by and at_ms - (code.cleared_ms or 0) <= ONE_CLEARING_MS:
            codes[key] = code._replace(cleared_by=why)
    return codes


def within_bounds(codes: Mapping[Key, FaultCode]) -> dict[Key, FaultCode]:
    """Return at most `MOST_CODES` of one vehicle's codes: what is listed before what is cleared, the newest first."""
    if len(codes) <= MOST_CODES:
        return dict(codes)
    kept = sorted(codes.items(), key=lambda item: (not item[1].listed, -item[1].last_ms, item[0]))
    return dict(kept[:MOST_CODES])


def changes(before: Mapping[Key, FaultCode], after: Mapping[Key, FaultCode]) -> list[Change]:
    """Return which codes are in another state than before."""
    return [
        Change(code.ecu, code.code, before[key].state if key in before else None, code.state)
        for key, code in after.items()
        if key not in before or before[key].state != code.state
    ]


def _listed(old: FaultCode | None, ecu: str, text: str, status: DtcStatus, at_ms: int) -> FaultCode:
    confirmed_ms = at_ms if status == "confirmed" else None
    if old is None:
        return FaultCode(ecu, text, frozenset({status}), at_ms, at_ms, confirmed_ms=confirmed_ms)
    returned = old.state == "cleared" and at_ms - (old.cleared_ms or at_ms) > ONE_CLEARING_MS
    return old._replace(
        listed=old.listed | {status},
        last_ms=at_ms,
        confirmed_ms=confirmed_ms if returned or old.confirmed_ms is None else old.confirmed_ms,
        cleared_ms=None,
        cleared_by="",
        times=old.times + returned,
    )


def _unlisted(code: FaultCode, statuses: Iterable[DtcStatus], at_ms: int, why: ClearedBy) -> FaultCode:
    listed = code.listed.difference(statuses)
    if listed:
        return code._replace(listed=listed)
    return code._replace(listed=listed, cleared_ms=at_ms, cleared_by=why)
