"""A signed release raises one job's position up to the ceiling that the owner agreed to: once, and for a while."""

import msgspec
import pytest

from contract.messages import Config, PositionGrant, Precision, Release
from contract.release import sign
from edge.ports import Fix
from edge.whereabouts import LONGEST_RELEASE_MS, Limits, Whereabouts

KEY = bytes(range(32))
NOW_MS = 1_768_464_000_000
UNTIL_MS = NOW_MS + 3_600_000
HERE = Fix(31.2304, 121.4737)
LIMITS = Limits("car-1", "cell", "exact", KEY)
SIGNED = sign(KEY, "car-1", "job-7", UNTIL_MS)


def config(*releases: Release, revision: int = 1, precision: Precision = "exact", job: str = "job-7") -> Config:
    grant = PositionGrant(precision=precision, until_ms=UNTIL_MS, job=job)
    return Config(vehicle="car-1", revision=revision, grants=(grant,), releases=releases)


def told(whereabouts: Whereabouts, now_ms: int = NOW_MS) -> list[str]:
    """Return the precisions of what is said now."""
    return [said.position.precision for said in whereabouts.for_jobs(now_ms, "synchronised")]


def car(limits: Limits = LIMITS, used: dict[str, int] | None = None) -> Whereabouts:
    return Whereabouts(lambda: HERE, limits, used)


def test_without_a_release_the_everyday_precision_is_all_there_is() -> None:
    whereabouts = car()
    whereabouts.configure(config())

    (said,) = whereabouts.for_jobs(NOW_MS, "synchronised")

    assert (said.position.precision, said.position.crs) == ("cell", "WGS84")
    assert said.position.latitude_deg != HERE.latitude_deg


def test_a_release_gives_the_point_once_for_its_job() -> None:
    whereabouts = car()
    whereabouts.configure(config(SIGNED))

    assert told(whereabouts) == ["exact"]
    assert told(whereabouts) == []


def test_a_release_that_comes_after_the_cell_was_told_gives_the_point_then() -> None:
    whereabouts = car()
    whereabouts.configure(config())
    assert told(whereabouts) == ["cell"]

    whereabouts.configure(config(SIGNED, revision=2))

    assert told(whereabouts) == ["exact"]


@pytest.mark.parametrize(
    "release",
    [
        sign(bytes(32), "car-1", "job-7", UNTIL_MS),
        sign(KEY, "car-2", "job-7", UNTIL_MS),
        sign(KEY, "car-1", "job-8", UNTIL_MS),
        msgspec.structs.replace(SIGNED, until_ms=UNTIL_MS + 1),
        msgspec.structs.replace(SIGNED, nonce="00"),
        sign(KEY, "car-1", "job-7", NOW_MS),
        sign(KEY, "car-1", "job-7", NOW_MS + LONGEST_RELEASE_MS + 1),
    ],
    ids=["another key", "another car", "another job", "stretched", "another nonce", "run out", "too long"],
)
def test_what_is_not_signed_for_this_car_job_and_time_raises_nothing(release: Release) -> None:
    whereabouts = car()
    whereabouts.configure(config(release))

    assert told(whereabouts) == ["cell"]


def test_a_release_replayed_after_a_restart_counts_no_more() -> None:
    used: dict[str, int] = {}
    before = car(used=used)
    before.configure(config(SIGNED))
    assert told(before) == ["exact"]

    after = car(used=used)
    after.configure(config(SIGNED))

    assert told(after) == ["cell"]


def test_a_release_whose_use_cannot_be_kept_is_not_used() -> None:
    whereabouts = Whereabouts(lambda: HERE, LIMITS, {}, lambda: False)
    whereabouts.configure(config(SIGNED))

    assert told(whereabouts) == []


def test_it_expires_by_itself() -> None:
    whereabouts = car()
    whereabouts.configure(config(SIGNED))

    assert told(whereabouts, UNTIL_MS) == []


@pytest.mark.parametrize(
    ("precision", "ceiling", "wanted"),
    [("cell", "cell", ["cell"]), ("none", "none", []), ("none", "city", ["city"]), ("exact", "exact", ["exact"])],
)
def test_nothing_goes_beyond_the_ceiling(precision: Precision, ceiling: Precision, wanted: list[str]) -> None:
    whereabouts = car(Limits("car-1", precision, ceiling, KEY))
    whereabouts.configure(config(SIGNED))

    assert told(whereabouts) == wanted


@pytest.mark.parametrize(("precision", "wanted"), [("none", None), ("city", "city"), ("cell", "cell")])
def test_along_the_way_the_everyday_precision_holds_whatever_is_granted(
    precision: Precision, wanted: str | None
) -> None:
    whereabouts = car(Limits("car-1", precision, "exact", KEY))
    whereabouts.configure(config(SIGNED, job=""))

    said = whereabouts.along_the_way(NOW_MS, "synchronised")

    assert (None if said is None else said.position.precision) == wanted
