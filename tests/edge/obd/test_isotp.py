"""The receiving half: what a damaged or hostile bus does to it, and to nobody else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import IsoTpError
from edge.obd.addressing import LINKS, LINKS_11BIT, LINKS_29BIT, Link
from edge.obd.frames import CanFrame
from edge.obd.isotp import MAX_TRANSFERS, N_CR_S, Fed, Message, Reassembler

ENGINE = LINKS_11BIT[0]
GEARBOX = LINKS_11BIT[1]
FAR = next(link for link in LINKS_29BIT if link.response_id == 0x18DAF110)


def said(link: Link, data: str) -> CanFrame:
    return CanFrame(link.response_id, link.extended, bytes.fromhex(data))


def segments(link: Link, payload: bytes, *, padding: bytes = b"\xaa") -> list[CanFrame]:
    """Cut `payload` as an ECU does; written for these tests, and not from the code they try."""
    if len(payload) <= 7:
        return [CanFrame(link.response_id, link.extended, (bytes([len(payload)]) + payload).ljust(8, padding))]
    first = bytes([0x10 + (len(payload) >> 8), len(payload) & 255]) + payload[:6]
    rest = [payload[at : at + 7] for at in range(6, len(payload), 7)]
    following = [(bytes([0x20 + n % 16]) + part).ljust(8, padding) for n, part in enumerate(rest, 1)]
    return [CanFrame(link.response_id, link.extended, data) for data in (first, *following)]


def messages(reassembler: Reassembler, frames: list[CanFrame]) -> list[Message]:
    """Feed `frames` and return what came together; errors are the reassembler's to count."""
    found = []
    for frame in frames:
        try:
            message = reassembler.feed(frame, 0.0).message
        except IsoTpError:
            continue
        if message is not None:
            found.append(message)
    return found


def test_a_single_frame_is_a_message_without_its_padding() -> None:
    fed = Reassembler().feed(said(ENGINE, "03410D32AAAAAAAA"), 0.0)

    assert fed == Fed(Message(ENGINE, bytes.fromhex("410D32")))


def test_a_short_frame_is_taken_when_it_holds_what_it_says() -> None:
    assert Reassembler().feed(said(ENGINE, "03410D32"), 0.0).message == Message(ENGINE, bytes.fromhex("410D32"))


def test_a_recorded_vin_comes_together_and_the_first_frame_asks_for_flow_control_at_the_physical_id() -> None:
    reassembler = Reassembler()
    first = reassembler.feed(said(ENGINE, "1014490201574442"), 0.0)
    assert first == Fed(None, CanFrame(0x7E0, False, bytes.fromhex("3000005555555555")))
    assert reassembler.feed(said(ENGINE, "214A50374E58354E"), 0.1) == Fed()

    last = reassembler.feed(said(ENGINE, "2259303834393233"), 0.2)

    assert last.message == Message(ENGINE, bytes.fromhex("490201") + b"WDBJP7NX5NY084923")
    assert reassembler.buffered_bytes == 0


def test_a_29_bit_answer_is_flow_controlled_at_its_own_physical_id() -> None:
    fed = Reassembler(st_min=10).feed(said(FAR, "100A430401100148"), 0.0)

    assert fed.flow_control == CanFrame(0x18DA10F1, True, bytes.fromhex("30000A5555555555"))


def test_codes_in_several_29_bit_frames_come_together() -> None:
    found = messages(Reassembler(), [said(FAR, "100A430401100148"), said(FAR, "2101700210000000")])

    assert found == [Message(FAR, bytes.fromhex("43040110014801700210"))]


@given(
    payloads=st.lists(st.binary(min_size=1, max_size=200), min_size=2, max_size=8),
    seed=st.integers(0, 1 << 32),
)
def test_interleaved_senders_never_mix(payloads: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    links = chance.sample(LINKS, len(payloads))
    queues = [segments(link, payload) for link, payload in zip(links, payloads, strict=True)]
    frames = []
    while any(queues):
        frames.append(chance.choice([queue for queue in queues if queue]).pop(0))

    found = messages(Reassembler(), frames)

    assert {message.link: message.payload for message in found} == dict(zip(links, payloads, strict=True))


@given(payload=st.binary(min_size=1, max_size=4095))
def test_any_message_that_is_cut_comes_together_again(payload: bytes) -> None:
    assert messages(Reassembler(), segments(ENGINE, payload)) == [Message(ENGINE, payload)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("0041000000000000", "SF_DL"),
        ("0841000000000000", "SF_DL"),
        ("0F41000000000000", "SF_DL"),
        ("0541", "single frame cut short"),
        ("", "no N_PCI"),
        ("1007490201574442", "FF_DL"),
        ("1001490201574442", "FF_DL"),
        ("1014490201", "first frame cut short"),
        ("2100000000000000", "consecutive frame without a first"),
        ("4000000000000000", "reserved N_PCI"),
        ("F000000000000000", "reserved N_PCI"),
        ("03410D320000000000", "longer than a classic frame"),
    ],
)
def test_a_malformed_frame_is_refused_and_counted(data: str, why: str) -> None:
    reassembler = Reassembler()

    with pytest.raises(IsoTpError, match=f"7E8: {why}"):
        reassembler.feed(said(ENGINE, data), 0.0)

    assert reassembler.errors == {why: 1}


def test_a_wrong_sequence_number_drops_the_transfer() -> None:
    reassembler = Reassembler()
    frames = segments(ENGINE, bytes(range(40)))
    del frames[2]

    assert messages(reassembler, frames) == []
    assert reassembler.errors["SN"] == 1
    assert reassembler.errors["consecutive frame without a first"] == len(frames) - 3


