"""Who reads the emulated car: same values or no ratio, and no number where a peer is not to be had."""

import re
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks import edge_obd
from benchmarks.edge_obd_processes import PINS, PeerError, Read, Reader, emulator, installed
from benchmarks.edge_obd_reader import PIDS
from benchmarks.harness import OutputsDifferError, Row

KEYS = tuple(f"{pid:02X}" for pid in PIDS)
ECHO = "import json, sys; print('{}', flush=True)\nfor line in sys.stdin: print(json.dumps(dict(samples=int(line), "
ECHO += "requests=1, wall_s=2.0, cpu_s=0.5, values={})), flush=True)"


def read(cycle: tuple[float, ...] = (1.0, 2.0, 3.0), *, requests: int = 100, wall_s: float = 10.0) -> Read:
    return Read(600, requests, wall_s, 0.3, {key: list(cycle) for key in KEYS})


def test_both_may_begin_anywhere_in_the_cycle_of_a_pid() -> None:
    assert edge_obd.same(read((1.0, 2.0, 3.0)), read((3.0, 1.0, 2.0, 3.0)))


def test_a_value_that_only_one_has_met_is_noticed() -> None:
    assert not edge_obd.same(read((1.0, 2.0)), read((1.0, 2.0, 3.0)))
    assert not edge_obd.same(read((1.0, 2.0, 3.5)), read((1.0, 2.0, 3.0)))


def test_a_pid_that_was_never_read_is_noticed() -> None:
    gone = read()._replace(values={key: [1.0, 2.0, 3.0] for key in KEYS[1:]})

    assert not edge_obd.same(gone, read())
    assert not edge_obd.within(gone, read())


def test_a_short_read_need_not_go_round_but_must_not_differ() -> None:
    assert edge_obd.within(read((2.0,)), read())
    assert not edge_obd.within(read((4.0,)), read())


def test_what_is_obtained_is_said_by_request_and_by_second() -> None:
    by_request, by_second = edge_obd.at_pace(read(requests=100, wall_s=10.0), read(requests=600, wall_s=0.5))

    assert (by_request.ours, by_request.peer, by_request.ratio) == (6.0, 1.0, 6.0)
    assert (by_second.ours, by_second.peer, by_second.ratio) == (60.0, 1_200.0, 0.05)


def test_what_is_obtained_of_other_values_is_not_compared() -> None:
    with pytest.raises(OutputsDifferError, match="do not read the same values"):
        edge_obd.at_pace(read((9.0,)), read())


def test_seconds_are_the_readers_own_and_of_one_sample() -> None:
    spent_s, result = edge_obd.own_cpu(read)

    assert spent_s == 0.3 / 600
    assert isinstance(result, Read)


def test_a_share_is_milliseconds_a_second_and_the_ratio_stays() -> None:
    row = Row("a row", 6_000.0, 3_000.0, 2.0, 1.9, 2.1, 0.5, 1.0, 9)

    found = edge_obd.as_shares(row, 60.0)

    assert (found.ours, found.peer, found.ratio) == (10.0, 20.0, 2.0)


def test_a_row_without_a_number_has_no_share_either() -> None:
    row = Row("a row", None, None, None, None, None, 0.5, 1.0, 3)

    assert edge_obd.as_shares(row, 60.0) == row


def test_the_whole_agent_asks_about_ten_times_a_second_and_its_samples_are_published(tmp_path: Path) -> None:
    done = edge_obd.drive(tmp_path)

    assert 9.0 < done.requests / done.wall_s <= 10.1
    assert done.samples > 2 * done.requests
    assert done.cpu_s > 0.0


def test_a_reader_is_told_how_much_and_says_what_it_has() -> None:
    reader = Reader("echo", [sys.executable, "-c", ECHO])
    try:
        assert reader.read(42) == Read(42, 1, 2.0, 0.5, {})
        assert reader.read(7).samples == 7
    finally:
        reader.close()


def test_a_reader_that_finds_no_car_is_an_error() -> None:
    with pytest.raises(PeerError, match="nobody has ended"):
        Reader("nobody", [sys.executable, "-c", "raise SystemExit(3)"])


def test_a_reader_that_ends_between_two_reads_is_an_error() -> None:
    reader = Reader("once", [sys.executable, "-c", "print('{}')"])
    try:
        with pytest.raises(PeerError, match="once has ended"):
            reader.read(1)
    finally:
        reader.close()


def program(folder: Path, text: str) -> Path:
    """Return a program in the place of the peers' Python; its sixth argument is the file that it talks to."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_emulated_car_is_there_once_it_says_so_and_is_ended_afterwards(tmp_path: Path) -> None:
    python = program(tmp_path, 'echo $$ > pid; printf "talk\\n/dev/pts/9\\n" > "$6"; exec tail -f /dev/null')

    with emulator(python, tmp_path, until="/dev/") as lines:
        assert lines == ["talk", "/dev/pts/9"]
        pid = int((tmp_path / "pid").read_text())
        assert psutil.pid_exists(pid)

    assert not psutil.pid_exists(pid)


def test_an_emulated_car_that_does_not_start_says_why(tmp_path: Path) -> None:
    python = program(tmp_path, "echo no pseudo-terminal >&2; exit 1")

    with (
        pytest.raises(PeerError, match=r"does not start: no pseudo-terminal"),
        emulator(python, tmp_path, until="/dev/"),
    ):
        raise AssertionError("it is not there")


def test_peers_that_cannot_be_installed_say_why(tmp_path: Path) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'error: no network here' >&2\nexit 2\n")
    uv.chmod(0o755)

    with pytest.raises(PeerError, match="no network here"):
        installed(uv, tmp_path / "peers")


def test_a_machine_without_uv_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match="uv"):
        installed(tmp_path / "uv", tmp_path / "peers")


def test_a_missing_peer_is_said_aloud_and_gives_no_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    assert edge_obd.rows() == []
    assert "edge_obd: NOT RUN" in capsys.readouterr().err


def test_every_peer_is_pinned_by_hash_and_no_address_is_named() -> None:
    text = PINS.read_text()
    pins = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]

    assert {"obd", "elm327-emulator"} <= {pin.split("==")[0] for pin in pins}
    assert all(re.match(r"[\w.-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
