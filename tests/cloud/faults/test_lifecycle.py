"""A fault code's life from reports: pending, confirmed, permanent, cleared; and what came of a clearing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cloud.faults.lifecycle import ONE_CLEARING_MS, FaultCode, Key, advance, changes, clear
from contract.messages import DtcReport, DtcSet, DtcStatus, Fault

MINUTE = 60_000
Known = dict[Key, FaultCode]
Said = tuple[str, DtcStatus, tuple[str, ...]]


def report(*sets: Said, faults: tuple[Fault, ...] = ()) -> DtcReport:
    sealed: dict[str, Any] = {"boot_id": "b", "mono_ms": 0, "wall_ms": 0, "clock_quality": "synchronised"}
    listed = tuple(DtcSet(ecu=ecu, status=status, codes=codes) for ecu, status, codes in sets)
    return DtcReport(vehicle="car", stream="0" * 32 + "-u", seq=1, sets=listed, faults=faults, **sealed)


def all_three(*lists: tuple[str, ...], ecu: str = "7E8") -> DtcReport:
    """Return a report of the engine with its pending, confirmed and permanent codes."""
    pending, confirmed, permanent = lists
    return report((ecu, "pending", pending), (ecu, "confirmed", confirmed), (ecu, "permanent", permanent))


def states(known: Known) -> dict[str, str]:
    return {code.code: code.state for code in known.values()}


def test_a_code_is_pending_then_confirmed_then_permanent_then_cleared() -> None:
    p = ("P0335",)
    lives = [all_three(p, (), ()), all_three(p, p, ()), all_three(p, p, p), all_three((), (), ())]
    known: Known = {}
    seen = []
    for minute, said in enumerate(lives):
        before, known = known, advance(known, said, minute * MINUTE)
        seen += [(change.before, change.after) for change in changes(before, known)]

    assert seen == [(None, "pending"), ("pending", "confirmed"), ("confirmed", "permanent"), ("permanent", "cleared")]
    (code,) = known.values()
    assert (code.first_ms, code.confirmed_ms, code.last_ms, code.cleared_ms) == (0, MINUTE, 2 * MINUTE, 3 * MINUTE)
    assert (code.cleared_by, code.times) == ("", 1)


def test_an_ecu_or_a_status_that_said_nothing_keeps_what_it_said() -> None:
    known = advance({}, report(("7E8", "confirmed", ("P0335",)), ("7E9", "confirmed", ("P0700",))), 0)

    known = advance(known, report(("7E8", "pending", ())), MINUTE)
    assert states(known) == {"P0335": "confirmed", "P0700": "confirmed"}

    known = advance(known, report(("7E8", "confirmed", ())), 2 * MINUTE)
    assert states(known) == {"P0335": "cleared", "P0700": "confirmed"}


def test_the_same_code_of_two_control_units_has_two_lives() -> None:
    known = advance({}, report(("7E8", "confirmed", ("U0100",)), ("7E9", "confirmed", ("U0100",))), 0)
    known = advance(known, report(("7E9", "confirmed", ())), MINUTE)

    assert {key: code.state for key, code in known.items()} == {
        ("7E8", "U0100"): "confirmed",
        ("7E9", "U0100"): "cleared",
    }


def test_a_clearing_ends_all_but_permanent_codes_and_says_why() -> None:
    known = advance({}, all_three(("P0420",), ("P0335",), ("P0335",)), 0)

    known = clear(known, "supply_lost", MINUTE)

    assert states(known) == {"P0420": "cleared", "P0335": "permanent"}
    assert known["7E8", "P0420"].cleared_by == "supply_lost"
    assert states(advance(known, all_three((), (), ("P0335",)), 2 * MINUTE))["P0335"] == "permanent"


def test_codes_that_went_just_before_a_clearing_was_noticed_went_because_of_it() -> None:
    known = advance({}, all_three((), ("P0335",), ()), 0)
    gone = advance(known, all_three((), (), ()), MINUTE)

    assert clear(gone, "codes_cleared", 2 * MINUTE)["7E8", "P0335"].cleared_by == "codes_cleared"
    assert clear(gone, "codes_cleared", 2 * MINUTE + ONE_CLEARING_MS)["7E8", "P0335"].cleared_by == ""


def test_a_code_that_returns_is_counted_but_not_one_whose_clearing_crossed_a_report() -> None:
    known = clear(advance({}, all_three((), ("P0335",), ()), 0), "codes_cleared", MINUTE)

    crossed = advance(known, all_three((), ("P0335",), ()), MINUTE + 1)
    returned = advance(known, all_three(("P0335",), (), ()), 60 * MINUTE)

    assert (crossed["7E8", "P0335"].times, crossed["7E8", "P0335"].state) == (1, "confirmed")
    assert (returned["7E8", "P0335"].times, returned["7E8", "P0335"].state) == (2, "pending")
    assert returned["7E8", "P0335"].cleared_by == ""


def test_what_is_said_in_full_is_kept_with_the_code_it_is_about() -> None:
    known = advance(
        {},
        report(
            ("7E8", "confirmed", ("P0143",)),
            ("7EA", "confirmed", ("C0044-12",)),
            ("00", "confirmed", ("SPN100-1",)),
            faults=(
                Fault(ecu="7E8", code="P0143-1A", status=0x8D),
                Fault(ecu="7EA", code="C0044-12", status=0x0C),
                Fault(ecu="00", code="SPN100-1", occurrences=4),
                Fault(ecu="7E9", code="P0700-00", status=0x01),
            ),
        ),
        0,
    )

    told = {code.code: (code.failure_type, code.status, code.occurrences) for code in known.values()}
    assert told == {"P0143": (0x1A, 0x8D, None), "C0044-12": (0x12, 0x0C, None), "SPN100-1": (None, None, 4)}


sets = st.tuples(
    st.sampled_from(["7E8", "7E9"]),
    st.sampled_from(["pending", "confirmed", "permanent"]),
    st.lists(st.sampled_from(["P0335", "P0420", "U0100"]), unique=True, max_size=3).map(tuple),
)
steps = st.lists(
    st.just("clear") | st.lists(sets, min_size=1, max_size=6, unique_by=lambda one: one[:2]).map(tuple), max_size=12
)


@given(steps)
def test_the_state_is_always_what_the_newest_lists_say(lived: list[Any]) -> None:
    known: Known = {}
    lists: dict[tuple[str, str], set[str]] = {}

    for minute, step in enumerate(lived):
        if step == "clear":
            known = clear(known, "codes_cleared", minute * MINUTE)
            lists = {key: codes for key, codes in lists.items() if key[1] == "permanent"}
        else:
            known = advance(known, report(*step), minute * MINUTE)
            lists |= {(ecu, status): set(codes) for ecu, status, codes in step}

    for (ecu, code), found in known.items():
        by = [status for status in ("permanent", "confirmed", "pending") if code in lists.get((ecu, status), ())]
        assert found.state == (by[0] if by else "cleared")
        assert (found.cleared_ms is None) == bool(by)
        assert found.first_ms <= found.last_ms
    listed = {(ecu, code) for (ecu, _), codes in lists.items() for code in codes}
    assert listed <= known.keys()
