"""One request and what may answer it, stepped by hand."""

import pytest

from edge.obd.addressing import FUNCTIONAL_11BIT, Functional, Link
from edge.obd.exchange import ANSWER_S, Exchange, Took
from edge.obd.isotp import Message

ENGINE, GEARBOX, TYRES = Link(0x7E0, 0x7E8), Link(0x7E1, 0x7E9), Link(0x7A0, 0x7A8)
FAR = Link(0x18DA10F1, 0x18DAF110, True)


def asked(target: Link | Functional, request: str, *expected: Link) -> Exchange:
    return Exchange(target, bytes.fromhex(request), frozenset(expected), 0.0)


def take(exchange: Exchange, link: Link, payload: str, now_s: float = 0.1) -> Took:
    return exchange.take(Message(link, bytes.fromhex(payload)), now_s)


@pytest.mark.parametrize(
    ("request_", "answer", "took"),
    [
        ("010C", "410C1AF8", Took.ANSWER),
        ("010C", "410D32", Took.STRANGER),
        ("010C", "41", Took.STRANGER),
        ("010C0D", "410D32", Took.ANSWER),
        ("22C00B", "62C00B01", Took.ANSWER),
        ("22C00B", "62C00C01", Took.STRANGER),
        ("2101", "610100", Took.ANSWER),
        ("2101", "610200", Took.STRANGER),
        ("0902", "490201", Took.ANSWER),
        ("0902", "490401", Took.STRANGER),
        ("03", "4300", Took.ANSWER),
        ("03", "4700", Took.STRANGER),
        ("22C00B", "7F2231", Took.REFUSED),
        ("22C00B", "7F2221", Took.BUSY),
        ("22C00B", "7F2278", Took.PENDING),
        ("22C00B", "7F2222", Took.NOT_NOW),
        ("22C00B", "7F1931", Took.STRANGER),
        ("22C00B", "7F22", Took.STRANGER),
        ("22C00B", "7F223100", Took.STRANGER),
    ],
)
def test_an_answer_must_repeat_what_was_asked(request_: str, answer: str, took: Took) -> None:
    exchange = asked(ENGINE, request_)

    assert take(exchange, ENGINE, answer) is took
    assert exchange.closed(0.1) == (took not in (Took.STRANGER, Took.PENDING))


def test_only_the_ecu_that_was_asked_can_answer() -> None:
    assert take(asked(ENGINE, "010C"), GEARBOX, "410C1AF8") is Took.STRANGER
    for stranger in (FAR, TYRES):
        assert take(asked(FUNCTIONAL_11BIT, "03"), stranger, "4300") is Took.STRANGER


def test_a_request_to_everybody_closes_when_all_that_are_known_have_answered() -> None:
    exchange = asked(FUNCTIONAL_11BIT, "03", ENGINE, GEARBOX)
    assert take(exchange, ENGINE, "4300") is Took.ANSWER
    assert not exchange.closed(0.1)
    assert take(exchange, GEARBOX, "7F0311") is Took.REFUSED
    assert exchange.closed(0.1)


def test_a_request_to_everybody_stays_open_while_nobody_is_known() -> None:
    exchange = asked(FUNCTIONAL_11BIT, "0100")
    assert take(exchange, ENGINE, "410000000000") is Took.ANSWER
    assert not exchange.closed(ANSWER_S - 0.01)
    assert exchange.closed(ANSWER_S)


def test_a_pending_answer_has_five_seconds_and_all_of_them_ten() -> None:
    exchange = asked(ENGINE, "22C00B")
    assert not exchange.closed(0.49)
    take(exchange, ENGINE, "7F2278", 0.4)
    assert not exchange.closed(5.39)
    assert exchange.closed(5.4)

    take(exchange, ENGINE, "7F2278", 5.3)
    take(exchange, ENGINE, "7F2278", 9.9)
    assert not exchange.closed(9.99)
    assert exchange.closed(10.0)


def test_a_transfer_under_way_is_waited_for_frame_by_frame() -> None:
    exchange = asked(ENGINE, "0902")
    exchange.in_transfer(0.4)
    assert not exchange.closed(1.39)
    exchange.in_transfer(1.3)
    assert not exchange.closed(2.29)
    assert exchange.closed(2.3)
