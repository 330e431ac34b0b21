"""Overheard DM1 messages of several ECUs make one round of codes."""

from contract.messages import DtcSet, Fault
from edge.obd.passive.faults import ActiveFaults
from edge.obd.passive.j1939 import DM1, DM2, DiagnosticMessage, diagnostic_message

ENGINE = "44FF64000105FFFF"  # MIL and amber on; SPN 100, FMI 1, five times
BRAKES = "10FF550203FFFFFF"  # red stop lamp on; SPN 597, FMI 3, not counted
HEALTHY = "00FF00000000FFFF"


def said(source: int, data: str, group: int = DM1) -> DiagnosticMessage:
    return diagnostic_message(group, source, bytes.fromhex(data))


def test_every_ecu_stands_in_the_round_with_its_codes_and_counts() -> None:
    faults = ActiveFaults()
    faults.take(said(0x00, ENGINE))

    found = faults.take(said(0x0B, BRAKES))

    assert found is not None
    assert found.sets == (
        DtcSet(ecu="00", status="confirmed", codes=("SPN100-1",)),
        DtcSet(ecu="0B", status="confirmed", codes=("SPN597-3",)),
    )
    assert found.faults == (
        Fault(ecu="00", code="SPN100-1", occurrences=5),
        Fault(ecu="0B", code="SPN597-3", occurrences=None),
    )
    assert found.mil_on is True
    assert dict(found.lamps) == {"mil": "on", "red_stop": "on", "amber_warning": "on", "protect": "off"}


def test_what_is_repaired_is_an_empty_set_and_a_dark_lamp() -> None:
    faults = ActiveFaults()
    faults.take(said(0x00, ENGINE))

    found = faults.take(said(0x00, HEALTHY))

    assert found is not None
    assert found.sets == (DtcSet(ecu="00", status="confirmed", codes=()),)
    assert found.mil_on is False


def test_lamps_that_nobody_has_are_neither_lit_nor_dark() -> None:
    found = ActiveFaults().take(said(0x00, "FFFF00000000FFFF"))

    assert found is not None
    assert dict(found.lamps) == {}
    assert found.mil_on is None


def test_the_most_urgent_way_to_light_a_lamp_wins() -> None:
    faults = ActiveFaults()
    faults.take(said(0x00, "407F00000000FFFF"))  # MIL flashes fast

    found = faults.take(said(0x03, "40FF00000000FFFF"))  # here it is steady

    assert found is not None
    assert dict(found.lamps)["mil"] == "fast_flash"


def test_what_was_active_once_says_nothing_of_now() -> None:
    assert ActiveFaults().take(said(0x00, ENGINE, DM2)) is None
