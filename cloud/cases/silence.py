"""A car that says nothing is judged by the last thing that it said: pure."""

from typing import Literal

Verdict = Literal["heard", "silent", "escalate"]


def judge(last_seen_ms: int | None, now_ms: int, limit_s: float, *, at_risk: bool) -> Verdict:
    """Return `escalate` for a car that was at risk and has been silent past the limit, `silent` for any other such car.

    A car that was never heard of has nothing to be judged by: it is neither.
    """
    if last_seen_ms is None or now_ms - last_seen_ms <= limit_s * 1000.0:
        return "heard"
    return "escalate" if at_risk else "silent"


def is_late(as_of_ms: int, now_ms: int, fresh_s: float) -> bool:
    """Return whether samples are older than the freshness limit, so that nothing may be sent on them."""
    return now_ms - as_of_ms > fresh_s * 1000.0
