"""A vehicle's fault codes and control units by HTTP."""

from http import HTTPStatus

from cloud.faults import book
from contract.messages import DtcReport, DtcSet, EcuInfo, Fault, FreezeFrame, Readiness
from tests.cloud.api.conftest import T0_MS, Face


def told(face: Face) -> None:
    report = DtcReport(
        vehicle="car-1",
        stream="0" * 32 + "-u",
        seq=1,
        boot_id="boot",
        mono_ms=0,
        wall_ms=T0_MS,
        clock_quality="synchronised",
        sets=(DtcSet(ecu="7E8", status="confirmed", codes=("P0335",)),),
        faults=(Fault(ecu="7E8", code="P0335-1A", status=0x8D),),
        freeze_frames=(FreezeFrame(ecu="7E8", code="P0335", values={"Vehicle.Speed": 61.0}),),
        ecus=(EcuInfo(ecu="7E8", protocol="j1979", name="ECM-EngineControl"),),
        readiness=(Readiness(ecu="7E8", scope="this_cycle", complete=("misfire",), incomplete=()),),
    )
    with face.services.store.write() as connection:
        book.take(connection, report, T0_MS, T0_MS)


def test_a_fault_code_is_shown_with_its_life_its_freeze_frame_and_both_languages(face: Face) -> None:
    told(face)

    (code,) = face.client.get("/v1/vehicles/car-1/faults", headers=face.headers("viewer")).json()

    assert (code["code"], code["state"], code["severity"], code["status"]) == ("P0335", "confirmed", 4, 0x8D)
    assert (code["zh"], code["en"], code["source"]) == (
        "曲轴位置信号故障，发动机可能熄火或无法启动",
        "no good crankshaft signal, the engine may stall or not start",
        "outrider",
    )
    assert code["first_reported"] == code["confirmed_at"] == "2026-01-15T08:00:00Z"
    assert code["cleared_at"] is None
    assert code["freeze_frames"][0]["readings"] == {"Vehicle.Speed": 61.0}


def test_a_control_unit_is_shown_with_its_monitors(face: Face) -> None:
    told(face)

    (unit,) = face.client.get("/v1/vehicles/car-1/control-units", headers=face.headers("viewer")).json()

    assert (unit["ecu"], unit["name"], unit["protocol"]) == ("7E8", "ECM-EngineControl", "j1979")
    assert unit["readiness"] == {"this_cycle": {"complete": ["misfire"], "incomplete": []}}


def test_a_vehicle_that_nobody_knows_is_not_found(face: Face) -> None:
    for part in ("faults", "control-units"):
        answer = face.client.get(f"/v1/vehicles/car-9/{part}", headers=face.headers("viewer"))
        assert answer.status_code == HTTPStatus.NOT_FOUND
