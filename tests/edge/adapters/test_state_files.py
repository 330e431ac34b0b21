"""Small files beside the spool: whole or as before, and a damaged one blocks nothing."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import Health
from edge.adapters.state_files import Marks, MarksFile, read_state, replace, write_state
from edge.errors import SpoolError


def test_marks_outlive_a_restart(tmp_path: Path) -> None:
    file = MarksFile(tmp_path / "marks")
    file.marks.starts += 1
    file.marks.used["00ff"] = 12
    file.save()

    assert MarksFile(tmp_path / "marks").marks == Marks(starts=1, used={"00ff": 12})
    assert stat.S_IMODE((tmp_path / "marks").stat().st_mode) == 0o600


@given(damage=st.binary(max_size=100))
def test_any_damaged_file_begins_anew(tmp_path_factory: pytest.TempPathFactory, damage: bytes) -> None:
    path = tmp_path_factory.mktemp("state") / "file"
    path.write_bytes(damage)

    assert isinstance(MarksFile(path).marks, Marks)
    assert read_state(path) is None or isinstance(read_state(path), dict)


def test_the_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    health = Health(uptime_s=12.5, starts=2, waiting=3, waiting_bytes=400, verdicts={"sent": 7})

    write_state(tmp_path / "state", "car-1", 1_000, True, health)

    said = read_state(tmp_path / "state")
    assert said is not None
    assert (said["vehicle"], said["at_ms"], said["online"]) == ("car-1", 1_000, True)
    assert said["health"]["verdicts"] == {"sent": 7}
    assert "cpu_degc" not in said["health"]


def test_what_the_disk_refuses_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace(path, b"good", durable=True)
    path.with_name("file.fresh").mkdir()

    with pytest.raises(SpoolError, match="file"):
        replace(path, b"new", durable=True)

    assert path.read_bytes() == b"good"
