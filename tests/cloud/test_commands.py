"""`outrider` as people run it: what it says when all is well, and what it says when not."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from tests.cloud.acting import fleet_file, partner, vehicle

OUTRIDER: Final = (sys.executable, "-m", "cloud")
ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}


def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OUTRIDER, *words], capture_output=True, text=True, timeout=60.0, check=False, env={**ENVIRONMENT, **more}
    )


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    process = subprocess.Popen([*OUTRIDER, *words, "--json"], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def metrics_of(ready: dict[str, Any]) -> str:
    with urllib.request.urlopen(f"{ready['status']}/metrics", timeout=10.0) as answer:
        said: str = answer.read().decode()
        return said


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    file = tmp_path / "fleet.json"
    file.write_bytes(fleet_file([vehicle("car-1")], [partner("near")]))
    return file


def test_the_version_is_told() -> None:
    assert json.loads(run("version", "--json").stdout)["version"]


@pytest.mark.parametrize(
    ("words", "more", "status", "said"),
    [
        (["serve", "--clock", "fast"], {}, 2, "scaled:FACTOR@EPOCH"),
        (["doctor"], {"OUTRIDER_PROT": "1"}, 2, "OUTRIDER_PROT"),
        (["token", "create", "--role", "boss"], {}, 1, "operator, partner, insurer, viewer"),
        (["token", "create", "--role", "insurer"], {}, 1, "name the insurer with --for"),
        (["serve", "--data", "/dev/null/x"], {}, 1, "--data"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_without_a_trace(
    tmp_path: Path, words: list[str], more: dict[str, str], status: int, said: str
) -> None:
    if "--data" not in words:
        words = [*words, "--data", str(tmp_path / "data")]

    done = run(*words, **more)

    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.serial
def test_serve_runs_everything_says_so_in_one_line_and_stops_clean_within_five_seconds(
    tmp_path: Path, fleet: Path
) -> None:
    data = str(tmp_path / "data")
    assert json.loads(run("fleet", "import", str(fleet), "--data", data, "--json").stdout)["vehicles"] == 1
    with running("serve", "--data", data, "--port", "0", "--mqtt-port", "0") as (process, ready):
        assert ready["ready"] is True
        assert ready["mqtt"] > 0
        with urllib.request.urlopen(f"{ready['api']}/health/ready", timeout=10.0) as answer:
            assert json.load(answer)["status"] == "ready"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{ready['api']}/v1/vehicles", timeout=10.0)
        with urllib.request.urlopen(f"{ready['api']}/metrics", timeout=10.0) as answer:
            assert b'outrider_consumer_lag_entries{consumer="score"} ' in answer.read()
        second = run("score", "--data", data)
        assert second.returncode == 1
        assert "another process" in second.stderr
        children = psutil.Process(process.pid).children(recursive=True)

        process.send_signal(signal.SIGTERM)

        assert process.wait(5.0) == 0
        assert [child for child in children if child.is_running()] == []


@pytest.mark.serial
def test_each_part_runs_by_its_own_command_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    with running("broker", *data, "--mqtt-port", "0") as (broker, listening):
        port = str(listening["mqtt"])
        parts = [["ingest", *data, "--mqtt-port", port], ["score", *data], ["act", *data], ["history", *data]]
        lags = {"ingest": "urgent", "score": "score", "act": "act", "history": "history"}
        for part in [*([*part, "--status-port", "0"] for part in parts), ["api", *data, "--port", "0"]]:
            with running(*part) as (process, ready):
                assert ready["ready"] is True
                if part[0] in lags:
                    assert f'outrider_consumer_lag_entries{{consumer="{lags[part[0]]}"}} 0.0' in metrics_of(ready)
                process.send_signal(signal.SIGINT)
                assert process.wait(5.0) == 0
        broker.send_signal(signal.SIGINT)
        assert broker.wait(5.0) == 0


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    with running("broker", "--data", str(tmp_path / "one"), "--mqtt-port", "0") as (_, listening):
        done = run("serve", "--data", str(tmp_path / "two"), "--port", str(listening["mqtt"]))

    assert done.returncode == 1
    assert "--port" in done.stderr


def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path, fleet: Path) -> None:
    data = str(tmp_path / "data")
    run("fleet", "import", str(fleet), "--data", data)
    with running("broker", "--data", data, "--mqtt-port", "0") as (_, listening):
        well = run("doctor", "--data", data, "--mqtt-port", str(listening["mqtt"]), "--json")
    ill = run("doctor", "--data", data, "--mqtt-port", str(listening["mqtt"]), "--json")

    assert (well.returncode, json.loads(well.stdout)["well"]) == (0, True)
    findings = {finding["what"]: finding for finding in json.loads(ill.stdout)["findings"]}
    assert ill.returncode == 1
    assert not findings["broker"]["well"]
    assert "--mqtt-host" in findings["broker"]["advice"]


def test_a_token_is_printed_once_and_works(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    token = run("token", "create", "--role", "viewer", "--data", data).stdout.strip()

    with running("api", "--data", data, "--port", "0") as (_, ready):
        asked = urllib.request.Request(f"{ready['api']}/v1/vehicles", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=10.0) as answer:
            assert json.load(answer) == {"items": [], "next": None}
