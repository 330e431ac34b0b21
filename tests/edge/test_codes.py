"""Which rounds of fault codes are news, and when codes were cleared."""

import pytest

from contract.messages import DtcSet, Fault
from contract.signals import DISTANCE_SINCE_CLEAR, SPEED
from contract.validity import Validity
from edge.codes import BLIND_S, LOST_V, ONCE_S, REPORT_S, ClearWatch, CodeWatch
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


def test_a_status_byte_is_news_by_the_bits_that_tell_and_not_by_those_of_every_cycle() -> None:
    def in_full(status: int) -> CodeRound:
        return CodeRound((codes("P0217"),), True, (Fault(ecu="7E8", code="P0217-00", status=status),))

    watch = CodeWatch()

    assert watch.is_news(in_full(0x2C), 0.0)
    assert not watch.is_news(in_full(0x6F), 60.0)
    assert watch.is_news(in_full(0xAC), 120.0)


def test_a_counter_that_runs_backwards_is_told_once_for_all_who_count() -> None:
    watch = ClearWatch()
    for ecu in ("7E8", "7E9"):
        assert watch.cleared(since_clear(120.0, ecu), 0.0) is None
    assert watch.cleared(since_clear(121.0), 30.0) is None

    assert watch.cleared(since_clear(0.0), 60.0) == {
        "ecu": "7E8",
        "counter": DISTANCE_SINCE_CLEAR.path,
        "before": 121.0,
        "after": 0.0,
        "why": "unknown",
    }
    assert watch.cleared(since_clear(0.0, "7E9"), 61.0) is None
    assert watch.cleared(since_clear(0.0), 62.0) is None
    watch.cleared(since_clear(9.0), 70.0)
    assert watch.cleared(since_clear(0.0), 61.0 + ONCE_S) is not None


def test_each_ecu_counts_for_itself_and_only_values_count() -> None:
    watch = ClearWatch()
    watch.cleared(since_clear(120.0), 0.0)

    assert watch.cleared(since_clear(3.0, ecu="7E9"), 1.0) is None
    assert watch.cleared(since_clear(float("nan"), validity=Validity.INVALID), 2.0) is None
    assert watch.cleared(Reading(SPEED.path, "7E8", 0.0, Validity.VALUE, b""), 3.0) is None
    assert watch.cleared(since_clear(121.0), 4.0) is None


def why(*supply: tuple[float, float | None]) -> object:
    """Return the reason where the counter was 120 at 100 s and 0 at 200 s, with these readings of the supply."""
    watch = ClearWatch()
    for at_s, voltage_v in (one for one in supply if one[0] <= 100.0):
        watch.supply(voltage_v, at_s)
    watch.cleared(since_clear(120.0), 100.0)
    for at_s, voltage_v in (one for one in supply if one[0] > 100.0):
        watch.supply(voltage_v, at_s)
    facts = watch.cleared(since_clear(0.0), 200.0)
    assert facts is not None
    return facts["why"]


def test_a_supply_that_was_seen_to_go_is_the_reason() -> None:
    assert why((50.0, 12.6), (100.0, 12.6), (150.0, LOST_V - 0.1), (200.0, 12.4)) == "supply_lost"


def test_a_supply_that_was_watched_all_the_while_leaves_a_tester() -> None:
    assert why((50.0, 12.6), (100.0, 12.6), (150.0, LOST_V + 1.5), (200.0, 12.4)) == "codes_cleared"


def test_a_supply_that_was_lost_before_the_counter_was_read_is_no_reason() -> None:
    assert why((50.0, 0.0), (99.0, 12.6), (150.0, 12.6), (200.0, 12.4)) == "codes_cleared"


@pytest.mark.parametrize(
    "supply",
    [
        (),
        ((50.0, None), (150.0, None)),
        ((100.0, 12.6), (200.0, None)),
        ((150.0, 12.6), (200.0, 12.6)),
        ((30.0, 12.6), (100.0, 12.6), (101.0 + BLIND_S, 12.6), (200.0, 12.6)),
    ],
)
def test_a_supply_that_nobody_watched_leaves_it_unknown(supply: tuple[tuple[float, float | None], ...]) -> None:
    assert why(*supply) == "unknown"
