"""SAE J1939: ids taken apart, and the fault messages DM1 and DM2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ServiceError
from edge.obd.passive import j1939
from edge.obd.passive.j1939 import DM1, DM2, TroubleCode, diagnostic_message


@pytest.mark.parametrize(
    ("can_id", "priority", "pgn", "source", "destination"),
    [
        (0x0CF00400, 3, 0xF004, 0x00, 0xFF),  # EEC1 of the engine
        (0x18FECA03, 6, 0xFECA, 0x03, 0xFF),  # DM1 of the transmission
        (0x18EAFF21, 6, 0xEA00, 0x21, 0xFF),  # a request to everybody: PDU1, the group ends in 00
        (0x1CEC0027, 7, 0xEC00, 0x27, 0x00),
        (0x19F80123, 6, 0x1F801, 0x23, 0xFF),  # data page 1
    ],
)
def test_an_id_is_priority_group_sender_and_receiver(
    can_id: int, priority: int, pgn: int, source: int, destination: int
) -> None:
    assert j1939.split(can_id) == (priority, pgn, source, destination)


def test_a_dm1_of_one_code_is_one_frame_with_filling_behind() -> None:
    # MIL on and slow, amber on and steady; SPN 100 (oil pressure), FMI 1, 5 times: 100 = 0x64.
    message = diagnostic_message(DM1, 0x00, bytes.fromhex("4433 64000105 FFFF".replace(" ", "")))

    assert message.is_active
    assert message.codes == (TroubleCode(spn=100, fmi=1, occurrences=5, conversion=0),)
    assert message.lamps.malfunction == "on"
    assert message.lamps.red_stop == "off"
    assert message.lamps.amber_warning == "on"
    assert message.lamps.protect == "off"
    assert message.lamps.malfunction_flash == "slow"
    assert message.lamps.red_stop_flash == "none"


def test_an_spn_of_19_bits_has_its_upper_three_beside_the_fmi() -> None:
    # SPN 520192 = 0x7F000: low byte 00, middle F0, upper bits 111; FMI 31.
    message = diagnostic_message(DM2, 0x27, bytes.fromhex("000000F0FF7FFFFF"))

    assert not message.is_active
    assert message.codes == (TroubleCode(spn=0x7F000, fmi=31, occurrences=None, conversion=0),)


def test_several_codes_come_in_one_transfer() -> None:
    data = bytes.fromhex("54FF" + "6E000307" + "BE00020A")

    assert [(c.spn, c.fmi, c.occurrences) for c in diagnostic_message(DM1, 0, data).codes] == [
        (110, 3, 7),
        (190, 2, 10),
    ]


def test_a_code_of_an_old_ecu_is_given_by_every_reading_it_may_mean() -> None:
    # SPN 1208 = 0x4B8 = 0b0000000_100_10111000: bits 18-11 0x00, 10-3 0x97, 2-0 000 -> version 1 sends 00 97 0_.
    as_version_1 = diagnostic_message(DM1, 0, bytes.fromhex("0000" + "00970381" + "FFFF")).codes[0]
    as_version_2 = diagnostic_message(DM1, 0, bytes.fromhex("0000" + "97000381" + "FFFF")).codes[0]
    as_version_3 = diagnostic_message(DM1, 0, bytes.fromhex("0000" + "B8040381" + "FFFF")).codes[0]

    assert [code.conversion for code in (as_version_1, as_version_2, as_version_3)] == [1, 1, 1]
    assert as_version_1.other_spns is not None
    assert as_version_1.other_spns[0] == 1208
    assert as_version_2.other_spns is not None
    assert as_version_2.other_spns[1] == 1208
    assert as_version_3.spn == 1208


@pytest.mark.parametrize("filling", ["00000000", "FFFFFFFF"])
def test_no_code_is_no_code_however_it_is_filled(filling: str) -> None:
    message = diagnostic_message(DM1, 0, bytes.fromhex("00FF" + filling + "FFFF"))

    assert message.codes == ()
    assert message.lamps.malfunction == "off"


def test_a_lamp_that_the_ecu_does_not_have_is_neither_on_nor_off() -> None:
    message = diagnostic_message(DM1, 0, bytes.fromhex("FFFFFFFFFFFFFFFF"))

    assert message.lamps.malfunction == "not_available"
    assert message.lamps.protect == "not_available"


@pytest.mark.parametrize("data", ["", "0000", "0000640001", "54FF6E000307BE00020A01"])
def test_what_is_cut_off_is_refused(data: str) -> None:
    with pytest.raises(ServiceError, match="bytes"):
        diagnostic_message(DM1, 0, bytes.fromhex(data))


@given(data=st.binary(max_size=1785), group=st.sampled_from([DM1, DM2]), source=st.integers(0, 255))
def test_whatever_comes_only_our_error_comes_out(data: bytes, group: int, source: int) -> None:
    try:
        message = diagnostic_message(group, source, data)
    except ServiceError:
        return

    assert all(0 <= code.spn < 1 << 19 and 0 <= code.fmi < 32 for code in message.codes)
