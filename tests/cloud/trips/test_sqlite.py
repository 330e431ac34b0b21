"""Trips in a file."""

from pathlib import Path

import pytest

from cloud.errors import TripsError
from cloud.trips.adapters.sqlite import SqliteTrips
from cloud.trips.ports import Place
from tests.cloud.trips.test_engine import entries, town, trips_of


def test_what_is_kept_is_found_again_and_twice_is_once(tmp_path: Path) -> None:
    trips, store = trips_of(entries(town(900))), SqliteTrips(tmp_path / "t.sqlite")

    store.keep(trips, [], place=Place(7, b"state"))
    store.keep(trips, [])

    again = SqliteTrips(tmp_path / "t.sqlite")
    assert again.trips("car", "2026-01-05", "2026-01-05") == trips
    assert again.trips("car", "2026-01-06", "2026-01-07") == []
    assert again.place() == Place(7, b"state")
    assert [day.trips for day in again.days("2026-01-01", "2026-12-31")] == [1]
    again.keep([], [], replaced=["car"])
    assert store.trips("car", "2026-01-05", "2026-01-05") == []


def test_a_folder_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TripsError, match="unable to open"):
        SqliteTrips(tmp_path)
