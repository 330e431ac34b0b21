"""A DBC to a table: everything that cantools reads, and a clear word about what it does not."""

import random
import tempfile
from contextlib import suppress
from pathlib import Path

import cantools
import pytest
from cantools.database.can import Database
from hypothesis import given
from hypothesis import strategies as st

from edge.dbc_compile import compile_dbc, ranges
from edge.errors import ConfigError
from edge.obd.passive.decoder import TableDecoder
from edge.obd.passive.table import dump, parse
from tests.edge.obd.passive.tables import DBC


def database_of(path: Path) -> Database:
    database = cantools.database.load_file(path, strict=False)
    assert isinstance(database, Database)
    return database


def written(folder: Path, text: str = DBC) -> Path:
    path = folder / "made.dbc"
    path.write_text(text)
    return path


def test_a_message_keeps_what_the_dbc_says_of_it(tmp_path: Path) -> None:
    compiled = compile_dbc(written(tmp_path))

    plain, engine, tyres, _ = compiled.table.messages
    assert (plain.id, plain.extended, plain.length, plain.j1939) == (0x100, False, 8, False)
    assert (engine.id, engine.extended, engine.j1939) == (0x18FEF1FE, True, True)
    speed, torque, lamp = plain.signals
    assert (speed.unit, speed.scale, speed.high) == ("km/h", 0.01, 300.0)
    assert (torque.big_endian, torque.signed, torque.offset, torque.high) == (True, True, -10, None)
    assert lamp.choices == {0: "OFF", 1: "ON", 2: "ERROR", 3: "SNA"}
    assert {signal.name: (signal.selector, signal.selected_by) for signal in tyres.signals}["PressureB"] == (
        "Index",
        ((1, 1),),
    )


def test_a_signal_outside_of_its_message_is_named_and_never_read(tmp_path: Path) -> None:
    compiled = compile_dbc(written(tmp_path))

    assert [(left.name, left.reason) for left in compiled.left_out] == [
        ("Broken.Outside", "bit 15 is not within 1 bytes")
    ]
    assert TableDecoder(compiled.table).decode(259, False, bytes(8)) == {}


def test_frames_are_read_as_cantools_reads_them(tmp_path: Path) -> None:
    path = written(tmp_path)
    database = database_of(path)
    decoder = TableDecoder(parse(dump(compile_dbc(path).table), "made.json"))
    draw = random.Random(1)

    for _ in range(500):
        number, payload = draw.choice([256, 258]), draw.randbytes(8)
        payload = bytes([payload[0] & 0xFD]) + payload[1:]  # an index of 2 or 3 chooses nothing
        assert decoder.decode(number, False, payload) == database.decode_message(number, payload, decode_choices=False)


def test_what_is_no_dbc_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, DBC.replace("BO_ 258 Tyres: 5 ECU", "BO_ 258 Tyres 5 ECU"))

    with pytest.raises(ConfigError, match=r"made\.dbc: cannot be read as a DBC: .*line 1\d"):
        compile_dbc(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.dbc: No such file or directory; name a readable DBC"):
        compile_dbc(tmp_path / "nowhere.dbc")


@given(text=st.text(max_size=200), at=st.integers(0, len(DBC)))
def test_whatever_a_file_says_only_our_error_comes_out(text: str, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.dbc"
        path.write_bytes((DBC[:at] + text + DBC[at:]).encode("utf-8", "replace"))
        with suppress(ConfigError):
            assert compile_dbc(path).table.name == "odd"


def test_thousands_of_ids_become_a_few_ranges() -> None:
    assert ranges([5, 1, 2, 3, 9, 8, 3]) == ((1, 3), (5, 5), (8, 9))
    assert ranges([]) == ()


def test_a_dbc_that_does_not_say_that_it_is_j1939_can_be_told(tmp_path: Path) -> None:
    path = written(tmp_path, DBC.replace('BA_ "VFrameFormat" BO_ 2566844926 3;', ""))

    assert not any(message.j1939 for message in compile_dbc(path).table.messages)
    assert [message.name for message in compile_dbc(path, j1939=True).table.messages if message.j1939] == ["Engine"]