def test_the_sequence_number_wraps_to_zero() -> None:
    payload = bytes(6 + 7 * 20)
    assert messages(Reassembler(), segments(ENGINE, payload)) == [Message(ENGINE, payload)]


def test_a_second_first_frame_starts_again() -> None:
    reassembler = Reassembler()
    frames = segments(ENGINE, bytes(range(20)))

    assert messages(reassembler, [frames[0], frames[1], *frames]) == [Message(ENGINE, bytes(range(20)))]
    assert reassembler.errors == {"interrupted": 1}


def test_a_single_frame_ends_a_transfer_of_the_same_ecu_only() -> None:
    reassembler = Reassembler()
    mine, others = segments(ENGINE, bytes(range(20))), segments(GEARBOX, bytes(range(30)))
    single = said(ENGINE, "03410D3200000000")

    found = messages(reassembler, [mine[0], others[0], single, *others[1:], *mine[1:]])

    assert found == [Message(ENGINE, bytes.fromhex("410D32")), Message(GEARBOX, bytes(range(30)))]


def test_the_last_consecutive_frame_may_be_short_and_the_others_may_not() -> None:
    frames = segments(ENGINE, bytes(range(15)))
    tail = frames[-1]._replace(data=frames[-1].data[:3])
    assert messages(Reassembler(), [*frames[:-1], tail]) == [Message(ENGINE, bytes(range(15)))]

    reassembler = Reassembler()
    assert messages(reassembler, [frames[0], frames[1]._replace(data=frames[1].data[:6]), tail]) == []
    assert reassembler.errors["consecutive frame cut short"] == 1


def test_a_transfer_that_falls_silent_is_dropped_after_n_cr() -> None:
    frames = segments(ENGINE, bytes(range(20)))
    reassembler = Reassembler()
    reassembler.feed(frames[0], 0.0)
    reassembler.feed(frames[1], N_CR_S - 0.001)
    reassembler.expire(2 * N_CR_S - 0.01)
    assert reassembler.transferring(frames[1]) == ENGINE

    with pytest.raises(IsoTpError, match="without a first"):
        reassembler.feed(frames[2], 2 * N_CR_S)

    assert reassembler.errors["N_Cr timeout"] == 1
    assert reassembler.transferring(frames[1]) is None


def test_a_length_beyond_twelve_bits_is_told_that_there_is_no_room() -> None:
    for data in ("1000FFFFFFFF4902", "1000000000004902", "1000000010004902"):
        reassembler = Reassembler()
        fed = reassembler.feed(said(ENGINE, data), 0.0)
        assert fed.flow_control == CanFrame(0x7E0, False, bytes.fromhex("3200005555555555"))
        assert (reassembler.errors["FF_DL over the limit"], reassembler.buffered_bytes) == (1, 0)


def test_memory_is_bounded_when_every_address_starts_the_longest_transfer() -> None:
    reassembler = Reassembler()
    statuses = []
    for link in LINKS:
        fed = reassembler.feed(said(link, "1FFF490201574442"), 0.0)
        assert fed.flow_control is not None
        statuses.append(fed.flow_control.data[0])
    for n in range(1, 600):
        for link in LINKS[:MAX_TRANSFERS]:
            messages(reassembler, [CanFrame(link.response_id, link.extended, bytes([0x20 + n % 16]) + bytes(7))])
            assert reassembler.buffered_bytes <= 65_536

    assert statuses == [0x30] * MAX_TRANSFERS + [0x32] * (len(LINKS) - MAX_TRANSFERS)


def test_frames_of_other_ids_and_flow_controls_are_none_of_its_business() -> None:
    reassembler = Reassembler()
    for frame in (CanFrame(0x065, False, b""), CanFrame(0x7E8, True, b"\xff"), said(ENGINE, "3000000000000000")):
        assert reassembler.feed(frame, 0.0) == Fed()
    assert not reassembler.errors


def test_a_platform_ecu_answers_once_its_link_is_named() -> None:
    tyres = Link(0x7A0, 0x7A8)
    fed = Reassembler([tyres]).feed(said(tyres, "102462C00BFFFFFF"), 0.0)

    assert fed.flow_control == CanFrame(0x7A0, False, bytes.fromhex("3000005555555555"))


def test_extended_addressing_takes_its_own_address_byte_off_and_puts_the_targets_on() -> None:
    bmw = Link(0x6F1, 0x612, request_address=0x12, response_address=0xF1)
    reassembler = Reassembler([bmw])
    assert reassembler.feed(said(bmw, "F103410D32000000"), 0.0).message == Message(bmw, b"\x41\x0d\x32")
    assert reassembler.feed(said(bmw, "F203410D32000000"), 0.0) == Fed()
    with pytest.raises(IsoTpError, match="SF_DL"):
        reassembler.feed(said(bmw, "F107410D32000000"), 0.0)

    fed = reassembler.feed(said(bmw, "F110084902010203"), 0.0)
    assert fed.flow_control == CanFrame(0x6F1, False, bytes.fromhex("1230000055555555"))
    last = reassembler.feed(said(bmw, "F121040506000000"), 0.1)
    assert last.message == Message(bmw, bytes.fromhex("4902010203040506"))


@given(frames=st.lists(st.tuples(st.sampled_from([ENGINE, GEARBOX, FAR]), st.binary(max_size=12)), max_size=60))
def test_any_frames_at_all_raise_nothing_but_our_error(frames: list[tuple[Link, bytes]]) -> None:
    reassembler = Reassembler()
    for link, data in frames:
        try:
            reassembler.feed(CanFrame(link.response_id, link.extended, data), 0.0)
        except IsoTpError:
            continue
