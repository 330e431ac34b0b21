"""The command itself: words, exit codes, and a car as a process."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import can
import psutil
import pytest

from firmware_sim.__main__ import main
from firmware_sim.scenarios import SCENARIOS
from tests.firmware_sim.waiting import until

CLOCK = "scaled:240@2026-01-15T08:00:00Z"


class Process:
    """A car as a process of its own, with its ready line."""

    def __init__(self, folder: Path, *words: str) -> None:
        """Start it and wait until it is ready."""
        command = [sys.executable, "-m", "firmware_sim", "car", "--vehicle", "car-1", "--dir", str(folder), *words]
        self.folder = folder
        self.popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.popen.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.popen.stdout.readline())

    def truth(self) -> dict[str, Any]:
        """Return what the car says really happened."""
        told: dict[str, Any] = json.loads((self.folder / "truth.json").read_text())
        return told

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        self.popen.send_signal(number)
        self.popen.communicate(timeout=20)
        return self.popen.returncode


@pytest.fixture
def car(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Return what starts a car: `car("--scenario", "healthy")`."""
    started: list[Process] = []

    def start(*words: str) -> Process:
        process = Process(tmp_path / f"car-{len(started)}", *words)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.popen.poll() is None:
            process.popen.kill()
            process.popen.communicate()


def test_the_list_of_scenarios_says_what_a_fleet_file_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "--json"]) == 0

    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(SCENARIOS)
    assert rows["slow_leak"]["cause"] == "tyre"
    assert rows["slow_leak"]["pack_kwh"] == 77.4
    assert rows["healthy"]["cause"] is None
    assert rows["service_due"]["service_due_km"] == 50_000.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenario", "nothing"], "none of: caller, dying_12v"),
        (["--scenario", "healthy", "--clock", "soon"], "scaled:FACTOR@EPOCH"),
        (["--scenario", "healthy", "--clock", "scaled:90000@1970-01-01T00:00:00Z"], "close to today"),
        (["--scenario", "healthy", "--wide-ids"], "take a petrol scenario"),
        (["--scenario", "healthy", "--misbehave", "rude"], "silent, garbage"),
        (["--scenario", "healthy", "--misbehave", "silent:radio"], "vehicle-unit"),
    ],
)
def test_bad_words_end_with_code_2_and_say_which_would_be_good(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["car", "--vehicle", "car-1", "--dir", str(tmp_path / "car"), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_in_the_way_ends_with_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")

    assert main(["car", "--vehicle", "c", "--scenario", "healthy", "--dir", str(tmp_path / "file")]) == 3
    assert "choose another with --dir" in capsys.readouterr().err


def test_a_car_answers_on_its_bus_keeps_its_files_and_ends_cleanly(car: Callable[..., Process]) -> None:
    process = car("--scenario", "stranding_dtc", "--clock", CLOCK, "--odometer-km", "1000")
    bus = can.Bus(interface="slcan", channel=process.ready["can"], bitrate=500_000, sleep_after_open=0)
    until_s = time.monotonic() + 10.0
    try:
        bus.send(can.Message(arbitration_id=0x7E0, data=bytes.fromhex("0201A60000000000"), is_extended_id=False))
        answer = None
        while until_s > time.monotonic() and (answer is None or answer.arbitration_id != 0x7E8):
            answer = bus.recv(0.5)
    finally:
        bus.shutdown()

    assert answer is not None
    assert answer.data[1:3] == bytes.fromhex("41A6")
    assert int.from_bytes(answer.data[3:7], "big") / 10 == pytest.approx(1_000.0, abs=100.0)
    assert until((process.folder / "bus.jsonl").exists)
    row = json.loads((process.folder / "bus.jsonl").read_text().splitlines()[0])
    assert (row["ecu"], row["request"], row["response"][:4]) == ("7E8", "01A6", "41A6")
    assert 13_900 < int((process.folder / "supply_mv").read_text()) < 14_500
    children = psutil.Process(process.popen.pid).children(recursive=True)
    assert process.end() == 0
    assert children == []
    told = process.truth()
    assert told["onset"] == process.ready["truth"]["onset_s"]
    assert told["onset"] < told["breakdown"]


def test_the_receiver_says_where_the_car_is(car: Callable[..., Process]) -> None:
    process = car("--scenario", "healthy", "--clock", CLOCK, "--lat", "48.1", "--lon", "11.5")

    with Path(process.ready["position"]).open("rb", buffering=0) as line:
        said = line.read(400)
    assert process.end() == 0

    assert b"$GPRMC," in said
    assert b",A,48" in said


def test_help_that_a_rescuer_writes_down_changes_the_truth(car: Callable[..., Process]) -> None:
    process = car("--scenario", "slow_leak", "--clock", f"scaled:5000@{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    assert until(lambda: any(event["kind"] == "onset" for event in process.truth()["events"]))

    with (process.folder / "service.jsonl").open("a") as file:
        file.write(json.dumps({"service": "tyre_change", "t": 0}) + "\n")

    assert until(lambda: process.truth()["prevented"])
    assert process.end(signal.SIGINT) == 0
    assert process.truth()["served"] == ["tyre_change"]


def test_a_held_story_begins_when_an_agent_opens_the_bus(car: Callable[..., Process]) -> None:
    process = car("--scenario", "dying_12v", "--clock", CLOCK, "--hold")
    assert process.ready["truth"]["onset_s"] is None
    assert process.ready["truth"]["onset_after_s"] == 3_600.0
    assert process.truth()["start"] is None

    with can.Bus(interface="slcan", channel=process.ready["can"], bitrate=500_000, sleep_after_open=0):
        assert until(lambda: process.truth()["start"] is not None)

    told = process.truth()
    assert told["onset"] == told["start"] + 3_600.0
    assert process.end() == 0
