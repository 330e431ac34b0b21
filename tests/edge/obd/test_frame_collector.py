"""A freeze frame of service 02 comes together, in whatever order and with whatever is missing."""

from hypothesis import given
from hypothesis import strategies as st

from contract.messages import FreezeFrame
from edge.obd.facts import FrameCause, FrozenData, Supports
from edge.obd.frame_collector import FrameCollector

LENGTHS = {0x04: 1, 0x0C: 2, 0x0D: 1, 0x42: 2}
CAUSE = FrameCause("7E8", 0, "P0143")


def supports(base: int, *pids: int) -> Supports:
    return Supports("7E8", bytes((0x02, base, 0)), frozenset(pids))


def frozen(pid: int) -> FrozenData:
    return FrozenData("7E8", 0, pid, {f"signal-{pid:02X}": 1.0}, {})


def test_only_what_can_be_read_is_asked_for_and_the_next_bitmap() -> None:
    collector = FrameCollector(LENGTHS)

    assert collector.take(CAUSE) == [bytes.fromhex("020000")]
    assert collector.take(supports(0x00, 0x02, 0x03, 0x04, 0x0D, 0x20)) == [
        bytes.fromhex("020400"),
        bytes.fromhex("020D00"),
        bytes.fromhex("022000"),
    ]


@given(order=st.permutations([0x04, 0x0C, 0x0D]), lost=st.sets(st.sampled_from([0x04, 0x0C, 0x0D])))
def test_a_frame_is_told_once_when_nothing_is_waited_for(order: list[int], lost: set[int]) -> None:
    collector = FrameCollector(LENGTHS)
    collector.take(CAUSE)
    collector.take(supports(0x00, 0x04, 0x0C, 0x0D))

    told: list[FreezeFrame] = []
    for pid in order:
        assert not told
        if pid in lost:
            collector.give_up("7E8", bytes((0x02, pid, 0)))
        else:
            collector.take(frozen(pid))
        told += collector.complete()
    told += collector.complete()

    values = {f"signal-{pid:02X}": 1.0 for pid in (0x04, 0x0C, 0x0D) if pid not in lost}
    assert told == ([FreezeFrame(ecu="7E8", code="P0143", values=values)] if values else [])


def test_without_a_code_there_is_no_frame_and_what_was_begun_is_dropped() -> None:
    collector = FrameCollector(LENGTHS)
    collector.take(CAUSE)
    collector.take(supports(0x00, 0x04))

    assert collector.take(FrameCause("7E8", 0, None)) == []
    assert collector.take(frozen(0x04)) == []
    assert collector.complete() == []


def test_data_that_nobody_waits_for_is_passed_over() -> None:
    collector = FrameCollector(LENGTHS)

    assert collector.take(frozen(0x04)) == []
    collector.give_up("7E8", b"\x02\x04\x00")
    collector.forget("7E8")
    assert collector.complete() == []
