"""A machine without a clock of its own: it goes on from the last sure time, says so, and never runs backwards in it."""

import errno
from pathlib import Path

import pytest

from contract.clock import REAL
from edge.adapters.clock import FIRST_TRUSTED_S, REMEMBER_S, MachineClock, TimeFile

NOW_S = 1_768_464_000.0


class Machine:
    """A machine whose clocks are turned by hand; `may_set` says whether the agent may set the wall clock."""

    def __init__(self, folder: Path, *, wall_s: float = NOW_S, may_set: bool = False) -> None:
        self.path = folder / "clock"
        self.wall_s = wall_s
        self.boot_s = 10.0
        self.synchronised = False
        self.may_set = may_set
        self.set_to: list[float] = []

    def clock(self) -> MachineClock:
        return MachineClock(
            REAL,
            saved=TimeFile(self.path),
            wall_s=lambda: self.wall_s,
            boot_s=lambda: self.boot_s,
            is_synchronised=lambda: self.synchronised,
            set_wall_s=self._set,
        )

    def live(self, seconds: float) -> None:
        self.wall_s += seconds
        self.boot_s += seconds

    def boot(self, wall_s: float) -> MachineClock:
        """Start again with a clock that says `wall_s`."""
        self.wall_s, self.boot_s, self.synchronised = wall_s, 3.0, False
        return self.clock()

    def _set(self, wall_s: float) -> None:
        if not self.may_set:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        self.set_to.append(wall_s)
        self.wall_s = wall_s


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine that was synchronised, and has remembered it."""
    made = Machine(tmp_path)
    made.synchronised = True
    made.clock().remember()
    return made


def test_a_dead_clock_never_starts_before_the_last_sure_time(machine: Machine) -> None:
    clock = machine.boot(5.0)
    assert clock.wall_s() == NOW_S
    assert clock.quality() == "unset"

    machine.live(60.0)

    assert clock.wall_s() == NOW_S + 60.0
    assert clock.quality() == "unset"


def test_where_it_may_the_agent_sets_a_clock_in_1970_so_that_certificates_can_be_checked(tmp_path: Path) -> None:
    machine = Machine(tmp_path, may_set=True)
    machine.synchronised = True
    machine.clock().remember()

    clock = machine.boot(0.0)

    assert machine.set_to == [NOW_S]
    assert clock.wall_s() == NOW_S
    assert clock.quality() == "unset"
    machine.synchronised = True
    assert clock.quality() == "synchronised"


def test_a_clock_that_is_merely_late_is_never_set(tmp_path: Path) -> None:
    machine = Machine(tmp_path, may_set=True)
    machine.synchronised = True
    machine.clock().remember()

    clock = machine.boot(NOW_S - 86_400.0)

    assert machine.set_to == []
    assert clock.wall_s() == NOW_S


def test_when_somebody_sets_the_clock_its_time_counts(machine: Machine) -> None:
    clock = machine.boot(5.0)

    machine.wall_s, machine.synchronised = NOW_S + 3_600.0, True

    assert clock.wall_s() == NOW_S + 3_600.0
    assert clock.quality() == "synchronised"


def test_jumps_of_a_set_clock_are_followed_and_time_since_boot_knows_nothing_of_them(machine: Machine) -> None:
    clock = machine.clock()
    before_s = clock.mono_s()

    for jump_s in (10 * 365 * 86_400.0, -11 * 365 * 86_400.0, 3_600.0, -3_600.0):
        machine.wall_s += jump_s
        assert clock.wall_s() == machine.wall_s
        assert clock.mono_s() == before_s


def test_the_time_is_saved_now_and_then_and_at_the_end(machine: Machine) -> None:
    clock = machine.clock()
    clock.remember()
    machine.live(REMEMBER_S - 1.0)
    clock.remember()
    assert TimeFile(machine.path).read() == NOW_S

    machine.live(1.0)
    clock.remember()
    assert TimeFile(machine.path).read() == NOW_S + REMEMBER_S

    machine.live(5.0)
    clock.remember(at_once=True)
    assert TimeFile(machine.path).read() == NOW_S + REMEMBER_S + 5.0


def test_a_time_that_was_never_sure_is_not_saved(tmp_path: Path) -> None:
    machine = Machine(tmp_path)

    machine.clock().remember(at_once=True)

    assert not machine.path.exists()
    assert machine.clock().wall_s() == NOW_S


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "-1", str(FIRST_TRUSTED_S - 1.0), "9e99", "\x00" * 20])
def test_a_file_that_says_nothing_sensible_is_no_time(machine: Machine, text: str) -> None:
    machine.path.write_text(text)

    clock = machine.boot(5.0)

    assert clock.wall_s() == 5.0
    assert clock.quality() == "unset"


def test_a_disk_that_refuses_costs_the_saved_time_only(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "not-there")
    machine.synchronised = True
    clock = machine.clock()

    clock.remember(at_once=True)

    assert clock.quality() == "synchronised"
