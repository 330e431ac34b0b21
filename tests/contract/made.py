"""Messages that nobody chose: hypothesis strategies over the whole contract."""

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
from contract.signals import CATALOGUE
from contract.validity import Validity

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
