"""A round of codes: what ends it, and what it holds beside the codes."""

from contract.messages import DtcSet, DtcStatus, EcuInfo, Readiness
from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Link
from edge.obd.codes import Rounds
from edge.obd.dtc import Dtc
from edge.obd.facts import ExtendedData

ENGINE, GEARBOX = (Link(0x7E0, 0x7E8), b"\x19\x02\x8d"), (Link(0x7E1, 0x7E9), b"\x19\x02\x8d")


def listed(*codes: str, ecu: str = "7E8", status: DtcStatus = "confirmed") -> DtcSet:
    return DtcSet(ecu=ecu, status=status, codes=codes)


def test_a_round_ends_when_all_were_asked_on_both_id_widths() -> None:
    wanted = [
        (everybody, bytes((service,))) for everybody in (FUNCTIONAL_11BIT, FUNCTIONAL_29BIT) for service in (3, 7)
    ]
    rounds = Rounds(wanted)
    rounds.add(listed("P0143"))

    assert [rounds.asked(asked) is not None for asked in wanted] == [False, False, False, True]


def test_an_ecu_that_fell_silent_holds_no_round_back() -> None:
    rounds = Rounds([ENGINE, GEARBOX])
    rounds.add(listed("P0143"))
    assert rounds.asked(ENGINE) is None

    found = rounds.asked(ENGINE)

    assert found is not None
    assert found.sets == (listed("P0143"),)


def test_nobody_s_word_is_no_round() -> None:
    assert Rounds([ENGINE]).asked(ENGINE) is None


def test_codes_in_full_go_with_the_codes_and_are_forgotten_with_them() -> None:
    rounds = Rounds([ENGINE])
    rounds.add(listed("P0143"))
    rounds.add_in_full("7E8", (Dtc("P0143", 0x1A, 0x0C), Dtc("P0500", 0x00, 0x04)), are_all=False)
    rounds.add_extended(ExtendedData("7E8", "P0143-1A", 1, b"\x02"))
    first = rounds.asked(ENGINE)
    rounds.add(listed())
    second = rounds.asked(ENGINE)
    rounds.add(listed("P0143"))
    third = rounds.asked(ENGINE)

    assert first is not None
    assert [(fault.code, fault.status, fault.extended) for fault in first.faults] == [("P0143-1A", 0x0C, {1: b"\x02"})]
    assert second is not None
    assert second.faults == ()
    assert third is not None
    assert third.faults == ()


def test_an_ecu_that_says_nothing_in_a_round_keeps_what_it_said_in_full() -> None:
    rounds = Rounds([ENGINE, GEARBOX])
    rounds.add_in_full("7E8", (Dtc("P0143", 0x1A, 0x0C),), are_all=True)
    rounds.add_in_full("7E9", (Dtc("P0700", 0x00, 0x08),), are_all=True)
    rounds.asked(ENGINE)
    both = rounds.asked(GEARBOX)
    rounds.add_in_full("7E8", (Dtc("P0143", 0x1A, 0x0C),), are_all=True)
    rounds.asked(ENGINE)
    alone = rounds.asked(GEARBOX)

    assert both is not None
    assert [fault.ecu for fault in both.faults] == ["7E8", "7E9"]
    assert alone is not None
    assert [fault.ecu for fault in alone.faults] == ["7E8"]
    assert rounds.in_full("7E9") == (Dtc("P0700", 0x00, 0x08),)


def test_what_an_ecu_says_of_itself_comes_together_from_several_answers() -> None:
    rounds = Rounds([ENGINE])
    for about in (
        EcuInfo(ecu="7E8", protocol="j1979"),
        EcuInfo(ecu="7E8", name="ECM"),
        EcuInfo(ecu="7E8", calibrations=("CAL-1",)),
    ):
        rounds.add_ecu(about)
    for complete in ((), ("misfire",)):
        rounds.add_readiness(Readiness(ecu="7E8", scope="since_clear", complete=complete, incomplete=()))
    rounds.mil("7E8", False)
    rounds.mil("7E9", True)
    rounds.add(listed())

    found = rounds.asked(ENGINE)

    assert found is not None
    assert found.ecus == (EcuInfo(ecu="7E8", protocol="j1979", name="ECM", calibrations=("CAL-1",)),)
    assert [one.complete for one in found.readiness] == [("misfire",)]
    assert found.mil_on


def test_an_ecu_that_refuses_is_waited_for_no_more() -> None:
    rounds = Rounds([ENGINE, GEARBOX])
    rounds.add(listed())

    rounds.give_up(GEARBOX)

    assert rounds.asked(ENGINE) is not None
