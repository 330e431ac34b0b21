"""Times: every usual form comes to the same moment, and what is no time is none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from cloud.errors import SettingsError
from cloud.replay.clock import NONE, Clock
from cloud.replay.mapping import parse

MOMENT = datetime(2026, 1, 15, 8, 30, 5, 250_000, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MS = round(MOMENT.timestamp() * 1000)


def clock(time: str) -> Clock:
    return Clock(parse(f"[time]\n{time}\n[signals]\nspeed = {{ column = 'v' }}", "m.toml"))


def times(time: str, *cells: object, file: str = "f.csv") -> list[int]:
    one = clock(time)
    one.open(file)
    return [int(at) for at in one.times(pl.DataFrame({"t": list(cells)}))]


@pytest.mark.parametrize(
    ("time", "cell"),
    [
        ("column = 't'", str(MS)),
        ("column = 't'", f" {MS / 1000.0:.3f} "),
        ("column = 't'", MS),
        ("column = 't'", str(MS * 1000)),
        ("column = 't'\nformat = 'epoch_s'", MS / 1000.0),
        ("column = 't'\nformat = 'epoch_us'", str(MS * 1000)),
        ("column = 't'\nformat = 'epoch_ns'", str(MS * 1_000_000)),
        ("column = 't'", "2026-01-15T08:30:05.250Z"),
        ("column = 't'", "2026-01-15 08:30:05.250"),
        ("column = 't'", "2026/01/15 08:30:05.250"),
        ("column = 't'\nformat = 'iso'", "2026-01-15T09:30:05.250+01:00"),
        ("column = 't'\nzone = 'Asia/Shanghai'", "2026-01-15 16:30:05.250"),
        ("column = 't'\nformat = '%d.%m.%Y %H:%M:%S.%f'\nzone = 'Europe/Berlin'", "15.01.2026 09:30:05.250"),
        ("column = 't'\nformat = '%Y%m%d%H%M%S.%f'", "20260115083005.250"),
        ("column = 't'\nformat = '%H:%M:%S.%f'\nstart = '2026-01-15T00:00:00Z'", "08:30:05.250"),
        ("column = 't'\nformat = 'elapsed_s'\nstart = '2026-01-15T08:30:00Z'", "5.25"),
        ("column = 't'\nformat = 'elapsed_ms'\nstart = '2026-01-15T08:30:00Z'", 5250),
        ("column = 't'", MOMENT),
        ("column = 't'\nzone = 'Asia/Shanghai'", MOMENT),
        ("column = 't'\nzone = 'Asia/Shanghai'", MOMENT.astimezone(SHANGHAI).replace(tzinfo=None)),
    ],
)  # fmt: skip
def test_every_usual_form_comes_to_the_same_moment(time: str, cell: object) -> None:
    assert times(time, cell) == [MS]


def test_the_date_may_come_from_the_files_name_and_midnight_is_crossed() -> None:
    time = "column = 't'\nformat = '%H:%M:%S.%f'\ndate_from_file = '(\\d{4}-\\d{2}-\\d{2})'"

    found = times(time, "23:59:59.000", "00:00:01.000", "00:00:02.5", file="2026-01-15_drive.csv")

    start = round(datetime(2026, 1, 15, tzinfo=UTC).timestamp() * 1000)
    assert [at - start for at in found] == [86_399_000, 86_401_000, 86_402_500]


def test_the_date_may_have_a_column_of_its_own() -> None:
    one = clock("column = 'at'\ndate_column = 'day'\nformat = '%d/%m/%Y %H:%M:%S.%f'")
    one.open("f.csv")

    found = one.times(pl.DataFrame({"day": ["15/01/2026 ", None], "at": ["08:30:05.250", "08:30:05.250"]}))

    assert found.tolist() == [MS, NONE]


def test_a_file_without_the_date_that_its_name_should_hold_is_named() -> None:
    with pytest.raises(SettingsError, match=r"time.date_from_file: .* finds no date in 'drive.csv'"):
        times("column = 't'\nformat = '%H:%M'\ndate_from_file = '(\\d{8})'", "08:00", file="drive.csv")


@pytest.mark.parametrize("cell", ["", None, "yesterday", "NaN"])
@pytest.mark.parametrize("form", ["auto", "iso", "epoch_s", "elapsed_s", "%Y-%m-%d %H:%M:%S"])
def test_what_is_no_time_is_none(cell: str | None, form: str) -> None:
    assert times(f"column = 't'\nformat = '{form}'", cell, cell) == [NONE, NONE]


def test_rows_without_a_time_come_at_their_rate_and_files_after_a_rest() -> None:
    one = clock("rate_hz = 2\nstart = '2026-01-15T08:00:00Z'\nrest_between_files_s = 100")
    rows = pl.DataFrame({"t": [0, 0, 0]})
    one.open("a.csv")
    first = np.concatenate([one.times(rows), one.times(rows)])
    one.open("b.csv")
    second = one.times(rows)

    assert (first - first[0]).tolist() == [0, 500, 1000, 1500, 2000, 2500]
    assert second[0] - first[-1] == 100_000


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("zone = 'Mars/Olympus'", "time.zone: there is no time zone 'Mars/Olympus'"),
        ("format = 'epoch'", "time.format: 'epoch' is none of auto, iso, epoch_s"),
        ("start = 'soon'", "time.start: "),
    ],
)
def test_a_form_a_zone_or_a_start_that_is_none_is_told(time: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        clock(time)
