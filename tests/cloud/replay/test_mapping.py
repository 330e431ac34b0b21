"""A map's every mistake is told with the file, the key, and what may stand there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.errors import SettingsError
from cloud.replay.mapping import Map, parse

WHOLE = """
batch_s = 30
[file]
separator = ";"
[time]
column = "t"
format = "epoch_ms"
[vehicle]
column = "vin"
powertrain = "bev"
pack_ah = 150
cell_chemistry = "lfp"
[signals]
speed = { column = "v", unit = "mph" }
cell_voltage = { match = 'cell_(\\d+)', unit = "mV", invalid = [65535] }
alarm_level = { column = "alarm", values = { none = 0, "1" = 1 } }
"Vehicle.Somewhere.Else" = { column = "x" }
"""


def test_a_whole_map_is_read() -> None:
    whole = parse(WHOLE, "m.toml")

    assert (whole.batch_s, whole.gap_s, whole.file.separator) == (30.0, 600.0, ";")
    assert whole.vehicle.facts().pack_ah == 150.0
    assert whole.vehicle.facts().cell_chemistry == "lfp"
    assert list(whole.signals["cell_voltage"].invalid) == [65535]
    assert whole.signals["alarm_level"].values == {"none": 0.0, "1": 1.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[signals", "m.toml: not TOML"),
        ("", r"\[signals\] is missing"),
        ("[singals]\nspeed = { column = 'v' }", "no key 'singals' here; there are file, time"),
        ("[signals]\nsped = { column = 'v' }", "signals.sped: there is no such signal.*speed"),
        ("[signals]\nspeed = { colunm = 'v' }", r"\[signals.speed\].*colunm.*keys are column, match"),
        ("[signals]\nspeed = 5", r"\[signals.speed\]: Expected `object`"),
        ("[signals]\nspeed = {}", "signals.speed: give either column"),
        ("[signals]\nspeed = { column = 'v', match = 'v' }", "signals.speed: give either column"),
        (
            "[signals]\nspeed = { column = 'v', unit = 'knots' }",
            "signals.speed.unit: 'knots' is none of km/h, m/s, mph",
        ),
        ("[signals]\nspeed = { match = '(' }", "signals.speed.match: not a regular expression"),
        ("[signals]\nspeed = { column = 'v', list = ',' }", "signals.speed.list: only cell_voltage"),
        ("[signals]\nspeed = { column = 'v', positive = 'charging' }", "signals.speed.positive: only pack_current"),
        ("[signals]\nspeed = { column = 'v', low = 5, high = 5 }", "signals.speed: low 5 is not below high 5"),
        ("[signals]\ncell_voltage = { column = 'v' }", "signals.cell_voltage: a column of its own holds one number"),
        ("[signals]\ncell_voltage = { match = 'v.*' }", "signals.cell_voltage.match: put the number in one group"),
        ("[signals]\n'Vehicle.No Name' = { column = 'v' }", "Vehicle.No Name.*must be at most 128"),
        (
            "[time]\nformt = 'iso'\n[signals]\nspeed = { column = 'v' }",
            r"\[time\].*formt.*keys are column, date_column, format",
        ),
        ("[time]\nrate_hz = 0\n[signals]\nspeed = { column = 'v' }", "time.rate_hz must be above 0"),
        ("[time]\ndate_from_file = 'x'\n[signals]\nspeed = { column = 'v' }", "time.date_from_file: put what counts"),
        (
            "[vehicle]\nname = 'a'\ncolumn = 'b'\n[signals]\nspeed = { column = 'v' }",
            "give one of column, from_file",
        ),
        ("[vehicle]\npowertrain = 'steam'\n[signals]\nspeed = { column = 'v' }", r"\[vehicle\].*steam"),
        ("[file]\nseparator = ''\n[signals]\nspeed = { column = 'v' }", "file.separator must be one character"),
        ("[long]\nname = 'n'\n[signals]\nspeed = { column = 'v' }", r"\[long\].*value"),
        ("batch_s = -1\n[signals]\nspeed = { column = 'v' }", "batch_s must be a number of seconds above 0"),
        ("batch_s = 'x'\n[signals]\nspeed = { column = 'v' }", "batch_s must be a number of seconds above 0"),
    ],
)
def test_a_mistake_is_told_with_its_key(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        parse(text, "m.toml")

    assert str(caught.value).startswith("m.toml: ")


LINES = [line for line in WHOLE.splitlines() if line]
any_lines = st.lists(st.sampled_from([*LINES, "[long]", "list = ','", "[signals.speed]", "speed = 1"]), max_size=14)


@given(st.one_of(st.text(), any_lines.map("\n".join)))
def test_only_our_error_comes_out_of_any_text_and_it_names_the_file(text: str) -> None:
    try:
        said = "" if isinstance(parse(text, "m.toml"), Map) else "no map"
    except SettingsError as error:
        said = str(error).removeprefix("m.toml: ").replace(str(error), "it does not name the file")

    assert said not in ("no map", "it does not name the file")
