"""Both ways of remembering lines keep the same promises."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloud.errors import LogError
from cloud.ingest.adapters.memory import MemoryLines
from cloud.ingest.adapters.sqlite import SqliteLines
from cloud.ingest.ports import Lines, Presence

OPENERS: dict[str, Callable[[Path], Lines]] = {
    "memory": lambda _: MemoryLines(),
    "sqlite": lambda folder: SqliteLines(folder / "lines.sqlite"),
}


@pytest.fixture(params=sorted(OPENERS))
def lines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lines]:
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()


def test_the_last_status_of_each_vehicle_is_kept(lines: Lines) -> None:
    lines.note([Presence("car-2", True, 5, b"birth"), Presence("car-1", True, 6, b"birth")])
    lines.note([Presence("car-2", True, 8, b"again"), Presence("car-2", False, 9, b"will")])

    assert lines.presences() == [Presence("car-1", True, 6, b"birth"), Presence("car-2", False, 9, b"will")]


def test_word_of_an_agent_s_health_outlasts_the_birth_and_will_that_follow(lines: Lines) -> None:
    lines.note([Presence("car-1", True, 5, b"birth"), Presence("car-1", True, 6, b"health", has_health=True)])
    lines.note([Presence("car-1", False, 7, b"will")])

    assert lines.health("car-1") == Presence("car-1", True, 6, b"health", has_health=True)
    assert lines.health("car-2") is None


def test_a_later_wish_takes_the_place_of_an_earlier_one_and_is_seen_by_who_saw_that(lines: Lines) -> None:
    lines.configure("car-1", b"one")
    lines.configure("car-2", b"two")
    seen = lines.wishes(0)
    assert [(wish.vehicle, wish.payload) for wish in seen] == [("car-1", b"one"), ("car-2", b"two")]

    lines.configure("car-1", b"three")

    fresh = lines.wishes(seen[-1].serial)
    assert [(wish.vehicle, wish.payload) for wish in fresh] == [("car-1", b"three")]
    assert [wish.vehicle for wish in lines.wishes(0)] == ["car-2", "car-1"]
    assert lines.wishes(fresh[-1].serial) == []


def test_wishes_outlive_the_process_that_made_them(tmp_path: Path) -> None:
    first = SqliteLines(tmp_path / "lines.sqlite")
    first.configure("car-1", b"one")
    first.close()

    assert [wish.payload for wish in SqliteLines(tmp_path / "lines.sqlite").wishes(0)] == [b"one"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.sqlite").write_bytes(b"not a database" * 100)

    with pytest.raises(LogError, match="cannot use"):
        SqliteLines(tmp_path / "lines.sqlite")
