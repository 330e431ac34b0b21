"""When a risk becomes a case, and when it stops being one: on-delay, off-delay and deadband, pure.

Counted are assessments, one per distinct newest-sample time: a late batch, a replay or a second assessment of the same
samples counts for nothing. What was not measured counts neither way: unknown is not healthy.
"""

from typing import Literal, NamedTuple

Change = Literal["", "raised", "cleared"]


class Limits(NamedTuple):
    """p raises from `raise_at` up and clears below `clear_below`; between them nothing changes."""

    raise_at: float
    clear_below: float
    on_delay: int
    off_delay: int


class Alarm(NamedTuple):
    """The memory of one (vehicle, cause): counts of consecutive assessments, the newest sample time, the latest p."""

    raised: bool = False
    above: int = 0
    below: int = 0
    newest_ms: int | None = None
    p: float | None = None
    stopped: bool = False


class Reading(NamedTuple):
    """One assessment as the alarm sees it; one that turns stop-class raises at once, whatever was before."""

    as_of_ms: int
    p: float | None
    is_stop_class: bool


def step(alarm: Alarm, reading: Reading, limits: Limits) -> tuple[Alarm, Change]:
    """Return the alarm after `reading`, and what happened."""
    if alarm.newest_ms is not None and reading.as_of_ms < alarm.newest_ms:
        return alarm, ""
    is_new = alarm.newest_ms is None or reading.as_of_ms > alarm.newest_ms
    turned = reading.is_stop_class and not alarm.stopped
    alarm = alarm._replace(newest_ms=reading.as_of_ms, stopped=reading.is_stop_class)
    if reading.p is not None:
        alarm = _counted(alarm, reading.p, limits, count=is_new)
    if turned or (not alarm.raised and alarm.above >= limits.on_delay):
        return alarm._replace(raised=True, below=0), "raised"
    if alarm.raised and not reading.is_stop_class and alarm.below >= limits.off_delay:
        return alarm._replace(raised=False, above=0), "cleared"
    return alarm, ""


def is_at_risk(alarm: Alarm, limits: Limits) -> bool:
    """Return whether the last reported state was one of risk, though it may not have lasted long enough to raise."""
    return alarm.raised or (alarm.p is not None and alarm.p >= limits.raise_at)


def _counted(alarm: Alarm, p: float, limits: Limits, *, count: bool) -> Alarm:
    if not count:
        return alarm._replace(p=p)
    above = alarm.above + 1 if p >= limits.raise_at else 0
    below = alarm.below + 1 if p < limits.clear_below else 0
    return alarm._replace(p=p, above=above, below=below)
