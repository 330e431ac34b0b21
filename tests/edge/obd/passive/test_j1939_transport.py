"""Transfers of several frames, overheard: whole or not at all, and no more memory than promised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import IsoTpError
from edge.obd.passive.j1939_transport import MAX_TRANSFERS, T1_S, T3_S, Reassembler, Transfer

SOURCE = 0x03
BAM = 0x1CECFF00 | SOURCE
BAM_DATA = 0x1CEBFF00 | SOURCE
DM1 = bytes.fromhex("54FF6E000307BE00020A")  # 10 bytes, 2 packets
BAM_DM1 = bytes.fromhex("200A0002FFCAFE00")
RTS_DM1 = bytes.fromhex("100A0002FFCAFE00")
PACKETS = (b"\x01" + DM1[:7], (b"\x02" + DM1[7:]).ljust(8, b"\xff"))


def test_an_announced_transfer_comes_together_without_its_filling() -> None:
    transport = Reassembler()

    assert transport.feed(BAM, BAM_DM1, 0.0) is None
    assert transport.feed(BAM_DATA, PACKETS[0], 0.1) is None
    assert transport.feed(BAM_DATA, PACKETS[1], 0.2) == Transfer(0xFECA, SOURCE, 0xFF, DM1)


def test_a_transfer_between_two_is_overheard_with_its_repeated_packet() -> None:
    transport = Reassembler()
    rts, cts, data, end = 0x1CEC2103, 0x1CEC0321, 0x1CEB2103, 0x1CEC0321

    transport.feed(rts, RTS_DM1, 0.0)
    transport.feed(cts, bytes.fromhex("110201FFFFCAFE00"), 0.1)
    transport.feed(data, PACKETS[0], 0.2)
    transport.feed(cts, bytes.fromhex("110101FFFFCAFE00"), 0.3)  # asks for the first one again
    transport.feed(data, PACKETS[0], 0.4)
    found = transport.feed(data, PACKETS[1], 0.5)
    transport.feed(end, bytes.fromhex("130A0002FFCAFE00"), 0.6)

    assert found == Transfer(0xFECA, 0x03, 0x21, DM1)
    assert not transport.errors


def test_a_packet_that_was_missed_costs_the_whole_transfer() -> None:
    transport = Reassembler()
    transport.feed(BAM, BAM_DM1, 0.0)

    with pytest.raises(IsoTpError, match="packet 2 came instead of 1"):
        transport.feed(BAM_DATA, PACKETS[1], 0.1)

    assert transport.feed(BAM_DATA, PACKETS[0], 0.2) is None
    assert transport.errors == {"sequence": 1, "not_begun": 1}


@pytest.mark.parametrize(("can_id", "announced", "wait_s"), [(BAM_DATA, BAM_DM1, T1_S), (0x1CEB2103, RTS_DM1, T3_S)])
def test_a_packet_that_comes_too_late_belongs_to_nothing(can_id: int, announced: bytes, wait_s: float) -> None:
    transport = Reassembler()
    transport.feed(can_id + 0x10000, announced, 0.0)
    transport.feed(can_id, PACKETS[0], 0.1)

    with pytest.raises(IsoTpError, match="too late"):
        transport.feed(can_id, PACKETS[1], 0.1 + wait_s + 0.01)


def test_an_abort_ends_the_transfer() -> None:
    transport = Reassembler()
    transport.feed(0x1CEC2103, RTS_DM1, 0.0)
    transport.feed(0x1CEC0321, bytes.fromhex("FF01FFFFFFCAFE00"), 0.1)

    assert transport.feed(0x1CEB2103, PACKETS[0], 0.2) is None
    assert transport.errors == {"aborted": 1, "not_begun": 1}


def test_a_second_announcement_replaces_the_first() -> None:
    transport = Reassembler()
    transport.feed(BAM, bytes.fromhex("20150003FFEBFE00"), 0.0)
    transport.feed(BAM, BAM_DM1, 0.1)
    transport.feed(BAM_DATA, PACKETS[0], 0.2)

    assert transport.feed(BAM_DATA, PACKETS[1], 0.3) is not None
    assert transport.errors == {"restarted": 1}


@pytest.mark.parametrize("announced", ["20080002FFCAFE00", "200A0003FFCAFE00", "20FFFFFFFFCAFE00"])
def test_sizes_that_cannot_be_are_refused(announced: str) -> None:
    with pytest.raises(IsoTpError, match="do not go into"):
        Reassembler().feed(BAM, bytes.fromhex(announced), 0.0)


def test_memory_stays_bounded_and_old_transfers_make_room() -> None:
    transport = Reassembler()
    for source in range(MAX_TRANSFERS):
        transport.feed(0x1CECFF00 | source, BAM_DM1, 0.0)

    with pytest.raises(IsoTpError, match="more than 32"):
        transport.feed(0x1CECFF00 | 200, BAM_DM1, 0.1)
    transport.feed(0x1CECFF00 | 200, BAM_DM1, T3_S + 0.1)

    assert transport.errors == {"too_many": 1, "timeout": MAX_TRANSFERS}


@given(
    frames=st.lists(
        st.tuples(
            st.sampled_from([BAM, BAM_DATA, 0x1CEC2103, 0x1CEC0321, 0x1CEB2103]),
            st.one_of(st.binary(max_size=8), st.sampled_from([BAM_DM1, RTS_DM1, *PACKETS])),
            st.floats(0.0, 2.0),
        ),
        max_size=40,
    )
)
def test_whatever_is_overheard_only_our_error_comes_out(frames: list[tuple[int, bytes, float]]) -> None:
    transport, now_s = Reassembler(), 0.0

    for can_id, data, later_s in frames:
        now_s += later_s
        try:
            found = transport.feed(can_id, data, now_s)
        except IsoTpError:
            continue
        assert found is None or 9 <= len(found.data) <= 1785
