"""A recording through the agent's own decoding: figures, faults in the log, and a VIN that nobody reads."""

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import replay
from edge.adapters import signal_sets
from edge.errors import ReplayError
from edge.obd import candump
from edge.obd.frames import CanFrame

INTERPRETER = signal_sets.interpreter(signal_sets.names())
LOG = """\
(1725694999.687450) can0 7E0#02010D5555555555
(1725694999.693250) can0 7E8#03410D32CCCCCCCC
(1725695000.487500) can0 7E0#0209025555555555
(1725695000.493300) can0 7E8#1014490201314847
(1725695000.537500) can0 7E0#3000000000000000
(1725695000.538250) can0 7E8#21434D3832363333
(1725695000.539200) can0 7E8#2241303034333532
(1725695001.000000) can0 7E8#03410DFFCCCCCCCC
(1725695001.100000) can0 7E8#064301014300CCCC
(1725695001.200000) can0 7E8#0443010143CCCCCC
(1725695001.300000) can0 7E8#03410D3CCCCCCCCC
(1725695001.400000) can0 065#0102
"""


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    replay.add_arguments(parser)
    status = replay.main(parser.parse_args([str(word) for word in words]))
    out, err = capsys.readouterr()
    return status, out, err


def written(folder: Path, text: str, name: str = "drive.log") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["drive.log", "drive.log.gz", "drive"])
def test_a_log_gives_each_signals_count_span_and_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    status, out, _ = run(capsys, written(tmp_path, LOG, name), "--json")

    figures = json.loads(out)
    assert status == 0
    assert figures["signals"] == [
        {
            "signal": "Vehicle.Speed",
            "ecu": "7E8",
            "unit": "km/h",
            "values": 2,
            "min": 50.0,
            "max": 60.0,
            "first": 50.0,
            "last": 60.0,
            "not_measured": 1,
        }
    ]
    assert figures["codes"] == [{"ecu": "7E8", "status": "confirmed", "codes": ["P0143"]}]
    assert figures["vins"] == {"7E8": "1HG**************"}
    assert figures["counts"] == {"frames": 12, "messages": 6, "broken_answers": 1}


def test_the_table_shows_the_same_and_no_part_of_the_vin_that_tells_a_car(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, written(tmp_path, LOG))

    assert status == 0
    assert "Vehicle.Speed" in out
    assert "confirmed codes of 7E8: P0143" in out
    assert "VIN of 7E8: 1HG**************" in out
    assert "CM8263" not in out + err


def test_signals_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = written(tmp_path, LOG)
    assert "Vehicle.Speed" not in run(capsys, log, "--signals", "*Tire*")[1]
    assert "Vehicle.Speed" in run(capsys, log, "--signals", "*Tire*", "*.Speed")[1]
    assert run(capsys, log, "--sets", "e-gmp")[1].endswith("not_asked_for 3\n")


def test_a_log_that_cannot_be_read_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, tmp_path / "gone.log")
    assert (status, out) == (2, "")
    assert "gone.log" in err

    cut = tmp_path / "cut.log.gz"
    cut.write_bytes(gzip.compress(LOG.encode() * 50)[:-20])
    assert run(capsys, cut)[0] == 2

    assert run(capsys, written(tmp_path, "nothing of CAN\n"))[0] == 1
    status, _, err = run(capsys, written(tmp_path, LOG), "--sets", "tesla")
    assert status == 2
    assert "no signal set 'tesla'" in err


def test_what_is_damaged_is_counted_and_its_neighbours_are_read(tmp_path: Path) -> None:
    path = tmp_path / "drive.log"
    path.write_bytes(LOG.replace("\n", "\n\xff\xfe garbage\n\n", 3).encode("latin-1"))
    figures = replay.replay(replay.read(path), INTERPRETER)

    assert figures.counts["malformed_lines"] == 3
    assert figures.signals["Vehicle.Speed", "7E8"].values == 2


def test_remote_frames_and_broken_transfers_are_counted_too() -> None:
    counts = Counter[str]()
    lines = ["(1.0) can0 7E8#R8", "(1.1) can0 7E8#2100000000000000", "(1.2) can0 7E8#03410D3200000000"]

    found = list(replay.facts(lines, INTERPRETER, counts))

    assert len(found) == 1
    assert counts == {"other_frames": 1, "frames": 2, "malformed_transfers": 1, "messages": 1}


