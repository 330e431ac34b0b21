"""Which rounds of fault codes are news, and when codes were cleared."""

from contract.messages import DtcSet
from contract.signals import DISTANCE_SINCE_CLEAR, SPEED
from contract.validity import Validity
from edge.codes import REPORT_S, CodeWatch
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading


def codes(*texts: str, ecu: str = "7E8") -> DtcSet:
    return DtcSet(ecu=ecu, status="confirmed", codes=texts)


def since_clear(km: float, ecu: str = "7E8", validity: Validity = Validity.VALUE) -> Reading:
    return Reading(DISTANCE_SINCE_CLEAR.path, ecu, km, validity, b"")


def test_the_first_round_is_news_even_when_it_is_empty() -> None:
    assert CodeWatch().is_news(CodeRound((codes(),), False), 0.0)


def test_the_same_again_is_news_only_now_and_then() -> None:
    watch = CodeWatch()
    watch.is_news(CodeRound((codes("P0217", "P0300"),), True), 0.0)

    assert not watch.is_news(CodeRound((codes("P0300", "P0217"),), True), 60.0)
    assert watch.is_news(CodeRound((codes("P0300", "P0217"),), True), REPORT_S)


def test_any_change_is_news_at_once() -> None:
    watch = CodeWatch()
    watch.is_news(CodeRound((codes(),), False), 0.0)

    assert watch.is_news(CodeRound((codes("P0217"),), False), 60.0)
    assert watch.is_news(CodeRound((codes("P0217"),), True), 120.0)
    assert watch.is_news(CodeRound((codes("P0217"), codes(ecu="7E9")), True), 180.0)
    assert watch.is_news(CodeRound((codes(), codes(ecu="7E9")), True), 240.0)


def test_a_counter_that_runs_backwards_says_that_codes_were_cleared() -> None:
    watch = CodeWatch()
    assert watch.cleared(since_clear(120.0)) is None
    assert watch.cleared(since_clear(121.0)) is None

    assert watch.cleared(since_clear(0.0)) == {
        "ecu": "7E8",
        "counter": DISTANCE_SINCE_CLEAR.path,
        "before": 121.0,
        "after": 0.0,
    }
    assert watch.cleared(since_clear(0.0)) is None


def test_each_ecu_counts_for_itself_and_only_values_count() -> None:
    watch = CodeWatch()
    watch.cleared(since_clear(120.0))

    assert watch.cleared(since_clear(3.0, ecu="7E9")) is None
    assert watch.cleared(since_clear(float("nan"), validity=Validity.INVALID)) is None
    assert watch.cleared(Reading(SPEED.path, "7E8", 0.0, Validity.VALUE, b"")) is None
    assert watch.cleared(since_clear(121.0)) is None
