"""A car's folder."""

from pathlib import Path

import pytest

from firmware_sim.adapters.files import LineTail, append_line, make_folder, replace_text
from firmware_sim.errors import WorldError

pytestmark = pytest.mark.wheel


def test_lines_are_given_once_and_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "service.jsonl"
    tail = LineTail(path)
    assert tail.rows() == []

    append_line(path, {"service": "tow"})
    with path.open("a") as file:
        file.write('{"service":')
    assert tail.rows() == [{"service": "tow"}]
    with path.open("a") as file:
        file.write('"jump_start"}\n')
    assert tail.rows() == [{"service": "jump_start"}]
    assert tail.rows() == []


def test_what_is_no_json_object_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "service.jsonl"
    path.write_bytes(b'nonsense\n[1]\n\xff\xfe\n{"service":"tow"}\n')

    assert LineTail(path).rows() == [{"service": "tow"}]


def test_replacing_leaves_the_new_text_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "supply_mv"

    replace_text(path, "12600\n")
    replace_text(path, "12599\n")

    assert [file.name for file in tmp_path.iterdir()] == ["supply_mv"]
    assert path.read_text() == "12599\n"


def test_a_folder_that_cannot_be_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(WorldError, match="choose another with --dir"):
        make_folder(tmp_path / "file" / "below")
    with pytest.raises(WorldError, match="cannot write"):
        replace_text(tmp_path / "missing" / "supply_mv", "")
    with pytest.raises(WorldError, match="cannot append"):
        append_line(tmp_path / "missing" / "bus.jsonl", {})
