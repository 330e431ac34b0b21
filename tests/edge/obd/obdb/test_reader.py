"""An OBDb file is read key by key; what is unknown or contradicts itself is named by file, command and key."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import SignalSetError
from edge.obd.obdb.model import Group, Synthetic
from edge.obd.obdb.reader import parse
from edge.obd.signalset import Years
from tests.edge.obd.obdb import made

EVERYTHING = made.command(
    "22C00B",
    {
        "id": "CAR_TP",
        "name": "Pressure",
        "path": "Tires",
        "hidden": True,
        "description": "",
        "suggestedMetric": "frontLeftTirePressure",
        "fmt": {
            "bix": 32,
            "len": 16,
            "blsb": True,
            "sign": True,
            "min": -5,
            "max": 51,
            "add": 1,
            "mul": 2,
            "div": 5,
            "unit": "psi",
            "nullmin": 0,
            "nullmax": 50,
            "omin": 30,
            "omax": 40,
            "oval": 35,
        },
    },
    {
        "id": "CAR_GEAR",
        "name": "Gear",
        "fmt": {"len": 4, "map": {"0": {"value": "PARK", "description": "P"}, "1": "R"}},
    },
    hdr="7A0",
    eax="12",
    tst="F1",
    tmo="19",
    fcm1=True,
    dbg=True,
    din="03",
    dout="01",
    proto="15765-4-11bit",
    filter={"from": 2027, "to": 2021, "years": [2024]},
    dbgfilter={"to": 2020},
)


def test_every_key_of_the_format_is_read() -> None:
    found = parse(
        made.text(
            EVERYTHING,
            diagnosticLevel="C0",
            signalGroups=[{"id": "G", "matchingRegex": "CAR_(T.)", "suggestedMetricGroup": "batteryModulesVoltage"}],
            synthetics=[
                {
                    "id": "R",
                    "name": "Ratio",
                    "path": "Fuel",
                    "min": 0,
                    "max": 9,
                    "unit": "scalar",
                    "formula": {"op": "ratio", "a": "CAR_TP", "b": "CAR_GEAR"},
                }
            ],
        ),
        "default.json",
    )

    (command,) = found.commands
    assert (command.service, command.key, command.period_s) == (0x22, 0xC00B, 1.0)
    assert (command.eax, command.tst, command.tmo, command.din, command.dout) == (0x12, 0xF1, 0x19, 0x03, 0x01)
    assert (command.fcm1, command.dbg, command.proto) == (True, True, "15765-4-11bit")
    assert (command.years, command.debug_years) == (Years(2027, 2021, frozenset({2024})), Years(None, 2020))
    pressure, gear = command.signals
    assert (pressure.bit, pressure.bits, pressure.little_endian, pressure.signed) == (32, 16, True, True)
    assert (pressure.mul, pressure.div, pressure.add, pressure.low, pressure.high) == (2.0, 5.0, 1.0, -5.0, 51.0)
    assert (pressure.null_low, pressure.null_high, pressure.unit) == (0.0, 50.0, "psi")
    assert pressure.metric == "frontLeftTirePressure"
    assert gear.texts == {0: "PARK", 1: "R"}
    assert found.diagnostic_level == 0xC0
    assert found.groups == (Group("G", "CAR_(T.)", "batteryModulesVoltage"),)
    assert found.synthetics == (Synthetic("R", "CAR_TP", "CAR_GEAR", "scalar", 0.0, 9.0),)


def broken(**changes: Any) -> dict[str, Any]:
    """Return a command with keys of it changed; None takes a key away."""
    return {key: value for key, value in {**made.command(), **changes}.items() if value is not None}


def formed(**fmt: Any) -> dict[str, Any]:
    """Return a command whose only signal has this `fmt`."""
    return made.command("22F00D", {"id": "S", "name": "S", "fmt": fmt})


AT = "default.json: command 7E4.7EC.22F00D: "


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (broken(colour=1), AT + "colour is not known here"),
        (broken(hdr=None), "default.json: command number 1: hdr must be a text"),
        (broken(hdr="7E"), "hdr must be 3 or 4 or 8 hex digits"),
        (broken(hdr="7EG"), "hdr must be 3 or 4 or 8 hex digits"),
        (broken(rax="10"), "rax of 2 digits contradicts hdr of 3"),
        (broken(hdr="DA10"), "rax of 3 digits contradicts hdr of 4"),
        (broken(rax="7ECC"), "rax must be 2 or 3 or 6 or 8 hex digits"),
        (broken(eax="123"), AT + "eax must be 2 hex digits"),
        (broken(pri="18"), AT + "pri is for headers of 4 digits"),
        (broken(proto="15765-4-29bit"), AT + "proto 15765-4-29bit contradicts hdr of 3 digits"),
        (broken(proto="j1850"), AT + "proto must be one of"),
        (broken(cmd=None), "cmd: must be a table"),
        (broken(cmd={}), "cmd must name one service"),
        (broken(cmd={"22": "F00D", "21": "01"}), "cmd must name one service"),
        (broken(cmd={"2F": "F00D"}), "cmd: 2F is not known here"),
        (broken(cmd={"22": "0D"}), "cmd: 22 must be 4 hex digits"),
        (broken(cmd={"01": 12}), "cmd: 01 must be a text"),
        (broken(freq=0), AT + "freq must be above zero"),
        (broken(freq=None), AT + "freq must be a finite number"),
        (broken(fcm1="true"), AT + "fcm1 must be true or false"),
        (broken(filter=2021), AT + "filter: must be a table"),
        (broken(filter={"until": 2021}), AT + "filter: until is not known here"),
        (broken(filter={"from": "2021"}), AT + "filter: from must be a whole number"),
        (broken(filter={"years": [True]}), AT + "filter: years must be whole numbers"),
        (broken(signals=[]), AT + "signals is missing"),
        (broken(signals=[made.signal(), made.signal()]), AT + "signals names S twice"),
        (broken(signals=[{**made.signal(), "unit": "psi"}]), AT + "signal S: unit is not known here"),
        (broken(signals=[{"name": "S", "fmt": {}}]), AT + "signal 1: fmt: max is missing"),
        (formed(max=1, unit="scalar"), AT + "signal S: fmt: len must be a whole number"),
        (formed(len=8, unit="scalar"), AT + "signal S: fmt: max is missing"),
        (formed(len=8, max=1), AT + "signal S: fmt: unit is missing"),
        (formed(len=8, max=1, unit="scalar", div=0), AT + "signal S: fmt: div must not be zero"),
        (formed(len=8, max=1, min=2, unit="scalar"), AT + "signal S: fmt: min is above max"),
        (formed(len=8, max="1", unit="scalar"), AT + "signal S: fmt: max must be a finite number"),
        (formed(len=8, max=10**400, unit="scalar"), AT + "signal S: fmt: max must be a finite number"),
        (formed(len=8, bix=-1, max=1, unit="scalar"), AT + "signal S: fmt: bix must be a whole number"),
        (formed(len=8, map=[]), AT + "signal S: fmt: map must be a table"),
        (formed(len=8, map={"x": "A"}), AT + "signal S: fmt: map 'x' must be a whole number"),
        (formed(len=8, map={"1": {"value": "A", "note": ""}}), AT + "signal S: fmt: map '1' has more than value"),
        (formed(len=8, sgn=True, max=1, unit="scalar"), AT + "signal S: fmt: sgn is not known here"),
        (4, "default.json: command number 1: must be a table"),
    ],
)
def test_a_contradiction_is_named_by_file_command_and_key(row: Any, complaint: str) -> None:
    with pytest.raises(SignalSetError) as caught:
        parse(made.text(row), "default.json")

    assert complaint in str(caught.value)
    assert str(caught.value).startswith("default.json: ")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "default.json: no JSON"),
        ("[]", "default.json: must be a table"),
        ("{}", "default.json: commands is missing"),
        ('{"commands": {}}', "default.json: commands must be a list"),
        ('{"commands": [], "version": 3}', "default.json: version is not known here"),
        ('{"commands": [], "diagnosticLevel": "3"}', "diagnosticLevel must be 2 hex digits"),
        ('{"commands": [], "signalGroups": [{"id": "G", "matchingRegex": "("}]}', "matchingRegex is no regular"),
        (
            '{"commands": [], "synthetics": [{"id": "R", "formula": {"op": "sum", "a": "A", "b": "B"}}]}',
            "synthetics number 1: formula: op must be ratio",
        ),
    ],
)
def test_a_file_that_is_no_set_says_so(text: str, complaint: str) -> None:
    with pytest.raises(SignalSetError) as caught:
        parse(text, "default.json")

    assert complaint in str(caught.value)


def test_a_set_may_be_empty_and_a_filter_too() -> None:
    assert parse('{"commands": []}', "default.json").commands == ()
    (command,) = parse(made.text(made.command(filter={})), "default.json").commands
    assert command.years is None
    (never,) = parse(made.text(made.command(filter={"from": None, "years": []})), "default.json").commands
    assert never.years == Years()


def test_one_answer_may_be_described_in_two_rows_but_no_signal_twice() -> None:
    first, second = made.command("22F00D", made.signal("A")), made.command("22F00D", made.signal("B", bix=8))

    (joined,) = parse(made.text(first, second), "default.json").commands
    assert [signal.id for signal in joined.signals] == ["A", "B"]

    with pytest.raises(SignalSetError, match=r"command 7E4\.7EC\.22F00D: id A stands here twice"):
        parse(made.text(first, first), "default.json")


@given(
    path=st.lists(st.integers(0, 20), min_size=1, max_size=5),
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({}),
)
def test_any_damage_to_a_set_raises_nothing_but_our_error(path: list[int], value: Any) -> None:
    data: Any = json.loads(made.text(EVERYTHING, diagnosticLevel="C0"))
    node = data
    for step in path[:-1]:
        keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        if not keys or not isinstance(node[keys[step % len(keys)]], dict | list):
            break
        node = node[keys[step % len(keys)]]
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    if keys:
        node[keys[path[-1] % len(keys)]] = value
    with suppress(SignalSetError):
        parse(json.dumps(data), "default.json")


@given(text=st.text(max_size=200))
def test_any_text_at_all_raises_nothing_but_our_error(text: str) -> None:
    with pytest.raises(SignalSetError):
        parse(text, "default.json")
