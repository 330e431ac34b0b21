"""What is written is what is read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.obd.obdb import compiled
from edge.obd.obdb.compiled import Compiled, Target
from edge.obd.obdb.reader import parse
from edge.obd.obdb.toml import render
from edge.obd.signalset import MODEL_YEARS
from edge.obd.signalset_reader import parse as parse_own
from tests.edge.obd.obdb import made

SOC_ROW = {**made.signal("SOC", unit="percent", div=2, max=100), "suggestedMetric": "stateOfCharge"}


def of(*rows: dict[str, Any], **targets: Target) -> Compiled:
    found = Compiled()
    compiled.add(found, parse(made.text(*rows), "a.json").commands, targets, {}, frozenset(MODEL_YEARS))
    return found


@pytest.mark.parametrize(
    "row",
    [
        made.command("22F00D", SOC_ROW),
        made.command("2101", SOC_ROW, hdr="79B", rax="7BB"),
        made.command("019B", SOC_ROW),
        made.command("22F00D", SOC_ROW, din="C0"),
        made.command("22F00D", SOC_ROW, hdr="6F1", rax="607", eax="07"),
        made.command("22F00D", SOC_ROW, hdr="FC00", rax="FE007B", pri="17", tst="7B"),
        made.command("22F00D", SOC_ROW, freq=1.5, filter={"from": 2027, "to": 2021, "years": [2024]}),
        made.command("22F00D", {**SOC_ROW, "id": '"\\\n\x7f'}, filter={"years": [2024]}),
    ],
)
def test_every_command_comes_back_as_it_was(row: dict[str, Any]) -> None:
    found = of(row)

    own = parse_own(render("car", 'A "car"\n', ["made\nup"], found.commands), "own.toml")

    assert own.commands == tuple(named.command for named in found.commands)
    assert (own.name, own.title) == ("car", 'A "car"\n')


@given(
    bit=st.integers(0, 100),
    bits=st.integers(2, 64),
    signed=st.booleans(),
    mul=st.floats(-1e6, 1e6).filter(lambda number: abs(number) > 1e-6),
    div=st.floats(1e-3, 1e6),
    add=st.floats(-1e6, 1e6),
    high=st.floats(1, 100),
    null=st.none() | st.floats(-100, 100),
)
def test_every_number_comes_back_exactly(
    bit: int, bits: int, signed: bool, mul: float, div: float, add: float, high: float, null: float | None
) -> None:
    fmt = {"bix": bit, "len": bits, "sign": signed, "mul": mul, "div": div, "add": add, "max": high, "unit": "percent"}
    bounds = {} if null is None else {"nullmin": null}
    found = of(made.command("22F00D", {**SOC_ROW, "fmt": {**fmt, **bounds}}))

    own = parse_own(render("car", "A car", [], found.commands), "own.toml")

    assert own.commands == tuple(named.command for named in found.commands)
