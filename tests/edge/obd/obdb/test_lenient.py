"""What the reference scanner makes of damaged recordings, line for line."""

from hypothesis import given
from hypothesis import strategies as st

from edge.obd.obdb.lenient import Answer, answers


def loosely(*lines: str, extended: bool = False, addressed: bool = False) -> list[Answer]:
    return list(answers(lines, extended=extended, addressed=addressed))


def test_a_single_frame_keeps_its_padding() -> None:
    assert loosely("7E803410D32AAAAAAAA") == [(0x7E8, bytes.fromhex("410D32AAAAAAAA"))]


def test_two_lines_run_together_count_as_one_long_frame() -> None:
    glued = loosely("7EC101462F00D010203", "7EC21" + "04050607080" + "7EC22" + "0B0C0D0E0F1011")

    # The first line lost three digits, so that what follows stands where it does not belong; so it was published.
    assert glued == [(0x7EC, bytes.fromhex("62F00D010203" + "04050607080" + "7EC22" + "0B0C0D0E0F1011")[:20])]


def test_sequence_numbers_are_not_looked_at() -> None:
    assert loosely("7EC100D62F00D010203", "7EC2504050607080910") == [
        (0x7EC, bytes.fromhex("62F00D01020304050607080910"))
    ]


def test_what_is_too_short_or_odd_or_of_no_kind_is_passed_over() -> None:
    assert loosely("7E8", "7E80", "7E803", "7E8033", "7E83000", "7E8F0410D", "7EC2101020304") == []


def test_an_address_byte_stands_before_the_kind() -> None:
    assert loosely("618F103610A01", addressed=True) == [(0x618, bytes.fromhex("610A01"))]


@given(
    lines=st.lists(st.text("0123456789ABCDEF", max_size=40), max_size=8),
    extended=st.booleans(),
    addressed=st.booleans(),
)
def test_any_digits_raise_nothing(lines: list[str], extended: bool, addressed: bool) -> None:
    loosely(*lines, extended=extended, addressed=addressed)
