"""Both halves of ISO-TP on a bus of liars, as many frames as are asked for (`make long-isotp`)."""

import random
import sys
import tracemalloc
from collections.abc import Iterator

import pytest

from edge.errors import IsoTpError
from edge.obd.addressing import LINKS, Link
from edge.obd.frames import CanFrame
from edge.obd.isotp import MAX_MESSAGE_BYTES, MAX_TRANSFERS, Message, Reassembler
from edge.obd.isotp_sender import Sender
from tests.edge.obd.test_isotp import FAR, segments

SEED = 16
SMALL_RUN = 100_000
PCI = (0x00, 0x03, 0x07, 0x08, 0x10, 0x1F, 0x21, 0x22, 0x2F, 0x30, 0x31, 0x32, 0x3F, 0xF0)
LENGTHS = (0, 1, 2, 7, 7, 7, 7, 7, 11, 63)
PROGRESS = 1_000_000


@pytest.fixture(scope="session")
def frames(request: pytest.FixtureRequest) -> int:
    """Return how many hostile frames are asked for."""
    asked = request.config.getoption("--frames")
    assert isinstance(asked, int)
    return asked


@pytest.fixture(scope="session")
def seed(frames: int) -> int:
    """Return the seed: the same each time in CI, a fresh one where more is asked for; it is printed."""
    chosen = SEED if frames <= SMALL_RUN else random.SystemRandom().randrange(1 << 32)
    print(f"seed {chosen}, {frames} frames")
    return chosen


def hostile(chance: random.Random, senders: list[Link], number: int) -> Iterator[CanFrame]:
    """Yield frames of every kind there is and some that there are not; some lie long enough to come far."""
    lying: dict[Link, int] = {}
    for _ in range(number):
        link = chance.choice(senders)
        sn = lying.get(link)
        if sn is not None and chance.random() < 0.97:
            lying[link] = (sn + 1) % 16
            yield CanFrame(link.response_id, link.extended, bytes([0x20 | sn]) + chance.randbytes(7))
            continue
        data = bytes([chance.choice(PCI)]) + chance.randbytes(chance.choice(LENGTHS))
        if len(data) == 8 and data[0] >> 4 == 1:
            lying[link] = 1
        else:
            lying.pop(link, None)
        yield CanFrame(link.response_id, link.extended, data)


def refused(reassembler: Reassembler, frame: CanFrame, now_s: float) -> int:
    """Feed `frame` and return 1 if it is called malformed; nothing else may come out."""
    try:
        reassembler.feed(frame, now_s)
    except IsoTpError:
        return 1
    return 0


@pytest.mark.parametrize("senders", [12, len(LINKS) - 1], ids=["a few senders", "every sender there can be"])
def test_hostile_frames_raise_one_kind_of_error_fill_no_memory_and_leave_a_neighbour_alone(
    frames: int, seed: int, senders: int
) -> None:
    chance = random.Random(seed)
    reassembler, neighbour = Reassembler(), FAR
    received = sent = errors = most_bytes = 0
    queue: list[CanFrame] = []
    payload = b""
    liars = [link for link in LINKS if link != neighbour][:senders]
    for n, frame in enumerate(hostile(chance, liars, frames // 2)):
        if n % PROGRESS == PROGRESS - 1:
            print(f"{n + 1} frames, {errors} refused, {received} whole", file=sys.stderr)
        now_s = n * 0.000_5
        errors += refused(reassembler, frame, now_s)
        most_bytes = max(most_bytes, reassembler.buffered_bytes)
        if n % 8:
            continue
        if not queue:
            payload = chance.randbytes(chance.randrange(1, 120))
            queue, sent = segments(neighbour, payload), sent + 1
        fed = reassembler.feed(queue.pop(0), now_s)
        if fed.flow_control is not None and fed.flow_control.data[0] != 0x30:
            queue, sent = [], sent - 1  # it was told that there is no room, and waits for its turn
        if fed.message is not None:
            assert fed.message == Message(neighbour, payload)
            received += 1

    assert sent - received == (1 if queue else 0)
    assert received > frames / 400
    assert errors > frames / 100
    assert 200 < most_bytes <= MAX_TRANSFERS * MAX_MESSAGE_BYTES < 65_536


def test_the_memory_of_reassembly_is_what_is_promised_however_many_begin() -> None:
    reassembler = Reassembler()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for n in range(1, 700):
        for link in LINKS:
            pci = b"\x1f\xff" if n == 1 else bytes([0x20 | (n - 1) % 16])
            refused(reassembler, CanFrame(link.response_id, link.extended, pci.ljust(8, b"\x00")), n * 0.001)
        assert reassembler.buffered_bytes <= 65_536
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after - before < 2 * 65_536


def test_a_sender_is_led_astray_by_no_flow_control(frames: int, seed: int) -> None:
    chance = random.Random(seed)
    finished = ended = 0
    for _ in range(frames // 1_000):
        sender = Sender(0x7E0, False, chance.randbytes(chance.randrange(1, 400)))
        sender.start(0.0)
        try:
            for step in range(100):
                status = chance.choice((0x30, 0x30, 0x30, 0x31, 0x32, 0x3F, 0x00, 0x10, 0xFF))
                answer = bytes([status]) + chance.randbytes(chance.choice((0, 1, 2, 7)))
                sender.feed(CanFrame(0x7E8, False, answer), step * 0.13)
                frame = sender.due(step * 0.13)
                assert frame is None or (len(frame.data) == 8 and frame.can_id == 0x7E0)
        except IsoTpError:
            ended += 1
        finished += sender.done

    assert finished > 0
    assert ended > 0