def test_two_interfaces_do_not_mix_their_transfers() -> None:
    lines = [line for line in LOG.splitlines() if "7E8#1" in line or "7E8#2" in line]
    both = [text for line in lines for text in (line, line.replace("can0", "can1"))]
    counts = Counter[str]()

    found = list(replay.facts(both, INTERPRETER, counts))

    assert (len(found), counts["malformed_transfers"]) == (2, 0)


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        ("(1.5) can0 7E8#0341", CanFrame(0x7E8, False, b"\x03\x41")),
        ("(1.5) vcan0 18DAF110#03410D32", CanFrame(0x18DAF110, True, bytes.fromhex("03410D32"))),
        ("(1.5) can0 123#", CanFrame(0x123, False, b"")),
        ("(1.5) can0 123#11.22 R", CanFrame(0x123, False, b"\x11\x22")),
        ("(1.5) can0 123#R8", None),
        ("(1.5) can0 20000004#0004000000000000", None),
        ("(1.5) can0 123##1" + "00" * 12, None),
    ],
)
def test_a_line_is_read_as_can_utils_writes_it(line: str, frame: CanFrame | None) -> None:
    logged = candump.parse(line)

    assert (logged and logged.frame) == frame


@pytest.mark.parametrize(
    "line",
    [
        "",
        "can0 123#00",
        "1.5 can0 123#00",
        "(x) can0 123#00",
        "(1.5) can0 123#0",
        "(1.5) can0 123#zz",
        "(1.5) can0 123#0011223344556677AA",
        "(1.5) can0 FFF#00",
        "(1.5) can0 1234#00",
        "(1.5) can0 5FFFFFFF#00",
    ],
)
def test_a_line_that_is_no_frame_is_refused(line: str) -> None:
    with pytest.raises(ReplayError):
        candump.parse(line)


@given(damaged=st.lists(st.tuples(st.integers(0, 11), st.text(max_size=60)), max_size=6))
def test_any_damage_to_a_log_leaves_the_other_lines_as_they_were(damaged: list[tuple[int, str]]) -> None:
    lines = LOG.splitlines()
    for at, text in damaged:
        lines.insert(at, "# " + text.replace("\n", " "))

    figures = replay.replay(lines, INTERPRETER)

    assert figures.signals["Vehicle.Speed", "7E8"].values == 2
    assert figures.counts["malformed_lines"] == len(damaged)


@given(line=st.text(max_size=80) | st.from_regex(r"\(\d+\.\d+\) can0 [0-9A-F]{3,8}#[0-9A-FR.#]{0,20}", fullmatch=True))
def test_any_line_at_all_raises_nothing_but_our_error(line: str) -> None:
    try:
        candump.parse(line)
    except ReplayError:
        return


def test_codes_that_a_car_lists_by_uds_are_read_with_their_failure_types() -> None:
    log = ["(1.0) can0 7E8#075902FF01431A89"]

    assert replay.replay(log, INTERPRETER).codes == {("7E8", "confirmed"): ("P0143-1A",), ("7E8", "pending"): ()}
    assert replay.replay(["(1.0) can0 7E8#035902FF"], INTERPRETER).codes == {
        ("7E8", "confirmed"): (),
        ("7E8", "pending"): (),
    }


TRUCK = """\
(1622547830.000000) can0 0CF00400#FFFFFF0019FFFFFF
(1622547831.000000) can0 18FECA00#44FF64000105FFFF
(1622547833.000000) can0 0CF00400#FFFFFF8025FFFFFF
(1622547834.000000) can0 18FEEE00#7EFFFFFFFFFFFFFF
(1622547835.000000) can0 18FECA00#00FF00000000FFFF
"""


def test_what_a_truck_sends_by_itself_is_read_with_a_passive_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = written(tmp_path, TRUCK)

    status, out, _ = run(capsys, log, "--passive", "j1939", "--json")
    figures = json.loads(out)
    assert status == 0
    assert [(row["signal"].rpartition(".")[2], row["ecu"], row["last"]) for row in figures["signals"]] == [
        ("Temperature", "00", 86.0),
        ("Speed", "00", 1200.0),
    ]
    assert figures["codes"] == [{"ecu": "00", "status": "confirmed", "codes": []}]

    assert json.loads(run(capsys, log, "--json")[1])["signals"] == []
    status, _, err = run(capsys, log, "--passive", "scania")
    assert status == 2
    assert "no passive table 'scania'" in err
