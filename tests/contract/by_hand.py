"""One message of each kind by hand; the golden payloads were made from these."""

from typing import Final, TypedDict

from contract import columns
from contract.columns import Sample
from contract.messages import (
    AnyMessage,
    Bound,
    Campaign,
    Config,
    ConfigOutcome,
    DtcReport,
    DtcSet,
    EcuInfo,
    Fault,
    FreezeFrame,
    Health,
    Position,
    PositionGrant,
    Readiness,
    Receipt,
    Release,
    Status,
    TelemetryBatch,
    UrgentEvent,
)
from contract.signals import SPEED, SUPPLY_VOLTAGE, TYRE_REAR_LEFT
from contract.validity import Validity

STREAM: Final = "0123456789abcdef" * 2


class _Sealed(TypedDict):
    vehicle: str
    boot_id: str
    mono_ms: int
    wall_ms: int


_SEALED: Final = _Sealed(
    vehicle="car-1", boot_id="6f1c0a52-5d2e-4f4a-9a76-0c8f3d2b1e00", mono_ms=3_600_000, wall_ms=1_768_464_000_000
)


def one_of_each() -> dict[str, AnyMessage]:
    """Return a message of every kind, with something in every field; the golden payloads were made from these."""
    in_full: dict[str, AnyMessage] = {"dtc-in-full": _report_in_full(), "status-in-full": _status_in_full()}
    return _from_the_car() | in_full | _to_the_car()


def _report_in_full() -> DtcReport:
    return DtcReport(
        **_SEALED,
        stream=STREAM + "-u",
        seq=5,
        clock_quality="synchronised",
        sets=(DtcSet(ecu="7E8", status="confirmed", codes=("P0143",)),),
        mil_on=True,
        lamps={"mil": "on", "red_stop": "slow_flash"},
        faults=(
            Fault(ecu="7E8", code="P0143-1A", status=0x2F, extended={0x01: b"\x03"}),
            Fault(ecu="SA00", code="SPN4364-18", occurrences=3),
        ),
        freeze_frames=(FreezeFrame(ecu="7E8", code="P0143", number=1, values={SPEED.path: 87.0}, raw={0x06: b"\x80"}),),
        readiness=(Readiness(ecu="7E8", scope="since_clear", complete=("misfire",), incomplete=("catalyst",)),),
        ecus=(
            EcuInfo(
                ecu="7E8", protocol="j1979", name="ECM-EngineControl", calibrations=("37806-1",), cvns=("0A1B2C3D",)
            ),
        ),
    )


def _status_in_full() -> Status:
    return Status(
        vehicle="car-1",
        online=True,
        boot_id="6f1c0a52-5d2e-4f4a-9a76-0c8f3d2b1e00",
        wall_ms=1_768_464_000_000,
        agent_version="0.1.0",
        health=Health(
            uptime_s=3_600.5,
            starts=4,
            waiting=17,
            waiting_bytes=20_480,
            lag_s=12.25,
            rejected=1,
            unsealed=2,
            frames=100_000,
            bus_errors=3,
            polls={"requests": 900, "answer": 890},
            verdicts={"sent": 900, "too_soon": 7},
            takeovers=1,
            cpu_degc=51.5,
            disk_free_bytes=1 << 33,
            disk_written_bytes=1 << 30,
            disk_life_used_pct=10.0,
            config=ConfigOutcome(revision=9, taken=False, reason="campaign 'x' names no signal"),
        ),
    )


def _from_the_car() -> dict[str, AnyMessage]:
    telemetry, urgent = STREAM + "-t", STREAM + "-u"
    voltage = columns.pack(
        SUPPLY_VOLTAGE.path, "", 0.001, 0.0, 3_600_000, [Sample(3_540_000, 12.61), Sample(3_600_000, 12.598)]
    )
    tyre = columns.pack(
        TYRE_REAR_LEFT.path,
        "7A8",
        0.01,
        0.0,
        3_600_000,
        [Sample(3_570_000, 248.21), Sample(3_590_000, 0.0, Validity.INVALID, b"\x00\x32\x00\x00\x02")],
    )
    return {
        "telemetry": TelemetryBatch(
            **_SEALED, stream=telemetry, seq=17, clock_quality="synchronised", columns=(voltage, tyre)
        ),
        "urgent": UrgentEvent(
            **_SEALED,
            stream=urgent,
            seq=3,
            clock_quality="free_running",
            event="position",
            facts={"job": "job-7", "speed_kmh": 0.0},
            position=Position(latitude_deg=31.2304, longitude_deg=121.4737, crs="WGS84", precision="exact"),
        ),
        "dtc": DtcReport(
            **_SEALED,
            stream=urgent,
            seq=4,
            clock_quality="unset",
            sets=(
                DtcSet(ecu="7E8", status="confirmed", codes=("P0217", "U0100-1A")),
                DtcSet(ecu="7E9", status="pending", codes=()),
            ),
            mil_on=True,
        ),
        "status": Status(
            vehicle="car-1",
            online=True,
            boot_id="6f1c0a52-5d2e-4f4a-9a76-0c8f3d2b1e00",
            wall_ms=1_768_464_000_000,
            agent_version="0.1.0",
            signal_sets=("sae-j1979", "e-gmp"),
            has_supply_source=True,
            has_position_source=True,
        ),
    }


def _to_the_car() -> dict[str, AnyMessage]:
    return {
        "receipt": Receipt(
            vehicle="car-1", stream=STREAM + "-t", stored=((1, 12), (14, 17)), rejected=((13, "too old"),)
        ),
        "config": Config(
            vehicle="car-1",
            revision=9,
            grants=(PositionGrant(precision="exact", until_ms=1_768_467_600_000, job="job-7"),),
        ),
        "config-narrowed": Config(vehicle="car-1", revision=10, stop=("22", "7A0", "17FC007B")),
        "config-collecting": Config(
            vehicle="car-1",
            revision=11,
            campaigns=(
                Campaign(name="crank", signals=(SUPPLY_VOLTAGE.path,), period_ms=100, when="cranking"),
                Campaign(name="codes", signals=(SPEED.path,), period_ms=500, when="code", before_s=30.0, after_s=30.0),
                Campaign(
                    name="hot",
                    signals=(SPEED.path,),
                    period_ms=1_000,
                    when="bound",
                    bound=Bound(signal=SPEED.path, above=100.0),
                    until_ms=1_768_467_600_000,
                ),
            ),
            releases=(Release(job="job-7", nonce="00ff", until_ms=1_768_467_600_000, signature=b"\x01\x02"),),
        ),
    }
