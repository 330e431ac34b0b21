"""Messages that nobody chose: hypothesis strategies over the whole contract, and one of each kind by hand."""

from typing import Final, TypedDict

from hypothesis import strategies as st
from msgspec import UNSET

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
from contract.signals import CATALOGUE, SPEED, SUPPLY_VOLTAGE, TYRE_REAR_LEFT
from contract.validity import Validity

STREAM: Final = "0123456789abcdef" * 2

vehicles = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9_.:-]{0,20}", fullmatch=True)
streams = st.from_regex(r"[0-9a-f]{32}-[ut]", fullmatch=True)
times_ms = st.integers(-(1 << 40), 1 << 50)
seqs = st.integers(1, 1 << 53)
codes = st.from_regex(r"[PCBU][0-3][0-9A-F]{3}(-[0-9A-F]{2})?", fullmatch=True)
finite = st.floats(-1e9, 1e9)
precisions = st.sampled_from(["city", "cell", "exact"])
recorded = {
    "vehicle": vehicles,
    "stream": streams,
    "seq": seqs,
    "boot_id": names,
    "mono_ms": times_ms,
    "wall_ms": times_ms,
    "clock_quality": st.sampled_from(["synchronised", "free_running", "unset"]),
}

values = st.builds(Sample, st.integers(0, 1 << 40), finite)
holes = st.builds(
    lambda mono_ms, validity, raw: Sample(mono_ms, 0.0, validity, raw),
    st.integers(0, 1 << 40),
    st.sampled_from([kind for kind in Validity if kind is not Validity.VALUE]),
    st.binary(max_size=8),
)
sample_lists = st.lists(values | holes, min_size=1, max_size=20)
packed = st.builds(
    columns.pack,
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from(["", "7E8", "18DAF110"]),
    st.sampled_from([1.0, 0.25, 0.01, 0.001, 1e-6]),
    st.sampled_from([0.0, -40.0]),
    times_ms,
    sample_lists,
)
batches = st.builds(TelemetryBatch, **recorded, columns=st.lists(packed, max_size=4).map(tuple))
positions = st.builds(
    Position,
    latitude_deg=st.floats(-90, 90),
    longitude_deg=st.floats(-180, 180),
    crs=st.sampled_from(["WGS84", "GCJ02"]),
    precision=precisions,
)
events = st.builds(
    UrgentEvent,
    **recorded,
    event=st.sampled_from(
        ["collision", "thermal_event", "red_lamp", "position", "gap", "codes_cleared", "low_voltage"]
    ),
    facts=st.dictionaries(names, finite | st.text(st.characters(codec="utf-8"), max_size=20), max_size=4),
    position=st.none() | positions,
)
fault_codes = codes | st.builds(lambda spn, fmi: f"SPN{spn}-{fmi}", st.integers(0, (1 << 19) - 1), st.integers(0, 31))
dtc_sets = st.builds(
    DtcSet,
    ecu=names,
    status=st.sampled_from(["confirmed", "pending", "permanent"]),
    codes=st.lists(fault_codes, max_size=5).map(tuple),
)
octets = st.integers(0, 255)
texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
faults = st.builds(
    Fault,
    ecu=names,
    code=fault_codes,
    status=st.none() | octets,
    occurrences=st.none() | octets,
    extended=st.dictionaries(octets, st.binary(max_size=8), max_size=3),
)
freeze_frames = st.builds(
    FreezeFrame,
    ecu=names,
    code=fault_codes,
    number=octets,
    values=st.dictionaries(names, finite, max_size=4),
    raw=st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=8), max_size=3),
)
readiness = st.builds(
    Readiness,
    ecu=names,
    scope=st.sampled_from(["since_clear", "this_cycle"]),
    complete=st.lists(names, max_size=3).map(tuple),
    incomplete=st.lists(names, max_size=3).map(tuple),
)
ecu_infos = st.builds(
    EcuInfo,
    ecu=names,
    protocol=names,
    name=texts,
    calibrations=st.lists(texts, max_size=2).map(tuple),
    cvns=st.lists(texts, max_size=2).map(tuple),
)
reports = st.builds(
    DtcReport,
    **recorded,
    sets=st.lists(dtc_sets, max_size=4).map(tuple),
    mil_on=st.none() | st.booleans(),
    lamps=st.dictionaries(
        st.sampled_from(["mil", "amber_warning", "protect", "red_stop"]),
        st.sampled_from(["off", "on", "slow_flash", "fast_flash"]),
    ),
    faults=st.lists(faults, max_size=3).map(tuple),
    freeze_frames=st.lists(freeze_frames, max_size=2).map(tuple),
    readiness=st.lists(readiness, max_size=2).map(tuple),
    ecus=st.lists(ecu_infos, max_size=2).map(tuple),
)
counts = st.integers(0, 1 << 53)
outcomes = st.builds(ConfigOutcome, revision=st.none() | counts, taken=st.booleans(), reason=texts)
healths = st.builds(
    Health,
    uptime_s=finite,
    starts=counts,
    waiting=counts,
    waiting_bytes=counts,
    lag_s=st.none() | finite,
    polls=st.dictionaries(names, counts, max_size=3),
    verdicts=st.dictionaries(names, counts, max_size=3),
    cpu_degc=st.none() | finite,
    disk_free_bytes=st.none() | counts,
    config=st.none() | outcomes,
)
statuses = st.builds(
    Status,
    vehicle=vehicles,
    online=st.booleans(),
    boot_id=names,
    wall_ms=times_ms,
    agent_version=st.just("0.1.0"),
    signal_sets=st.lists(names, max_size=3).map(tuple),
    has_supply_source=st.booleans(),
    has_position_source=st.booleans(),
    health=st.just(UNSET) | healths,
)
ranges = st.tuples(seqs, seqs).map(lambda pair: (min(pair), max(pair)))
receipts = st.builds(
    Receipt,
    vehicle=vehicles,
    stream=streams,
    stored=st.lists(ranges, max_size=4).map(tuple),
    rejected=st.lists(st.tuples(seqs, st.text(st.characters(codec="utf-8"), max_size=20)), max_size=3).map(tuple),
)
grants = st.builds(
    PositionGrant, precision=st.sampled_from(["none", "city", "cell", "exact"]), until_ms=times_ms, job=names
)
bounds = st.builds(Bound, signal=names, above=st.none() | finite, below=st.none() | finite)
campaigns = st.builds(
    Campaign,
    name=names,
    signals=st.lists(names, max_size=3).map(tuple),
    period_ms=st.integers(0, 1 << 40),
    when=st.sampled_from(["awake", "cranking", "code", "bound"]),
    bound=st.none() | bounds,
    before_s=finite,
    after_s=finite,
    until_ms=st.none() | times_ms,
)
releases = st.builds(Release, job=names, nonce=names, until_ms=times_ms, signature=st.binary(max_size=40))
configs = st.builds(
    Config,
    vehicle=vehicles,
    revision=st.integers(0, 1 << 53),
    grants=st.lists(grants, max_size=3).map(tuple),
    campaigns=st.lists(campaigns, max_size=2).map(tuple),
    releases=st.lists(releases, max_size=2).map(tuple),
)
messages: st.SearchStrategy[AnyMessage] = st.one_of(batches, events, reports, statuses, receipts, configs)


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
