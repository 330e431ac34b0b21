"""Both ways of keeping scores keep the same promises."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cloud.errors import ScoresError
from cloud.runner.adapters.memory import MemoryScores
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.runner.ports import Scored, Scores, Snapshot

OPENERS: dict[str, Callable[[Path], Scores]] = {
    "memory": lambda _: MemoryScores(),
    "sqlite": lambda folder: SqliteScores(folder / "scores.sqlite"),
}


@pytest.fixture(params=sorted(OPENERS))
def scores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scores]:
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()


def scored(offset: int, cause: str = "tyre", payload: bytes = b"p") -> Scored:
    return Scored(offset, "car-1", cause, payload)


def test_assessments_are_read_in_the_order_in_which_they_were_kept(scores: Scores) -> None:
    scores.keep([scored(1, payload=b"a"), scored(1, "dtc", b"b")])
    scores.keep([scored(2, payload=b"c")])

    placed = scores.read(0, 10)

    assert [one.payload for one in placed] == [b"a", b"b", b"c"]
    assert [one.position for one in placed] == [1, 2, 3]
    assert [one.payload for one in scores.read(1, 1)] == [b"b"]


def test_an_assessment_made_again_stays_as_it_was_and_where_it_was(scores: Scores) -> None:
    scores.keep([scored(1, payload=b"first"), scored(2)])

    scores.keep([scored(1, payload=b"again"), scored(2), scored(3)])

    assert [(one.position, one.payload) for one in scores.read(0, 10)] == [(1, b"first"), (2, b"p"), (3, b"p")]


def test_a_waiter_is_woken_by_an_assessment_and_gives_up_in_time(scores: Scores) -> None:
    assert not scores.wait(0, 0.01)

    with ThreadPoolExecutor(1) as pool:
        woken = pool.submit(scores.wait, 0, 30.0)
        scores.keep([scored(1)])

        assert woken.result(timeout=10.0)


def test_the_newest_snapshot_of_the_asked_version_is_taken(scores: Scores) -> None:
    assert scores.latest("v1") is None

    for offset, version in ((5, "v1"), (9, "v1"), (20, "v2")):
        scores.save(Snapshot(offset, b"state at %d" % offset, version))

    assert scores.latest("v1") == Snapshot(9, b"state at 9", "v1")
    assert scores.latest("v3") is None


@pytest.mark.parametrize("damage", ["flipped", "empty", "gone"])
def test_a_damaged_snapshot_is_passed_over_for_the_one_before(tmp_path: Path, damage: str) -> None:
    scores = SqliteScores(tmp_path / "scores.sqlite")
    scores.save(Snapshot(5, b"whole", "v1"))
    scores.save(Snapshot(9, b"damaged", "v1"))
    (newest,) = (file for file in (tmp_path / "scores.sqlite.snapshots").iterdir() if file.read_bytes() == b"damaged")
    if damage == "gone":
        newest.unlink()
    else:
        newest.write_bytes(b"" if damage == "empty" else b"damagee")

    assert scores.latest("v1") == Snapshot(5, b"whole", "v1")
    scores.close()


def test_only_the_last_snapshots_lie_on_the_disk_and_one_that_is_mapped_stays_as_it_was(tmp_path: Path) -> None:
    scores = SqliteScores(tmp_path / "scores.sqlite")
    scores.save(Snapshot(1, b"state 1", "v1"))
    first = scores.latest("v1")
    assert first is not None
    assert isinstance(first.state, memoryview)

    first.state[6:7] = b"x"
    again = scores.latest("v1")
    for offset in range(2, 9):
        scores.save(Snapshot(offset, b"state %d" % offset, "v1"))

    assert again == Snapshot(1, b"state 1", "v1")
    assert bytes(first.state) == b"state x"
    files = (tmp_path / "scores.sqlite.snapshots").iterdir()
    assert sorted(file.read_bytes() for file in files) == [b"state 6", b"state 7", b"state 8"]
    scores.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scores.sqlite").write_bytes(b"not a database" * 100)

    with pytest.raises(ScoresError, match="cannot use"):
        SqliteScores(tmp_path / "scores.sqlite")
