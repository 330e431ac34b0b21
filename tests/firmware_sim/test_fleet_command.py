"""`outrider-sim fleet`: the folder, its truth, and the same values for the same seed."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from firmware_sim.__main__ import main

DAYS = 10
VEHICLES = 12
WORDS = ("--days", str(DAYS), "--fault-rate", "40", "--part", "5")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one small fleet."""
    folder = tmp_path_factory.mktemp("fleet") / "out"
    assert main(["fleet", "--vehicles", str(VEHICLES), "--seed", "11", "--out", str(folder), *WORDS]) == 0
    return folder


def telemetry(folder: Path) -> pl.DataFrame:
    """Return all parts of a fleet's telemetry."""
    return pl.read_parquet(folder / "telemetry" / "*.parquet")


def test_the_manifest_counts_the_rows_of_every_file(fleet: Path) -> None:
    manifest = json.loads((fleet / "manifest.json").read_text())

    counted = {name: pl.read_parquet(fleet / name).height for name in manifest["files"]}

    assert manifest["files"] == counted
    assert len([name for name in counted if name.startswith("telemetry/")]) == 3
    assert (manifest["format"], manifest["vehicles"], manifest["days"]) == (1, VEHICLES, DAYS)


def test_a_vehicle_is_the_same_in_a_larger_fleet_and_another_part(fleet: Path, tmp_path: Path) -> None:
    larger = tmp_path / "larger"
    main(["fleet", "--vehicles", "14", "--seed", "11", "--out", str(larger), *WORDS[:4], "--part", "7"])

    names = pl.read_parquet(fleet / "vehicles.parquet")["vehicle"].to_list()

    for read in (telemetry, lambda folder: pl.read_parquet(folder / "truth.parquet")):
        assert read(larger).filter(pl.col("vehicle").is_in(names)).equals(read(fleet))


def test_another_seed_is_another_fleet(fleet: Path, tmp_path: Path) -> None:
    main(["fleet", "--vehicles", "2", "--seed", "12", "--out", str(tmp_path / "other"), *WORDS])

    first = telemetry(fleet).filter(pl.col("vehicle") == "sim-0000000")

    assert not telemetry(tmp_path / "other").filter(pl.col("vehicle") == "sim-0000000").equals(first)


def test_rows_lie_by_vehicle_and_then_by_arrival(fleet: Path) -> None:
    for part in sorted((fleet / "telemetry").iterdir()):
        rows = pl.read_parquet(part).select("vehicle", "arrival_ms")

        assert rows.equals(rows.sort("vehicle", "arrival_ms", maintain_order=True))


def test_a_duplicate_repeats_its_sequence_number(fleet: Path) -> None:
    rows = telemetry(fleet).drop("arrival_ms")

    unique = rows.unique(["stream", "seq"])

    assert unique.height < rows.height
    assert rows.unique().height == unique.height


def test_truth_lies_within_the_window_and_in_order(fleet: Path) -> None:
    manifest = json.loads((fleet / "manifest.json").read_text())
    start_ms, end_ms = manifest["start_ms"], manifest["start_ms"] + DAYS * 86_400_000

    truth = pl.read_parquet(fleet / "truth.parquet")

    assert truth.height > 0
    assert truth["onset_ms"].is_between(start_ms, end_ms).all()
    for column in ("breakdown_ms", "treated_ms"):
        happened = truth.drop_nulls(column)
        assert (happened[column] >= happened["onset_ms"]).all()
        assert (happened[column] < end_ms).all()
    assert truth.filter(pl.col("breakdown_ms").is_not_null() & pl.col("treated_ms").is_not_null()).is_empty()


def test_a_healthy_vehicle_has_no_row_of_truth(tmp_path: Path) -> None:
    folder = tmp_path / "healthy"
    main(["fleet", "--vehicles", "3", "--seed", "1", "--out", str(folder), "--days", "5", "--fault-rate", "0"])

    assert pl.read_parquet(folder / "truth.parquet").is_empty()
    assert telemetry(folder)["vehicle"].n_unique() == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--vehicles", "0"], "--vehicles 0: write a number from 1"),
        (["--days", "0"], "--days 0: write a number from 1"),
        (["--start", "yesterday"], "--start 'yesterday': write a day as YYYY-MM-DD"),
        (["--fault-rate", "nan"], "--fault-rate nan: write a number from 0"),
    ],
)
def test_bad_words_are_refused_by_name(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual: dict[str, Any] = {"--vehicles": "1", "--days": "1"} | dict(zip(words[::2], words[1::2], strict=True))

    code = main(["fleet", "--out", str(tmp_path / "new"), *(word for pair in usual.items() for word in pair)])

    assert code == 2
    assert told in capsys.readouterr().err


def test_a_folder_with_something_in_it_is_left_alone(fleet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["fleet", "--vehicles", "1", "--days", "1", "--out", str(fleet)])

    assert code == 3
    assert "is not empty" in capsys.readouterr().err


def test_the_summary_is_the_last_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["fleet", "--vehicles", "2", "--days", "3", "--seed", "5", "--out", str(tmp_path / "out"), "--json"])

    summary = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert summary["rows"] == telemetry(tmp_path / "out").height
    assert summary["vehicle_days_per_s"] > 0
