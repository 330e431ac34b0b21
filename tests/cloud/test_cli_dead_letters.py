"""`outrider dead-letters` as people run it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cloud import cli_dead_letters
from cloud.base import LOG_FILE
from cloud.errors import StartError
from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import DeadLetter
from tests.cloud.ingest.fakes import up
from tests.support import made


def run(*words: str) -> Result:
    commands = typer.Typer()
    cli_dead_letters.add_to(commands)
    commands.command("nothing")(lambda: None)  # with a single group typer would leave out its name
    return CliRunner().invoke(commands, words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    log = SqliteLog(tmp_path / LOG_FILE)
    readable = DeadLetter(1_768_464_000_000, up("telemetry"), "version 2", made.telemetry(1, 1.0))
    log.append([], [readable, DeadLetter(1_768_464_001_000, "x/\x1b[2Jy", "forged", b"\x00\xff")])
    log.close()
    return tmp_path


def test_letters_are_listed_newest_first_and_nothing_in_them_reaches_the_terminal(folder: Path) -> None:
    said = run("dead-letters", "list", "--data", str(folder))

    lines = said.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert "2026-01-15T08:00:00+00:00" in lines[1]
    assert "\x1b" not in said.stdout


def test_a_letter_is_shown_with_its_bytes(folder: Path) -> None:
    said = json.loads(run("dead-letters", "show", "2", "--data", str(folder), "--json").stdout)

    assert (said["reason"], said["payload_hex"], said["bytes"]) == ("forged", "00ff", 2)


def test_replay_stores_what_can_be_read_and_says_what_cannot(folder: Path) -> None:
    said = run("dead-letters", "replay", "--all", "--data", str(folder))

    assert said.exit_code == 1
    assert said.stdout.splitlines()[0] == "1  stored"
    assert said.stdout.splitlines()[1].startswith("2  still refused")


def test_discarded_letters_are_gone(folder: Path) -> None:
    assert run("dead-letters", "discard", "1", "2", "--data", str(folder)).stdout == "discarded 2\n"

    assert json.loads(run("dead-letters", "list", "--data", str(folder), "--json").stdout) == []


@pytest.mark.parametrize("words", [["discard"], ["replay", "--all", "1"], ["show", "9"]])
def test_what_is_meant_must_be_said(folder: Path, words: list[str]) -> None:
    said = run("dead-letters", *words, "--data", str(folder))

    assert isinstance(said.exception, StartError)
    assert "dead letter" in str(said.exception)


def test_a_folder_without_a_log_is_named_and_nothing_is_made_there(tmp_path: Path) -> None:
    said = run("dead-letters", "list", "--data", str(tmp_path))

    assert isinstance(said.exception, StartError)
    assert "--data" in str(said.exception)
    assert list(tmp_path.iterdir()) == []
