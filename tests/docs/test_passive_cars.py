"""The page on passive cars names every set and table that travels along, and its examples work."""

import re
import tomllib

import pytest

from edge import dbc_map
from edge.adapters import passive_tables, signal_sets
from edge.obd.passive.table import Message, Signal, Table
from tests.docs.pages import ROOT, blocks

pytestmark = pytest.mark.source

PAGE = ROOT / "docs" / "passive-cars.md"


def test_every_car_that_is_read_stands_in_the_table_with_its_title() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \| (asked|listened to) \|$", PAGE.read_text(), re.MULTILINE)

    asked = [(one.name, one.title, "asked") for one in signal_sets.load(signal_sets.names())]
    heard = [(name, passive_tables.load(name).title, "listened to") for name in passive_tables.names()]
    assert rows == asked + heard


def test_the_example_of_a_map_is_a_map() -> None:
    text = next(text for language, text in blocks(PAGE) if language == "toml" and "[[signal]]" in text)
    volts = Signal(name="Voltage", start=0, bits=16, scale=0.001, unit="V")
    tyre = Signal(name="Pressure", start=8, bits=8, scale=0.025), Signal(name="Location", start=32, bits=3)
    whole = Table(
        name="dbc",
        source="made for a test",
        messages=(
            Message(id=0x261, extended=False, name="VCFRONT_12V", length=8, signals=(volts,)),
            Message(id=0x219, extended=False, name="TPMS", length=5, signals=tyre),
        ),
    )

    table = dbc_map.apply(whole, text, "my-car.toml")

    assert table.name == "my-car"
    assert len(table.paths) == 2
    assert [read.period_s for message in table.messages for read in message.reads] == [5.0, 5.0]


def test_every_key_of_a_map_is_explained() -> None:
    page = PAGE.read_text()

    assert [key for key in dbc_map.SIGNAL_KEYS if f"`{key}`" not in page] == []
    assert tomllib.loads(next(text for _, text in blocks(PAGE) if "passive =" in text))["passive"] in (
        passive_tables.names()
    )
