"""Set-up redoes a step when what it is made from has changed, and only then."""

from pathlib import Path

import pytest

from scripts import set_up
from scripts.node import ROOT


class Work:
    """A step's work that makes its file and counts how often it was asked to."""

    def __init__(self, made: Path) -> None:
        self.made = made
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        self.made.touch()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(set_up, "STAMPS", tmp_path / "stamps")
    return Work(tmp_path / "made")


def test_a_step_that_is_up_to_date_does_nothing(work: Work) -> None:
    set_up.step("pins", "key", work.made, work)
    set_up.step("pins", "key", work.made, work)

    assert work.times == 1


def test_a_step_is_done_again_when_its_key_changes(work: Work) -> None:
    set_up.step("pins", "key", work.made, work)
    set_up.step("pins", "other key", work.made, work)

    assert work.times == 2


def test_a_step_is_done_again_when_what_it_made_is_gone(work: Work) -> None:
    set_up.step("pins", "key", work.made, work)
    work.made.unlink()

    set_up.step("pins", "key", work.made, work)

    assert work.times == 2


def test_a_step_that_failed_is_tried_again(work: Work) -> None:
    set_up.step("pins", "key", work.made, work)

    def fail() -> None:
        raise SystemExit("no")

    with pytest.raises(SystemExit):
        set_up.step("pins", "other key", work.made, fail)
    set_up.step("pins", "key", work.made, work)

    assert work.times == 2


def test_a_step_that_leaves_nothing_is_a_failure(work: Work) -> None:
    with pytest.raises(SystemExit, match="left no"):
        set_up.step("pins", "key", ROOT / "never made", lambda: None)


def test_a_key_is_made_of_names_and_contents() -> None:
    one, other = ROOT / "pyproject.toml", ROOT / "Makefile"

    keys = {set_up.digest([one]), set_up.digest([other]), set_up.digest([one, other]), set_up.digest([one], "x")}

    assert len(keys) == 4
    assert set_up.digest([one, other]) == set_up.digest([other, one])
