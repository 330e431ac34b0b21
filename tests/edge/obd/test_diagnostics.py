"""What answers about codes, frozen data and control units say, whole and broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import DtcSet, EcuInfo, FreezeFrame
from edge.adapters import signal_sets
from edge.errors import ServiceError
from edge.obd.diagnostics import DiagnosticReader
from edge.obd.dtc import Dtc
from edge.obd.facts import (
    CodeList,
    Diagnostic,
    ExtendedData,
    FrameCause,
    FrozenData,
    Identity,
    StoredFrames,
    Supports,
)
from edge.obd.vin import Vin

READER = DiagnosticReader(
    {
        command.key: command
        for signal_set in signal_sets.load(("sae-j1979", "sae-j1979-engine"))
        for command in signal_set.commands
        if command.service == 0x01
    }
)
VIN = "1HGCM82633A004352"


def read(payload: str) -> list[Diagnostic] | None:
    return READER.interpret("7E8", bytes.fromhex(payload))


@pytest.mark.parametrize(
    ("payload", "fact"),
    [
        ("4700", DtcSet(ecu="7E8", status="pending", codes=())),
        ("4202000335", FrameCause("7E8", 0, "P0335")),
        ("4202000000", FrameCause("7E8", 0, None)),
        ("42000040080000", Supports("7E8", bytes.fromhex("020000"), frozenset({0x02, 0x0D}))),
        ("420D003D", FrozenData("7E8", 0, 0x0D, {"Vehicle.Speed": 61.0}, {})),
        ("420D00FF", FrozenData("7E8", 0, 0x0D, {}, {0x0D: b"\xff"})),
        ("5902FF0335018D", CodeList("7E8", (Dtc("P0335", 0x01, 0x8D),))),
        ("5903033501FF", StoredFrames("7E8", ((Dtc("P0335", 0x01), 0xFF),))),
        ("59060335018D0503", ExtendedData("7E8", "P0335-01", 5, b"\x03")),
        ("490401" + b"CAL-1".ljust(16, b"\0").hex(), EcuInfo(ecu="7E8", calibrations=("CAL-1",))),
        ("4906011791BC82", EcuInfo(ecu="7E8", cvns=("1791BC82",))),
        ("490A01" + b"ECM\0-EngineControl".ljust(20, b"\0").hex(), EcuInfo(ecu="7E8", name="ECM-EngineControl")),
        ("490201" + VIN.encode().hex(), Identity("7E8", Vin(VIN))),
        ("62F802" + VIN.encode().hex(), Identity("7E8", Vin(VIN))),
        ("62F80A" + b"BECM".ljust(20, b"\0").hex(), EcuInfo(ecu="7E8", name="BECM")),
        ("62F80054400000", Supports("7E8", bytes.fromhex("22F800"), frozenset({0x02, 0x04, 0x06, 0x0A}))),
    ],
)
def test_an_answer_is_a_fact(payload: str, fact: Diagnostic) -> None:
    assert read(payload) == [fact]


@pytest.mark.parametrize(
    "payload",
    ["42", "42FF0001", "420D003D3D", "43", "4904", "490401AA", "49000101", "490202", "5902", "62F80412", "62F8"],
)
def test_an_answer_that_breaks_its_layout_is_refused(payload: str) -> None:
    with pytest.raises(ServiceError):
        read(payload)


@pytest.mark.parametrize("payload", ["410D3D", "6E0101", "490801", "62F19000", "62F8FF00", "5003"])
def test_what_is_about_none_of_this_is_passed_over(payload: str) -> None:
    assert read(payload) is None


def test_what_is_no_value_in_a_freeze_frame_keeps_its_bytes() -> None:
    (frame,) = read("5904 0335018D 01 03 F40D3D F4460A F405FF") or []

    assert isinstance(frame, FreezeFrame)
    assert frame.values == {
        "Vehicle.Speed": 61.0,
        "Vehicle.Exterior.AirTemperature": -30.0,
    }
    assert frame.raw == {0xF405: b"\xff"}


def test_a_did_of_unknown_length_ends_what_can_be_read_and_is_kept() -> None:
    (frame,) = read("5904 0335018D 01 02 F40D3D 4711 0102") or []

    assert isinstance(frame, FreezeFrame)
    assert (frame.values, frame.raw) == ({"Vehicle.Speed": 61.0}, {0x4711: b"\x01\x02"})


def test_an_ecu_has_one_name() -> None:
    with pytest.raises(ServiceError, match="one name"):
        read("490A02" + "41" * 40)


heads = st.sampled_from(
    ["", "42", "43", "4900", "4902", "4904", "4906", "490A", "5902", "5904", "5906", "62F8", "62F4"]
)


@given(head=heads, rest=st.binary(min_size=1, max_size=60))
def test_any_answer_at_all_raises_nothing_but_our_error(head: str, rest: bytes) -> None:
    try:
        READER.interpret("7E8", bytes.fromhex(head) + rest)
    except ServiceError:
        return
