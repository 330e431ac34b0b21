"""`outrider evaluate` and `outrider train`, on a small fleet by hand; the same assertions as the long run."""

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from cloud.cli import cli
from cloud.cli_evaluate import add_to
from cloud.errors import EvaluationError
from cloud.evaluation import folder
from cloud.evaluation.messages import facts_of, read
from contract.signals import signal
from tests.support import tiny_fleet

add_to(cli)
KEYS = {
    "events",
    "found",
    "recall",
    "lead_days",
    "false_alarms_per_1000_vehicle_years",
    "average_precision",
    "brier",
    "calibration",
    "net_cost",
    "baselines",
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_fleet.write(tmp_path_factory.mktemp("fleet") / "f", days=27, sound=1)


@pytest.fixture(scope="module")
def evaluated(fleet: Path) -> tuple[dict[str, Any], str]:
    out = fleet.parent
    arguments = ["evaluate", str(fleet), "--json", "--workers", "1", "--report", str(out / "report.json")]
    found = CliRunner().invoke(cli, [*arguments, "--plots", str(out / "plots"), "--card", str(out / "card")])
    assert found.exit_code == 0, found.output
    result: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return result, found.stdout


def test_the_last_line_has_every_figure_of_every_cause(evaluated: tuple[dict[str, Any], str]) -> None:
    result, _ = evaluated

    assert all(set(told) == KEYS for told in result["causes"].values())
    assert set(result) == {
        "causes",
        "rescue_grade_false_per_1000_vehicle_years",
        "advice_false_per_vehicle_year",
        "annunciations_per_excursion",
    }


def test_leaks_and_drains_are_found_before_they_strand_anybody(evaluated: tuple[dict[str, Any], str]) -> None:
    result, _ = evaluated

    for cause in ("tyre", "low_voltage_battery"):
        told = result["causes"][cause]
        assert (told["events"], told["found"], told["recall"]) == (1, 1, 1.0)
        assert told["lead_days"]["p50"] > 1.0
        assert told["false_alarms_per_1000_vehicle_years"] == 0.0
        assert told["net_cost"] < 0.0
    assert result["rescue_grade_false_per_1000_vehicle_years"] == 0.0
    assert result["annunciations_per_excursion"] <= 1.5


def test_every_baseline_ran_or_says_that_it_did_not(evaluated: tuple[dict[str, Any], str]) -> None:
    result, _ = evaluated

    assert set(result["causes"]["tyre"]["baselines"]) == {"fixed_thresholds", "isolation_forest", "half_space_trees"}


def test_a_treated_leak_is_no_false_alarm_and_is_shown_beside_the_untreated(
    evaluated: tuple[dict[str, Any], str], fleet: Path
) -> None:
    report = json.loads((fleet.parent / "report.json").read_text())

    groups = report["causes"]["tyre"]["treated"]
    assert (groups["treated"]["episodes"], groups["untreated"]["episodes"]) == (1, 1)
    assert report["causes"]["tyre"]["false_alarms"]["count"] == 0


def test_a_duplicate_never_counts_twice(evaluated: tuple[dict[str, Any], str], fleet: Path) -> None:
    report = json.loads((fleet.parent / "report.json").read_text())
    rows = sum(pl.read_parquet(path).height for path in (fleet / "telemetry").glob("*.parquet"))

    vehicles, reports = 4, 1
    assert report["entries"] == rows - vehicles + vehicles + reports  # less a duplicate each, with its facts each


def test_pictures_and_cards_in_both_languages_are_written(evaluated: tuple[dict[str, Any], str], fleet: Path) -> None:
    out = fleet.parent

    assert (out / "plots" / "calibration-tyre.svg").read_text().startswith("<svg")
    assert "抛锚" in (out / "card" / "model-card.zh.md").read_text()
    assert "tyre" in (out / "card" / "model-card.md").read_text()


def test_without_json_there_are_words_alone(evaluated: tuple[dict[str, Any], str]) -> None:
    _, words = evaluated

    assert "tyre: 1 of 1 breakdowns told of" in words


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("manifest.json", "{}", "format must be 1"),
        ("manifest.json", '{"format": 1, "seed": "x", "days": 1, "start_ms": 1}', "seed must be a number"),
        ("truth.parquet", "no parquet", "truth.parquet: cannot be read"),
        ("telemetry/part-00000.parquet", None, "no part-"),
    ],
)
def test_a_broken_folder_says_which_file(
    tmp_path: Path, fleet: Path, file: str, text: str | None, complaint: str
) -> None:
    shutil.copytree(fleet, tmp_path / "f")
    if text is None:
        shutil.rmtree(tmp_path / "f" / "telemetry")
    else:
        (tmp_path / "f" / file).write_text(text)

    with pytest.raises(EvaluationError, match=complaint):
        folder.read(tmp_path / "f")


def test_a_column_that_is_missing_is_named(tmp_path: Path, fleet: Path) -> None:
    shutil.copytree(fleet, tmp_path / "f")
    pl.read_parquet(fleet / "truth.parquet").drop("treated_ms").write_parquet(tmp_path / "f" / "truth.parquet")

    with pytest.raises(EvaluationError, match=r"truth.parquet: has no column treated_ms"):
        folder.read(tmp_path / "f")


def test_facts_are_taken_where_they_are_known() -> None:
    facts = facts_of({"vehicle": "v", "powertrain": "bev", "placard_kpa": 250.0, "pack_kwh": None, "city": "x"})

    assert (facts.powertrain, facts.placard_kpa, facts.pack_kwh) == ("bev", 250.0, None)


def test_a_value_is_said_to_be_missing_wrong_or_absent_and_never_made_up() -> None:
    speed = tiny_fleet.SPEED
    rows = pl.DataFrame({speed: [50.0, None, float("nan"), 900.0]})

    numbers, kinds = read(rows, (signal(speed),))

    assert kinds[:, 0].tolist() == [0, 255, 2, 3]
    assert numbers[:, 0].tolist() == [50.0, 0.0, 0.0, 0.0]
