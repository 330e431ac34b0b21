"""The tables that travel with the agent, every number of them worked out by hand, and one's own by its path."""

from pathlib import Path

import pytest

from contract.validity import Validity
from edge.adapters import passive_tables
from edge.errors import SignalSetError
from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.passive.listener import Listener
from edge.obd.passive.table import dump
from tests.edge.obd.passive.tables import message, signal, table

TYRE = "Vehicle.Chassis.Axle.{}.Tire.{}"
BATTERY = "Vehicle.Powertrain.TractionBattery."
NONE, BAD = Validity.NOT_MEASURED, Validity.INVALID

# Table, id, data, and what it says.
VECTORS: list[tuple[str, int, str, dict[str, float | Validity]]] = [
    ("j1939", 0x0CF00400, "FFFFFF 8025 FFFFFF", {"Vehicle.Powertrain.CombustionEngine.Speed": 1200.0}),  # 9600 / 8
    ("j1939", 0x0CF00400, "FFFFFF FFFF FFFFFF", {"Vehicle.Powertrain.CombustionEngine.Speed": NONE}),
    ("j1939", 0x0CF00400, "FFFFFF 00FE FFFFFF", {"Vehicle.Powertrain.CombustionEngine.Speed": BAD}),
    ("j1939", 0x18FEF100, "FF 0050 FFFFFFFFFF", {"Vehicle.Speed": 80.0}),  # 20480 / 256
    ("j1939", 0x18FEEE00, "7E FFFFFFFFFFFFFF",
     {"Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature": 86.0}),  # 126 - 40
    # 560 / 20 and 552 / 20: a truck of 24 V
    ("j1939", 0x18FEF700, "FFFFFFFF 3002 2802",
     {"Vehicle.LowVoltageBattery.CurrentVoltage": 28.0, "Vehicle.OBD.ControlModuleVoltage": 27.6}),
    ("j1939", 0x18FEF500, "FFFFFF C024 FFFFFF", {"Vehicle.Exterior.AirTemperature": 21.0}),  # 9408 / 32 - 273
    ("j1939", 0x18FEFC47, "FF 7D FFFFFFFFFFFF", {"Vehicle.Powertrain.FuelSystem.RelativeLevel": 50.0}),  # 125 * 0.4
    ("j1939", 0x18FEC1EE, "00E1F505 FFFFFFFF", {"Vehicle.TraveledDistance": 500_000.0}),  # 100000000 * 0.005
    # SOCave 30|10 = 705, SOCUI 10|10 = 690: 705 << 30 | 690 << 10
    ("tesla-3-y", 0x292, (705 << 30 | 690 << 10).to_bytes(8, "little").hex(),
     {BATTERY + "StateOfCharge.Current": 70.5, BATTERY + "StateOfCharge.Displayed": 69.0}),
    ("tesla-3-y", 0x261, (1 | 2500 << 32).to_bytes(8, "little").hex(),
     {"Vehicle.LowVoltageBattery.CurrentVoltage": 2500 * 0.00544368}),
    ("tesla-3-y", 0x132, "409C000000000000", {BATTERY + "CurrentVoltage": 400.0}),  # 40000 / 100
    ("tesla-3-y", 0x312, (260 << 53).to_bytes(8, "little").hex(), {BATTERY + "Temperature.Max": 40.0}),  # 65 - 25
    ("tesla-3-y", 0x257, (1750 << 12).to_bytes(8, "little").hex(), {"Vehicle.Speed": 100.0}),  # 140 - 40
    ("tesla-3-y", 0x257, (4095 << 12).to_bytes(8, "little").hex(), {"Vehicle.Speed": NONE}),
    ("tesla-3-y", 0x3B6, "40E20100", {"Vehicle.TraveledDistance": 123.456}),
    ("tesla-3-y", 0x321, (122 << 40).to_bytes(8, "little").hex(), {"Vehicle.Exterior.AirTemperature": 21.0}),
    # Sensor 2 says that it is rear right: 116 * 0.025 bar, 62 - 40 degrees
    ("tesla-3-y", 0x219, "02 74 3E 80 03",
     {TYRE.format("Row2.Wheel.Right", "Pressure"): 290.0, TYRE.format("Row2.Wheel.Right", "AirTemperature"): 22.0}),
    ("tesla-3-y", 0x219, "00 FF FF FF 00",
     {TYRE.format("Row1.Wheel.Left", "Pressure"): NONE, TYRE.format("Row1.Wheel.Left", "AirTemperature"): NONE}),
    ("tesla-3-y", 0x219, "00 74 3E 80 04", {}),  # a sensor that does not know where it is
]  # fmt: skip


@pytest.mark.parametrize(("name", "can_id", "data", "expected"), VECTORS, ids=[f"{v[0]} {v[2]}" for v in VECTORS])
def test_a_frame_is_the_number_that_was_worked_out_by_hand(
    name: str, can_id: int, data: str, expected: dict[str, float | Validity]
) -> None:
    frame = CanFrame(can_id, can_id > 0x7FF, bytes.fromhex(data))

    told = [one.what for one in Listener(passive_tables.load(name)).feed(frame, 0.0, 0.0)]

    found = {one.signal: one for one in told if isinstance(one, Reading)}
    assert found.keys() == expected.keys()
    for path, wanted in expected.items():
        if isinstance(wanted, Validity):
            assert found[path].validity is wanted
        else:
            assert found[path].validity is Validity.VALUE
            assert found[path].value == pytest.approx(wanted, rel=1e-12)


def test_every_reading_of_a_table_that_travels_along_names_its_source() -> None:
    tables = [passive_tables.load(name) for name in passive_tables.names()]

    assert [one.name for one in tables] == ["j1939", "tesla-3-y"]
    assert all(one.title and one.source for one in tables)
    assert all(read.source for one in tables for m in one.messages for read in m.reads)


def test_a_table_can_be_a_file_and_a_missing_one_names_those_there_are(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_bytes(dump(passive_tables.load("j1939")))
    assert passive_tables.load(str(own)).paths == passive_tables.load("j1939").paths

    with pytest.raises(SignalSetError, match="there are j1939, tesla-3-y, or a path"):
        passive_tables.load("tesla")
    with pytest.raises(SignalSetError, match=r"gone\.json: No such file or directory; name a readable table"):
        passive_tables.load(str(tmp_path / "gone.json"))


def test_a_table_that_reports_nothing_says_what_it_lacks(tmp_path: Path) -> None:
    mute = tmp_path / "mute.json"
    mute.write_bytes(dump(table(message(signal()))))

    with pytest.raises(SignalSetError, match="reports nothing; compile it with `outrider-edge dbc compile --map`"):
        passive_tables.load(str(mute))
