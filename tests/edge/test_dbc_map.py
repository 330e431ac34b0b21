"""A map says which signals become which paths; what it gets wrong is named by file, signal and key."""

import pytest

from contract.validity import Validity
from edge import dbc_map
from edge.dbc_compile import compile_dbc
from edge.errors import SignalSetError
from edge.obd.passive.reading import MessageReader
from edge.obd.passive.table import Table
from tests.edge.obd.passive.tables import DBC

SPEED = 'path = "Vehicle.Speed"\n'
TYRE = 'path = "Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure"\n'


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Table:
    path = tmp_path_factory.mktemp("dbc") / "made.dbc"
    path.write_text(DBC)
    return compile_dbc(path).table


def test_a_mapped_table_holds_what_was_asked_for_and_no_more(whole: Table) -> None:
    table = dbc_map.apply(
        whole,
        'name = "mine"\nperiod_s = 5\n'
        f'[[signal]]\nmessage = "Tyres"\nsignal = "PressureB"\n{TYRE}when = {{ Place = [0] }}\n'
        f'[[signal]]\nid = "100"\nsignal = "Speed"\n{SPEED}period_s = 0.5\nmul = 2\n',
        "m.toml",
    )

    assert table.name == "mine"
    assert table.paths == ("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure", "Vehicle.Speed")
    plain, tyres = table.messages
    assert [signal.name for signal in tyres.signals] == ["Index", "PressureB", "Place"]
    assert [signal.name for signal in plain.signals] == ["Speed"]
    assert (tyres.reads[0].period_s, plain.reads[0].period_s) == (5.0, 0.5)
    assert (tyres.reads[0].mul, plain.reads[0].mul) == (100.0, 2.0)  # bar to kPa


def test_values_come_out_in_the_catalogues_unit_and_sna_is_no_value(whole: Table) -> None:
    table = dbc_map.apply(whole, f'[[signal]]\nmessage = "Tyres"\nsignal = "PressureA"\n{TYRE}', "m.toml")
    reader = MessageReader(table.messages[0])

    (good,) = reader.readings("102", bytes([0, 96, 0, 0, 0]))
    (none,) = reader.readings("102", bytes([0, 255, 0, 0, 0]))
    assert good.value == pytest.approx(240.0)
    assert none.validity is Validity.NOT_MEASURED
    assert reader.readings("102", bytes([1, 96, 0, 0, 0])) == []


def test_a_j1939_parameter_says_itself_when_it_has_none(whole: Table) -> None:
    table = dbc_map.apply(whole, f'[[signal]]\nmessage = "Engine"\nsignal = "WheelSpeed"\n{SPEED}', "m.toml")
    reader = MessageReader(table.messages[0])

    def read(raw: int) -> Validity:
        return reader.readings("00", b"\xff" + raw.to_bytes(2, "little") + bytes(5))[0].validity

    assert read(0x5000) is Validity.VALUE
    assert read(0xFAFF) is Validity.VALUE
    assert {read(raw) for raw in (0xFF00, 0xFFFF)} == {Validity.NOT_MEASURED}
    assert {read(raw) for raw in (0xFB00, 0xFE12)} == {Validity.INVALID}


def test_flags_that_say_error_or_not_available_are_no_values(whole: Table) -> None:
    table = dbc_map.apply(
        whole, '[[signal]]\nmessage = "Plain"\nsignal = "Lamp"\npath = "Vehicle.OBD.Status.IsMILOn"\n', "m.toml"
    )
    reader = MessageReader(table.messages[0])

    found = [reader.readings("100", bytes(5) + bytes([raw]) + bytes(2))[0].validity for raw in range(4)]
    assert found == [Validity.VALUE, Validity.VALUE, Validity.INVALID, Validity.NOT_MEASURED]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "m.toml: signal is missing"),
        ("signal = 1", "m.toml: signal must be a list"),
        ("nmae = 1", "m.toml: nmae is not known here; known are name, period_s"),
        ("=", "m.toml: Invalid statement"),
        ('[[signal]]\nsignal = "Speed"', "m.toml: signal Speed: message or id: one of the two must be there"),
        ('[[signal]]\nmessage = "Plan"\nsignal = "Speed"', "message 'Plan' is not in the DBC; there are Plain"),
        ('[[signal]]\nid = "7FF"\nsignal = "Speed"', "id 7FF is not in the DBC"),
        ('[[signal]]\nmessage = "Plain"\nsignal = "Sped"', "signal is not in Plain; there are Lamp, Speed, Torque"),
        ('[[signal]]\nmessage = "Plain"\nsignal = "Speed"\npath = "Vehicle.Sped"', "path is not in the catalogue"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Torque"\n{SPEED}', "unit 'Nm' cannot become 'km/h'"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Lamp"\n{SPEED}', "unit '' cannot become 'km/h'"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}not_measured = [[0, 65536]]', "16 bits can hold"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}enum = {{ a = 1 }}', "enum must be a table"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}when = 1', "when must be a table"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}when = {{ X = [1] }}', "when 'X' is not in the"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}when = {{ Lamp = [] }}', "when Lamp must be a list"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}period_s = 0', "period_s must be above zero"),
        (f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}mul = "x"', "mul must be a finite number"),
    ],
)
def test_what_a_map_gets_wrong_is_named(whole: Table, text: str, words: str) -> None:
    with pytest.raises(SignalSetError) as caught:
        dbc_map.apply(whole, text, "m.toml")

    assert str(caught.value).startswith("m.toml: ")
    assert words in str(caught.value)


def test_an_enumeration_replaces_the_scale(whole: Table) -> None:
    table = dbc_map.apply(
        whole,
        '[[signal]]\nmessage = "Plain"\nsignal = "Lamp"\npath = "Vehicle.OBD.Status.IsMILOn"\n'
        "enum = { 0 = 1, 1 = 0 }\n",
        "m.toml",
    )

    assert MessageReader(table.messages[0]).readings("100", bytes(8))[0].value == 1.0


def test_name_title_and_source_are_the_maps_where_it_has_them(whole: Table) -> None:
    signal = f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\n{SPEED}'

    mapped = dbc_map.apply(whole, f'title = "A car"\nsource = "its maker"\n{signal}', "m.toml")

    assert (mapped.name, mapped.title, mapped.source) == ("made", "A car", "its maker")
    assert dbc_map.apply(whole, signal, "m.toml").source == "made.dbc"
