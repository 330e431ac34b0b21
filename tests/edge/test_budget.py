"""What the device takes from the battery: figures that can be checked by hand."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.budget import Converter, Part, Table, budget, merged, read
from edge.errors import ConfigError

HALF = Converter(efficiency=0.5, kind="assumed", source="by hand")
BOARD = Part(name="board", at_v=6.3, awake_ma=400.0, resting_ma=100.0, kind="measured", source="by hand")
RADIO = Part(name="radio", at_v=12.6, awake_ma=50.0, resting_ma=2.0, kind="maker", source="by hand")
KNOWN = {"board": BOARD, "radio": RADIO}
ROW = '[[part]]\nname = "board"\nat_v = 5.0\nawake_ma = 1.0\nresting_ma = 1.0\nkind = "maker"\nsource = "x"\n'


def test_currents_become_the_batterys_through_the_converter() -> None:
    # 6.3 V of 12.6 V at an efficiency of one half: as many mA at the battery as at the board.
    found = budget(["board"], KNOWN, HALF, awake_h=4.0, battery_ah=60.0)

    assert [found.awake_ma, found.resting_ma] == pytest.approx([400.0, 100.0])
    assert [found.mah_day_parked, found.mah_day] == pytest.approx([2_400.0, 2_000.0])
    assert found.days_to_a_fifth == pytest.approx(12_000.0 / 2_400.0)


def test_what_hangs_on_the_battery_itself_loses_nothing_on_the_way() -> None:
    assert budget(["radio"], KNOWN, HALF, awake_h=0.0, battery_ah=60.0).resting_ma == 2.0


def test_parts_add_up_and_the_weakest_figure_is_named() -> None:
    sure = Converter(efficiency=0.5, kind="measured", source="by hand")

    assert budget(["board", "radio"], KNOWN, sure, awake_h=0.0, battery_ah=60.0).resting_ma == pytest.approx(102.0)
    assert budget(["board"], KNOWN, sure, awake_h=0.0, battery_ah=60.0).weakest == "measured"
    assert budget(["board", "radio"], KNOWN, sure, awake_h=0.0, battery_ah=60.0).weakest == "maker"
    assert budget(["board", "radio"], KNOWN, HALF, awake_h=0.0, battery_ah=60.0).weakest == "assumed"


def test_a_device_that_draws_nothing_lasts_for_ever() -> None:
    assert budget([], KNOWN, HALF, awake_h=0.0, battery_ah=60.0).days_to_a_fifth == inf


def test_a_part_that_is_not_in_the_table_is_named_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"power\.parts.*'modem'.*board, radio"):
        budget(["modem"], KNOWN, HALF, awake_h=0.0, battery_ah=60.0)


def test_the_owners_rows_go_before_ours() -> None:
    theirs = read(ROW, "mine.toml")

    parts, converter = merged(Table(converter=HALF, part=(BOARD, RADIO)), theirs)

    assert parts["board"].resting_ma == 1.0
    assert (set(parts), converter) == ({"board", "radio"}, HALF)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[part", "mine.toml"),
        ("volts = 3", "volts"),
        (ROW.replace("maker", "guess"), "kind"),
        (ROW.replace("at_v = 5.0", "at_v = 0.0"), "'board': at_v"),
        (ROW.replace("resting_ma = 1.0", "resting_ma = -1.0"), "both currents"),
        (ROW.replace("awake_ma = 1.0", "awake_ma = nan"), "both currents"),
        ('[converter]\nefficiency = 1.5\nkind = "maker"\nsource = "x"\n', "efficiency"),
    ],
)
def test_a_bad_table_is_named_by_file_and_key(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=r"^mine\.toml: .*") as caught:
        read(text, "mine.toml")
    assert reason in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_our_one_error(text: str) -> None:
    try:
        read(text, "mine.toml")
    except ConfigError:
        return
