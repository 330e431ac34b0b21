"""What an adapter printed, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.obd.frames import CanFrame
from edge.obd.obdb.transcript import read

SPEED = CanFrame(0x7E8, False, bytes.fromhex("03410D32"))
FAR = CanFrame(0x18DAF110, True, bytes.fromhex("03410D32"))


@pytest.mark.parametrize(
    "line",
    [
        *("7E803410D32", "7e8 03 41 0d 32", "  7E8 03410D32\t", ">7E803410D32", "7E803410D32>", "7E8 03 41 0D 32 \r"),
        *("SEARCHING...7E803410D32", "Searching...\n7E803410D32", "BUS INIT: ...OK\r7E803410D32", "010D\n7E803410D32"),
        *("010D1\r\r7E803410D32\r\r>", "ELM327 v1.5\n7E803410D32", "NO DATA\n7E803410D32", "\x007E803410D32\x00"),
    ],
)
def test_a_frame_is_found_among_echoes_prompts_and_the_adapters_words(line: str) -> None:
    assert SPEED in read(line, extended=False).frames


@pytest.mark.parametrize("line", ["18DAF11003410D32", "18 DA F1 10 03 41 0D 32", "18daf110 03410d32"])
def test_eight_digits_are_a_29_bit_id(line: str) -> None:
    assert read(line).frames == (FAR,)
    assert read(line, extended=False).frames == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", "NO DATA", "CAN ERROR", ">", "?", "SEARCHING...", "UNABLE TO CONNECT", "BUFFER FULL", "<RX ERROR"),
        *("STOPPED", "OK", "BUS INIT: OK", "ERR94", "\r\n>\r\n"),
    ],
)
def test_words_alone_are_no_frames_and_no_damage(text: str) -> None:
    assert read(text) == ((), 0, ())


@pytest.mark.parametrize(
    "line",
    [
        "7E8",  # an id alone
        "7E803410D3",  # half a byte lost
        "7E80341 0D3G",
        "74C27000007021C074C28000E02CD048A00",  # two lines run together
        "FFF03410D32",  # no 11-bit id
        "FFFFFFFF03410D32",  # no 29-bit id
        "HELLO",
    ],
)
def test_a_damaged_line_is_counted(line: str) -> None:
    assert read(f"{line}\n7E803410D32", extended=False)[:2] == ((SPEED,), 1)


def test_several_texts_are_one_recording_in_their_order() -> None:
    heard = read(["7E803410D32\n7E8037F2278", "18DAF11003410D32"])

    assert [frame.can_id for frame in heard.frames] == [0x7E8, 0x7E8, 0x18DAF110]
    assert heard.lines == ("7E803410D32", "7E8037F2278", "18DAF11003410D32")


@given(
    text=st.text(max_size=60) | st.text("0123456789ABCDEFabcdef \r\n>.", max_size=80),
    extended=st.none() | st.booleans(),
)
def test_any_text_gives_classic_frames_and_no_error(text: str, extended: bool | None) -> None:
    for frame in read(text, extended=extended).frames:
        assert 1 <= len(frame.data) <= 8
        assert frame.can_id < 1 << (29 if frame.extended else 11)
