"""The dongle's own wires and clocks: what a file, a pty or a kernel says, sense or nonsense."""

import itertools
import os
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from contract.clock import REAL, parse_scale
from edge.adapters.clock import FIRST_TRUSTED_S, MachineClock, kernel_says_synchronised
from edge.adapters.position import FRESH_S, REOPEN_S, NmeaPosition, NoPosition
from edge.adapters.supply import FAST_S, FastIioSupply, IioSupply
from tests.edge.test_nmea import RMC, sentence
from tests.support.waiting import until


@pytest.mark.parametrize(("text", "volts"), [("12613\n", 12.613), ("0", 0.0), (" 14200 ", 14.2), ("12613.5", 12.6135)])
def test_millivolts_are_volts(tmp_path: Path, text: str, volts: float) -> None:
    path = tmp_path / "in_voltage0_input"
    path.write_text(text)

    assert IioSupply(path).voltage_v() == pytest.approx(volts)


@pytest.mark.parametrize("text", ["", "high", "-5", "nan", "inf", "1e9", "\xff\xfe"])
def test_what_is_no_voltage_is_not_measured(tmp_path: Path, text: str) -> None:
    path = tmp_path / "in_voltage0_input"
    path.write_text(text, encoding="latin-1")

    assert IioSupply(path).voltage_v() is None


def test_an_adc_that_comes_back_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "in_voltage0_input"
    supply = IioSupply(path)
    assert supply.voltage_v() is None

    path.write_text("12000")

    assert supply.voltage_v() == 12.0
    assert supply.recent() == []


def test_a_fast_wire_is_read_a_hundred_times_a_second_and_what_is_no_voltage_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "in_voltage0_input"
    path.write_text("12600")
    ticks = itertools.count()
    supply = FastIioSupply(path, now_s=lambda: float(next(ticks)))
    read: list[tuple[float, float]] = []

    def gathered(volts: float) -> bool:
        read.extend(supply.recent())
        return len(read) > 20 and read[-1][1] == volts

    until(lambda: gathered(12.6))
    path.write_text("high")
    path.write_text("9100")
    until(lambda: gathered(9.1))
    supply.close()

    assert {volts for _, volts in read} == {12.6, 9.1}
    assert [at_s for at_s, _ in read] == sorted(at_s for at_s, _ in read)
    assert FAST_S <= 0.01
    assert supply.is_fast


class Receiver:
    """A satellite receiver at the other end of a pty, and the time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.master, self._slave = os.openpty()
        tty.setraw(self.master)
        tty.setraw(self._slave)
        self.path = Path(os.ttyname(self._slave))

    def say(self, data: bytes) -> None:
        os.write(self.master, data)

    def vanish(self) -> None:
        for end in (self.master, self._slave):
            with suppress(OSError):
                os.close(end)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.vanish()


@pytest.fixture
def position(receiver: Receiver) -> Iterator[NmeaPosition]:
    made = NmeaPosition(receiver.path, now_s=lambda: receiver.now_s)
    made.fix()
    yield made
    made.close()


def test_the_last_valid_sentence_counts_while_it_is_fresh(receiver: Receiver, position: NmeaPosition) -> None:
    receiver.say(sentence("GPRMC,1,A,1000.0,N,02000.0,E,0,0,010126,,") + RMC + b"\r\n" + RMC[:20])

    found = position.fix()
    assert found is not None
    assert found.latitude_deg == pytest.approx(48.1173)
    receiver.now_s = FRESH_S
    assert position.fix() == found
    receiver.now_s = FRESH_S + 0.1
    assert position.fix() is None


def test_a_sentence_may_come_in_pieces(receiver: Receiver, position: NmeaPosition) -> None:
    for byte in RMC:
        receiver.say(bytes((byte,)))
        assert position.fix() is None
    receiver.say(b"\r\n")

    assert position.fix() is not None


def test_noise_fills_no_memory_and_hides_no_position(receiver: Receiver, position: NmeaPosition) -> None:
    for _ in range(20):
        receiver.say(b"\xa5" * 1_000)
        position.fix()
    assert len(position._buffer) <= 120

    receiver.say(b"\r\n" + RMC + b"\r\n")

    assert position.fix() is not None


def test_a_receiver_that_vanishes_is_asked_again_now_and_then(receiver: Receiver, position: NmeaPosition) -> None:
    receiver.vanish()
    assert position.fix() is None
    assert position.fix() is None

    second = Receiver()
    position._path = second.path
    second.say(RMC + b"\r\n")
    receiver.now_s = REOPEN_S
    position.fix()
    second.say(RMC + b"\r\n")

    assert position.fix() is not None
    second.vanish()


def test_no_receiver_knows_nothing() -> None:
    assert NoPosition().fix() is None


def test_the_clock_runs_by_its_scale_and_counts_from_the_boot() -> None:
    scale = parse_scale("scaled:240@2026-01-15T08:00:00Z")
    clock = MachineClock(scale, wall_s=lambda: scale.epoch_s + 10.0, boot_s=lambda: 5.0)

    assert clock.wall_s() == scale.epoch_s + 2_400.0
    assert clock.mono_s() == 1_200.0
    assert clock.real_s(240.0) == 1.0
    assert len(clock.boot_id) == 36


@pytest.mark.parametrize(
    ("wall_s", "synchronised", "quality"),
    [
        (0.0, True, "unset"),
        (FIRST_TRUSTED_S - 1.0, True, "unset"),
        (FIRST_TRUSTED_S, False, "free_running"),
        (1_768_464_000.0, True, "synchronised"),
    ],
)
def test_a_clock_in_1970_is_called_unset(wall_s: float, *, synchronised: bool, quality: str) -> None:
    clock = MachineClock(REAL, wall_s=lambda: wall_s, is_synchronised=lambda: synchronised)

    assert clock.quality() == quality


def test_the_kernel_is_asked_and_time_since_boot_only_grows() -> None:
    assert kernel_says_synchronised() in {True, False}
    clock = MachineClock(REAL)
    times = [clock.mono_s() for _ in range(100)]

    assert times == sorted(times)
