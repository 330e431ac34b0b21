"""What is overheard: the latest of each signal once a period, and fault messages when they change."""

from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.passive.j1939 import DiagnosticMessage
from edge.obd.passive.listener import FAULTS_PERIOD_S, MAX_PARTS, Heard, Listener
from edge.obd.passive.table import Message, Read
from tests.edge.obd.passive.tables import SPEED, TYRE, message, signal, table

SPEED_FRAMES = message(signal("Speed", 0, 8), reads=(Read(path=SPEED, signal="Speed", period_s=1.0),))
GROUP = message(
    signal("Speed", 0, 8),
    reads=(Read(path=SPEED, signal="Speed"),),
    id=0x18FEF1FE,
    extended=True,
    j1939=True,
)
DM1 = CanFrame(0x18FECA03, True, bytes.fromhex("4433 64000105 FFFF".replace(" ", "")))


def frame(value: int, can_id: int = 0x100, *, extended: bool = False) -> CanFrame:
    return CanFrame(can_id, extended, bytes([value]) + bytes(7))


def values(told: list[Heard]) -> list[tuple[float, float]]:
    return [(heard.at_s, heard.what.value) for heard in told if isinstance(heard.what, Reading)]


def listener(*messages: Message) -> Listener:
    return Listener(table(*messages))


def test_the_first_is_told_at_once_and_the_latest_once_a_period() -> None:
    ear = listener(SPEED_FRAMES)

    told = []
    for tick in range(250):  # ten milliseconds apart
        told += ear.due(tick / 100)
        told += ear.feed(frame(tick), tick / 100, tick / 100)

    assert values(told) == [(0.0, 0.0), (0.99, 99.0), (1.99, 199.0)]


def test_the_last_word_before_the_bus_falls_silent_is_told_with_its_own_time() -> None:
    ear = listener(SPEED_FRAMES)
    ear.feed(frame(50), 0.0, 0.0)
    ear.feed(frame(3), 0.2, 0.2)

    assert ear.due(0.9) == []
    assert values(ear.due(5.0)) == [(0.2, 3.0)]
    assert ear.due(99.0) == []


def test_pages_of_one_message_do_not_push_each_other_out() -> None:
    tyres = message(
        signal("Index", 0, 1),
        signal("P", 8, 8),
        reads=tuple(
            Read(path=TYRE.format(side), signal="P", when={"Index": (index,)})
            for index, side in enumerate(("Left", "Right"))
        ),
    )
    ear = listener(tyres)

    told = [
        heard
        for index in (0, 1)
        for heard in ear.feed(CanFrame(0x100, False, bytes([index, 200 + index]) + bytes(6)), 0.0, 0.0)
    ]

    assert values(told) == [(0.0, 200.0), (0.0, 201.0)]


def test_who_is_not_in_the_table_is_not_heard() -> None:
    ear = listener(SPEED_FRAMES)

    assert ear.feed(frame(1, 0x101), 0.0, 0.0) == []
    assert ear.feed(frame(1, 0x100, extended=True), 0.0, 0.0) == []


def test_a_group_is_read_from_every_sender_and_each_is_named() -> None:
    ear = listener(GROUP)

    told = ear.feed(frame(10, 0x18FEF100, extended=True), 0.0, 0.0)
    told += ear.feed(frame(20, 0x0CFEF147, extended=True), 0.0, 0.0)

    assert [(heard.what.ecu, heard.what.value) for heard in told if isinstance(heard.what, Reading)] == [
        ("00", 10.0),
        ("47", 20.0),
    ]


def test_a_group_that_came_in_several_frames_is_read_like_one() -> None:
    long = message(
        signal("Late", 8 * 8, 8), reads=(Read(path=SPEED, signal="Late"),), id=0x18FEEBFE, extended=True, j1939=True,
        length=10,
    )  # fmt: skip
    ear = listener(long)

    ear.feed(CanFrame(0x1CECFF00, True, bytes.fromhex("200A0002FFEBFE00")), 0.0, 0.0)
    ear.feed(CanFrame(0x1CEBFF00, True, bytes.fromhex("0100010203040506")), 0.1, 0.1)
    told = ear.feed(CanFrame(0x1CEBFF00, True, bytes.fromhex("0207585AFFFFFFFF")), 0.2, 0.2)

    assert values(told) == [(0.2, 0x58)]
    assert ear.counts["transfers"] == 1


def test_a_fault_message_is_told_when_it_changes_and_now_and_then() -> None:
    ear = listener(GROUP)

    told = [heard for second in range(90) for heard in ear.feed(DM1, float(second), float(second))]

    assert [heard.at_s for heard in told] == [0.0, FAULTS_PERIOD_S]
    first = told[0].what
    assert isinstance(first, DiagnosticMessage)
    assert (first.source, first.codes[0].spn, first.codes[0].fmi) == (3, 100, 1)
    healed = ear.feed(CanFrame(0x18FECA03, True, bytes.fromhex("00FF00000000FFFF")), 90.0, 90.0)
    assert [heard.what.codes for heard in healed if isinstance(heard.what, DiagnosticMessage)] == [()]


def test_what_is_broken_is_counted_and_said_by_nobody() -> None:
    ear = listener(GROUP)

    assert ear.feed(CanFrame(0x18FECA03, True, b"\x00"), 0.0, 0.0) == []
    assert ear.feed(CanFrame(0x1CECFF00, True, b"\x20"), 0.0, 0.0) == []

    assert ear.counts == {"broken_fault_messages": 1, "broken_transfers": 1}
    assert ear.transport_errors == {"length": 1}


def test_a_table_without_j1939_takes_no_frame_for_it() -> None:
    assert listener(SPEED_FRAMES).feed(DM1, 0.0, 0.0) == []


def test_memory_stays_bounded_whoever_shouts() -> None:
    ear = listener(GROUP)

    for priority in range(8):
        for source in range(256):
            ear.feed(frame(1, priority << 26 | 0xFEF100 | source, extended=True), 0.0, 0.0)

    assert ear.counts["messages"] == 256 < MAX_PARTS
