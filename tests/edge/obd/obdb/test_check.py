"""Recorded answers through the agent's reassembler and decoder, and what is said of each value."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.validity import Validity
from edge.obd.obdb.check import Outcome, agrees, judge
from edge.obd.obdb.corpus import Case
from edge.obd.obdb.reader import parse
from edge.obd.obdb.registry import Registry
from tests.edge.obd.obdb import made

NUMBERS = made.command("22F00D", made.signal("A"), made.signal("B", bix=8, max=100), made.signal("C", bix=64))
WORD = made.command("22F00E", {"id": "W", "name": "W", "fmt": {"len": 8, "map": {"1": "ON", "2": {"value": "OFF"}}}})
LAST = made.command("22F00F", {"id": "X", "name": "X", "fmt": {"bix": 8, "len": 8, "map": {"0": "NO", "170": "PAD"}}})


def outcome(
    responses: str | tuple[str, ...],
    expected: Mapping[str, str],
    *rows: dict[str, Any],
    command_id: str = "7E4.7EC.22F00D",
    addressed: bool = False,
    extended: bool | None = None,
) -> Outcome:
    registry = Registry((), parse(made.text(*rows or (NUMBERS, WORD, LAST)), "a.json").commands, 2022)
    texts = (responses,) if isinstance(responses, str) else responses
    return judge(Case("a.yaml", 1, command_id, texts, expected, extended, addressed), registry)


def test_a_short_answer_is_compared_value_by_value() -> None:
    found = outcome("7EC0562F00D0764", {"A": "7", "B": "100", "C": "1"})

    assert [value.right for value in found.values] == [True, True, False]
    assert [value.seen for value in found.values] == [7.0, 100.0, None]
    assert found.values[2].is_missing
    assert (found.right, found.answered, found.refused, found.damaged) == (False, True, 0, 0)


def test_a_long_answer_comes_together_among_echo_flow_control_prompt_and_another_transfer() -> None:
    said = """22F00D
        SEARCHING...
        7ED2900AAAAAAAAAAAA
        7EC037F2278
        7EC 10 0C 62 F0 0D 07 64 00
        7E4300000
        7ec 21 00 00 00 00 00 2a aa
        >"""

    found = outcome(said, {"A": "7", "B": "100", "C": "42"})

    assert found.right
    assert found.refused == 1  # a consecutive frame of a transfer that began before the recording


def test_of_two_ecus_that_answer_the_same_the_later_counts() -> None:
    anybody = {**made.command("22F00D", made.signal("A"), hdr="7DF")}

    assert outcome("7E80462F00D01\n7E90462F00D02", {"A": "2"}, anybody).right


def test_a_29_bit_id_is_told_by_the_header_of_the_command() -> None:
    wide = made.command("22F00D", made.signal("A"), hdr="FC00", rax="FE007B", pri="17", tst="7B")
    name = "FC00.FE007B.22F00D|ta=7B,c=17"

    assert outcome("17FE007B0462F00D37", {"A": "55"}, wide, command_id=name).right
    assert outcome("17 FE 00 7B 04 62 F0 0D 37", {"A": "55"}, wide, command_id="", extended=None).right
    assert not outcome("17FE007C0462F00D37", {"A": "55"}, wide, command_id=name).right


def test_a_recording_of_the_other_width_is_read_where_the_name_leaves_it_open() -> None:
    anybody = {**made.command("010D", made.signal("A"), hdr="7E0"), "rax": "10", "hdr": "DA10"}

    assert outcome("18DAF11003410D32", {"A": "50"}, anybody, command_id="7E0.010D").right


def test_extended_addressing_takes_the_testers_byte_off() -> None:
    bmw = made.command("210A", made.signal("A", add=-55, min=-55), hdr="6F1", rax="618", eax="18")

    assert outcome("618F103610A02", {"A": "-53"}, bmw, command_id="6F1.618.210A|e=18", addressed=True).right
    long = outcome("618F1100A610A02010203\n618F121040506070800", {"A": "-53"}, bmw, addressed=True, command_id="6F1")
    assert long.right


def test_the_address_byte_is_the_one_that_the_make_has_chosen() -> None:
    toyota = made.command(
        "2130", made.signal("A"), made.signal("B", bix=32), hdr="750", rax="758", eax="2A", tst="2A", fcm1=True
    )
    said = "7582A10076130010203\n758F10261300000\n7582A210405060000"

    assert outcome(said, {"A": "1", "B": "5"}, toyota, command_id="750.758.2130|e=2A,ta=2A,fc=1", addressed=True).right


def test_an_unmapped_word_is_none_and_a_word_may_be_written_as_a_bit() -> None:
    assert outcome("7EC0462F00E01", {"W": "true"}).right
    assert outcome("7EC0462F00E02", {"W": "OFF"}).right
    assert outcome("7EC0462F00E03", {"W": "null"}).right
    assert not outcome("7EC0462F00E03", {"W": "OFF"}).right


def test_past_a_null_bound_both_none_and_the_number_are_published() -> None:
    null = made.command("22F00D", made.signal("A", nullmax=255))

    for expected, right in (("255", True), ("null", True), ("254", False)):
        found = outcome("7EC0462F00DFF", {"A": expected}, null)
        assert found.right is right
        assert found.values[0].truth is Validity.NOT_MEASURED
    assert not outcome("7EC0462F00DFE", {"A": "null"}, null).right


def test_truth_neither_clamps_nor_agrees_with_what_was_clamped() -> None:
    (value,) = outcome("7EC0562F00D07FF", {"B": "100"}).values

    assert (value.right, value.truth, value.truth_agrees) == (True, Validity.OUT_OF_RANGE, False)
    (value,) = outcome("7EC0562F00D0763", {"B": "99"}).values
    assert (value.right, value.truth, value.truth_agrees) == (True, Validity.VALUE, True)


def test_where_the_published_range_is_wrong_truth_keeps_what_the_car_said() -> None:
    battery = made.signal("V", unit="volts", div=10, min=11, max=25.5) | {"suggestedMetric": "starterBatteryVoltage"}
    (low,) = outcome("7EC0462F00D5A", {"V": "11"}, made.command("22F00D", battery)).values
    assert (low.right, low.seen) == (True, 11.0)
    assert (low.truth, low.truth_agrees) == (Validity.VALUE, False)  # 9.0 V

    named = made.signal("IONIQ5_ISOLATION_RESISTANCE", len=16, max=1000, unit="kiloohms")
    (high,) = outcome("7EC0562F00D0BB8", {"IONIQ5_ISOLATION_RESISTANCE": "1000"}, made.command("22F00D", named)).values
    assert (high.right, high.truth, high.truth_agrees) == (True, Validity.VALUE, False)  # 3000 kOhm


def test_what_the_agent_refuses_is_read_leniently_for_comparison_and_is_nothing_in_truth() -> None:
    wrong_number = outcome("7EC100C62F00D076400\n7EC2500000000002AAA", {"C": "42"})

    (value,) = wrong_number.values
    assert (value.right, value.leniently, value.truth, wrong_number.refused) == (True, True, None, 1)
    assert not wrong_number.answered


def test_the_reference_reads_on_into_the_padding_of_a_single_frame() -> None:
    (value,) = outcome("7EC0462F00F01AAAAAA", {"X": "PAD"}).values
    assert (value.right, value.leniently) == (True, True)

    (value,) = outcome("7EC0462F00F01", {"X": "NO"}).values
    assert (value.right, value.leniently) == (True, True)


def test_a_trim_agrees_with_either_state_of_the_published_set() -> None:
    trim = made.command("0115", made.signal("T", len=8, mul=100, div=128, add=-128, min=-100, max=99.22), hdr="7E0")

    def told(expected: str) -> tuple[bool, bool]:
        (value,) = outcome("7E80341158A", {"T": expected}, trim, command_id="7E0.0115").values
        return value.right, value.as_published

    assert told("7.8125") == (True, False)
    assert told("-20.1875") == (True, True)
    assert told("0") == (False, False)


def test_a_case_that_expects_nothing_is_right() -> None:
    assert outcome("NO DATA", {}).right


@pytest.mark.parametrize(
    ("expected", "seen", "same"),
    [
        ("0.33333", 1 / 3, True),  # rounded to five places
        ("0.33334", 1 / 3, False),
        ("123456.7", 123456.75, True),
        ("34.8", 34.8, True),
        ("true", 1.0, True),
        ("PARK", 1.0, False),
        ("null", None, True),
        ("0", None, False),
        ("nan", 0.0, False),
    ],
)
def test_agreement_is_as_wide_as_the_corpus_rounds(expected: str, seen: float | None, same: bool) -> None:
    assert agrees(expected, seen) is same


@given(text=st.text("0123456789ABCDEF\n 7EC", max_size=200), addressed=st.booleans())
def test_any_recording_is_judged_without_an_error(text: str, addressed: bool) -> None:
    outcome(text, {"A": "1", "W": "ON", "X": "NO"}, addressed=addressed)
