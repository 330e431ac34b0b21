"""outrider-edge signals: what is printed, and the status it ends with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge import obdb_repository as on_disk
from tests.edge.commands import printed, run
from tests.edge.obd.obdb import made


@pytest.fixture
def car(tmp_path: Path) -> Path:
    return on_disk.car(tmp_path)


def test_a_check_counts_cases_and_values_by_year(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "check", car, "--json") == 0

    told = printed(capsys)
    assert told["cases"] == {"right": 2, "total": 3}
    assert told["values"] == {"right": 4, "total": 5}
    assert told["years"]["2023"]["values"] == {"right": 1, "total": 1}
    assert [(row["signal"], row["seen"]) for row in told["mismatches"]] == [("CAR_X", 2.0)]
    assert told["truth"]["values"] == {"right": 3, "total": 5}
    assert told["truth"]["non_values"]["out_of_range"] == 1
    assert "repositories" not in told


def test_a_check_may_be_of_one_mode_only(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "check", car, "--json", "--mode", "truth") == 0
    assert printed(capsys).keys() == {"truth", "unreadable"}

    assert run("signals", "check", car, "--json", "--mode", "compatible") == 0
    assert "truth" not in printed(capsys)


def test_a_folder_of_repositories_is_their_sum(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = on_disk.write(car.parent / "Make-Bus", on_disk.BATTERY)
    on_disk.record(other, "2022", "7E4.7EC.22F00D", "- {response: 7EC0462F00D10, expected_values: {CAR_SOC: 8}}\n")

    assert run("signals", "check", car.parent, "--json") == 0

    told = printed(capsys)
    assert told["values"] == {"right": 5, "total": 6}
    assert {name: row["values"]["total"] for name, row in told["repositories"].items()} == {
        "Make-Bus": 1,
        "Make-Car": 5,
        "SAEJ1979": 0,
    }


def test_a_check_in_words_names_what_differs(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "check", car) == 0

    said = capsys.readouterr()
    assert "2022: 1 of 2 cases, 3 of 4 values" in said.out
    assert "CAR_X 3 differs 2.0" in said.out
    assert "truth: 3 of 5 values the same; no values: 1 out of range; 0 not read" in said.out
    assert "Make-Car: 2 of 2 files" in said.err


@pytest.mark.parametrize(("share", "status"), [("80", 0), ("80.1", 1)])
def test_a_check_can_be_made_to_fail(car: Path, share: str, status: int) -> None:
    assert run("signals", "check", car, "--json", "--fail-under", share) == status


def test_nothing_to_check_is_said_and_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = on_disk.write(tmp_path / "Make-Car", on_disk.BATTERY)

    assert run("signals", "check", empty, "--json") == 0
    assert "no recorded answers" in capsys.readouterr().err
    assert run("signals", "check", empty, "--json", "--fail-under", "1") == 1


def test_without_the_standards_set_its_answers_are_missed_and_that_is_said(
    car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "project"
    here.mkdir()
    monkeypatch.chdir(here)
    (tmp_path / "SAEJ1979").rename(tmp_path / "elsewhere")

    assert run("signals", "check", car, "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["values"] == {"right": 3, "total": 5}
    assert "no SAEJ1979 beside it" in said.err

    assert run("signals", "check", car, "--json", "--base", tmp_path / "elsewhere") == 0
    assert printed(capsys)["values"] == {"right": 4, "total": 5}

    data = tmp_path / "shared" / "data" / "obdb"
    data.mkdir(parents=True)
    (tmp_path / "elsewhere").rename(data / "SAEJ1979")
    assert run("signals", "check", car, "--json") == 0
    assert printed(capsys)["values"] == {"right": 4, "total": 5}


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_checked(
    car: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_disk.record(car, "2022", "broken", "- [")

    assert run("signals", "check", car, "--json") == 1

    told = printed(capsys)
    assert told["values"]["total"] == 5
    assert list(told["unreadable"]) == ["Make-Car/tests/test_cases/2022/commands/broken.yaml"]


def test_a_set_that_contradicts_itself_ends_the_check(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (car / "signalsets/v3/default.json").write_text(made.text(made.command(colour=1)))

    assert run("signals", "check", car, "--json") == 2

    said = capsys.readouterr()
    assert "default.json: command 7E4.7EC.22F00D: colour is not known here" in said.err
    assert said.out == ""


def test_of_several_repositories_a_broken_one_is_named_and_the_others_are_checked(
    car: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = on_disk.write(car.parent / "Make-Bus", made.command(colour=1))
    on_disk.record(broken, "2022", "7E4.7EC.22F00D", "- {response: 7EC0462F00D10, expected_values: {S: 8}}\n")

    assert run("signals", "check", car.parent, "--json") == 1

    told = printed(capsys)
    assert "colour is not known here" in told["unreadable"]["Make-Bus"]
    assert told["values"]["total"] == 5


def test_the_agent_starts_without_a_yaml_reader() -> None:
    program = "import sys, edge.__main__; print([name for name in sys.modules if name.split('.')[0] == 'yaml'])"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout == "[]\n"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "edge", "signals", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        complaint = listing.stderr.read()

    assert (listing.returncode, complaint) == (0, b"")
