"""Which record goes next: urgent, fresh, then history; a bounded number at once; again until there is a receipt."""

from itertools import pairwise

import pytest

from contract.messages import Receipt
from edge.adapters.spool_memory import MemorySpool
from edge.delivery import FIRST_AGAIN_S, FRESH_MS, LONGEST_AGAIN_S, WINDOW_BYTES, Delivery
from edge.ports import URGENT_RESERVE, WINDOW, Record
from tests.edge.fakes import draft

NOW_MS = 10_000_000


@pytest.fixture
def spool() -> MemorySpool:
    return MemorySpool(1 << 30)


@pytest.fixture
def delivery() -> Delivery:
    return Delivery()


def send(delivery: Delivery, spool: MemorySpool, now_s: float = 0.0) -> list[Record]:
    """Send whatever may go."""
    records = delivery.next(spool, now_s, NOW_MS)
    for record in records:
        delivery.sent(record, now_s)
    return records


def test_urgent_goes_before_fresh_and_fresh_before_history(delivery: Delivery, spool: MemorySpool) -> None:
    for wall_ms in (1, 2, NOW_MS - FRESH_MS + 5, NOW_MS - 1):
        spool.put([draft(wall_ms=wall_ms)])
    spool.put([draft("urgent", wall_ms=NOW_MS), draft("dtc", wall_ms=3)])

    sent = send(delivery, spool)

    assert [(record.kind, record.wall_ms) for record in sent] == [
        ("dtc", 3),
        ("urgent", NOW_MS),
        ("telemetry", NOW_MS - FRESH_MS + 5),
        ("telemetry", NOW_MS - 1),
        ("telemetry", 1),
        ("telemetry", 2),
    ]


def test_nothing_goes_twice_while_its_receipt_may_still_come(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft()])

    assert len(send(delivery, spool, 0.0)) == 1
    assert send(delivery, spool, FIRST_AGAIN_S - 0.1) == []


def test_without_a_receipt_it_goes_again_ever_more_rarely(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft()])
    sent_s = [tenth / 10 for tenth in range(4_000) if send(delivery, spool, tenth / 10)]

    waits = [round(later - earlier, 1) for earlier, later in pairwise(sent_s)]

    assert waits[:4] == [FIRST_AGAIN_S, 2 * FIRST_AGAIN_S, 4 * FIRST_AGAIN_S, 8 * FIRST_AGAIN_S]
    assert max(waits) == LONGEST_AGAIN_S


def test_at_most_a_window_is_on_its_way(delivery: Delivery, spool: MemorySpool) -> None:
    (first, *_) = spool.put([draft(wall_ms=n) for n in range(3 * WINDOW)])

    assert len(send(delivery, spool)) == WINDOW
    assert send(delivery, spool) == []

    ranges = delivery.settled(Receipt(vehicle="car-1", stream=first.stream, stored=((1, 10),)), 0.0)
    spool.forget(first.stream, ranges)

    assert [record.seq for record in send(delivery, spool)] == list(range(WINDOW + 1, WINDOW + 11))


def test_large_records_fill_the_window_sooner_but_one_always_goes(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft(size=WINDOW_BYTES // 4 + 1) for _ in range(8)])
    assert len(send(delivery, spool)) == 3

    vast, other = MemorySpool(1 << 30), Delivery()
    vast.put([draft(size=WINDOW_BYTES + 1), draft(size=WINDOW_BYTES + 1)])
    assert len(send(other, vast)) == 1


def test_an_urgent_record_overtakes_a_window_full_of_history(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft(size=WINDOW_BYTES // WINDOW, wall_ms=n) for n in range(3 * WINDOW)])
    send(delivery, spool)
    urgent = spool.put([draft("urgent", wall_ms=NOW_MS) for _ in range(2 * URGENT_RESERVE)])

    assert send(delivery, spool) == urgent[:URGENT_RESERVE]


def test_a_rejected_record_is_given_up_like_a_stored_one(delivery: Delivery, spool: MemorySpool) -> None:
    (record, _) = spool.put([draft(), draft()])
    send(delivery, spool)

    ranges = delivery.settled(Receipt(vehicle="car-1", stream=record.stream, rejected=((1, "too old"),)), 0.0)

    assert ranges == [(1, 1)]
    assert delivery.on_way == 1


def test_a_receipt_of_another_stream_settles_nothing_here(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft()])
    send(delivery, spool)

    delivery.settled(Receipt(vehicle="car-1", stream="0" * 32 + "-t", stored=((1, 1 << 53),)), 0.0)

    assert delivery.on_way == 1


def test_a_new_link_begins_anew(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft()])
    send(delivery, spool)

    delivery.link_changed()

    assert len(send(delivery, spool)) == 1


def test_on_a_thin_line_nothing_goes_twice_while_receipts_come(delivery: Delivery, spool: MemorySpool) -> None:
    spool.put([draft(wall_ms=n) for n in range(WINDOW)])
    assert len(send(delivery, spool, 0.0)) == WINDOW

    for n in range(1, WINDOW + 1):  # a second for each: ten times what one alone would wait
        (stream, _) = next(iter(spool.records()))[:2]
        ranges = delivery.settled(Receipt(vehicle="car-1", stream=stream, stored=((n, n),)), float(n))
        assert spool.forget(stream, ranges) == 1
        assert send(delivery, spool, float(n)) == []

    assert delivery.on_way == 0


def test_what_receipts_have_overtaken_goes_again_though_they_go_on_coming(
    delivery: Delivery, spool: MemorySpool
) -> None:
    (lost, *others) = spool.put([draft(wall_ms=n) for n in range(20)])
    send(delivery, spool, 0.0)
    again: list[Record] = []
    for n, record in enumerate(others, start=1):
        place = (record.seq, record.seq)
        delivery.settled(Receipt(vehicle="car-1", stream=record.stream, stored=(place,)), n / 2)
        spool.forget(record.stream, [place])
        again += send(delivery, spool, n / 2)

    assert again == [lost]


def test_when_the_line_falls_silent_what_is_left_goes_again(delivery: Delivery, spool: MemorySpool) -> None:
    (first, *others) = spool.put([draft(wall_ms=n) for n in range(5)])
    send(delivery, spool, 0.0)
    delivery.settled(Receipt(vehicle="car-1", stream=first.stream, stored=((1, 1),)), 4.0)
    spool.forget(first.stream, [(1, 1)])

    assert send(delivery, spool, 4.0 + FIRST_AGAIN_S - 0.1) == []
    assert send(delivery, spool, 4.0 + FIRST_AGAIN_S) == others
