"""The door of scoring: `step` takes log entries, moves the state, and says what each entry changed.

The result is the same bit for bit however entries are grouped: a vehicle's entries are taken in order, one wave each,
and nothing passes from one vehicle to another.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from cloud.ingest import columns
from cloud.ingest.columns import Decoded
from cloud.log.ports import LogEntry
from cloud.scoring import dtc, order, packs, registry
from cloud.scoring.absorb import absorb
from cloud.scoring.causes import GROUP_OF, MODEL_OF, find, newest_ms
from cloud.scoring.finding import Finding, state_of
from cloud.scoring.hazards import RULES, Serving
from cloud.scoring.layout import (
    GROUP_CELLS,
    GROUP_CODES,
    GROUP_PILE,
    KNOWS_CHARGER,
    KNOWS_PACK,
    KNOWS_PLACARD,
    KNOWS_STATION,
    KNOWS_TANK,
    RECORD_WORDS,
)
from cloud.scoring.order import track_all
from cloud.scoring.pack_layout import CHEMISTRIES
from cloud.scoring.samples import AHEAD_MS, gather
from cloud.scoring.snapshot import dump, load
from cloud.scoring.state import State
from cloud.scoring.types import (
    CAUSES,
    FACTS_KIND,
    FEATURES,
    HORIZONS_H,
    Assessment,
    Cause,
    Risk,
    VehicleFacts,
    decode_facts,
)
from contract.errors import ContractError
from contract.messages import DtcReport, TelemetryBatch, UrgentEvent

__all__ = ["State", "dump", "load", "new_state", "step", "warmup"]

KNOWN: Final = {
    "placard_kpa": KNOWS_PLACARD,
    "pack_kwh": KNOWS_PACK,
    "charger_km": KNOWS_CHARGER,
    "tank_l": KNOWS_TANK,
    "station_km": KNOWS_STATION,
}


def new_state(capacity: int = 64) -> State:
    """Return the state of a service that has seen nothing, with room for `capacity` vehicles; it grows when needed."""
    return State(capacity)


def warmup() -> None:
    """Compile or load every kernel, so that the first entry does not wait for it."""
    state = State(1)
    none, whole, real = np.zeros(1), np.zeros(1, np.int64), np.zeros((1, RECORD_WORDS), np.float32)
    absorb(state.cars, whole, np.zeros(2, np.int64), none, whole, none, whole, whole.copy(), none.copy(), real)
    order.warmup()
    registry.warmup()
    packs.warmup()


def step(state: State, entries: Sequence[LogEntry], serving: Serving = RULES) -> tuple[State, list[Assessment]]:
    """Take `entries` (in log order) and return the state and what they changed, by offset and cause.

    An entry is assessed for the causes it brought news of; a vehicle's first entry for all, so that what was never
    measured is said to be unknown. Entries that cannot be read are counted and passed over.
    """
    said: list[Assessment] = []
    state.slots_of([entry.vehicle for entry in entries])  # rows are given in log order, whatever the waves make of it
    for wave in _waves(entries):
        said.extend(_take(state, wave, serving))
    said.sort(key=lambda assessment: assessment.offset)
    if entries:
        state.offset = max(state.offset, entries[-1].offset)
        state.counts["entries"] += len(entries)
    return state, said


def _waves(entries: Sequence[LogEntry]) -> Iterator[list[LogEntry]]:
    """Yield the first entry of every vehicle, then the second of each, and so on."""
    waves: list[list[LogEntry]] = []
    seen: dict[str, int] = {}
    for entry in entries:
        rank = seen.get(entry.vehicle, 0)
        seen[entry.vehicle] = rank + 1
        if rank == len(waves):
            waves.append([])
        waves[rank].append(entry)
    yield from waves


def _take(state: State, wave: list[LogEntry], serving: Serving) -> list[Assessment]:
    """Take one entry of each vehicle."""
    telemetry: list[tuple[LogEntry, Decoded]] = []
    news: list[tuple[LogEntry, int]] = []
    for entry in wave:
        if entry.kind == FACTS_KIND:
            news.append((entry, _take_facts(state, entry)))
            continue
        try:
            decoded = columns.read(entry.payload)
        except ContractError:
            state.counts["unreadable"] += 1
            continue
        if decoded.message.vehicle != entry.vehicle:
            state.counts["unreadable"] += 1
        elif isinstance(decoded.message, TelemetryBatch):
            if decoded.message.clock_quality == "unset":
                state.counts["unclocked"] += 1
            else:
                telemetry.append((entry, decoded))
        elif isinstance(decoded.message, DtcReport):
            news.append((entry, _take_codes(state, entry, decoded.message)))
        elif isinstance(decoded.message, UrgentEvent) and decoded.message.event == "codes_cleared":
            news.append((entry, _clear_codes(state, entry, decoded.message)))
    news.extend(_take_telemetry(state, telemetry))
    return [said for entry, groups in news for said in _assessments(state, entry, groups, serving)]


def _take_telemetry(state: State, telemetry: list[tuple[LogEntry, Decoded]]) -> list[tuple[LogEntry, int]]:
    """Take the batches of distinct vehicles; return each with the groups it brought news of."""
    if not telemetry:
        return []
    slots = state.slots_of([entry.vehicle for entry, _ in telemetry])
    samples = gather([(decoded, entry.received_ms) for entry, decoded in telemetry])
    touched = np.zeros(len(telemetry), np.int64)
    count = len(samples.times_s)
    record_slots, record_times_s = np.empty(count, np.int64), np.empty(count)
    records = np.full((count, RECORD_WORDS), np.nan, np.float32)
    flat = samples.starts, samples.times_s, samples.codes, samples.values
    closed = absorb(state.cars, slots, *flat, touched, record_slots, record_times_s, records)
    track_all(state, record_slots[:closed], record_times_s[:closed], records[:closed])
    state.about["refused"][slots] += samples.refused
    for number, (entry, decoded) in enumerate(telemetry):
        if packs.take(state, int(slots[number]), decoded, entry.received_ms):
            touched[number] |= GROUP_CELLS
    return [(entry, int(groups)) for (entry, _), groups in zip(telemetry, touched, strict=True)]


def _take_facts(state: State, entry: LogEntry) -> int:
    """Take a vehicle's facts; they bring no news by themselves."""
    try:
        facts = decode_facts(entry.payload)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        state.counts["unreadable"] += 1
        return 0
    slot = state.slot(entry.vehicle)
    if entry.seq > state.about["facts_seq"][slot]:
        state.about["facts_seq"][slot] = entry.seq
        _apply(state, slot, facts)
    return 0


def _apply(state: State, slot: int, facts: VehicleFacts) -> None:
    """Write `facts` into a row; what they do not say falls back to its default."""
    blank = State(1).cars[0]
    car = state.cars[slot]
    known = 0
    for name, bit in KNOWN.items():
        value = getattr(facts, name)
        car[name] = blank[name] if value is None else value
        known |= 0 if value is None else bit
    car["air_kpa"] = blank["air_kpa"] if facts.air_kpa is None else facts.air_kpa
    car["pack_ah"] = blank["pack_ah"] if facts.pack_ah is None else facts.pack_ah
    car["cell_chemistry"] = 0.0 if facts.cell_chemistry is None else CHEMISTRIES[facts.cell_chemistry]
    car["is_bev"] = 1.0 if facts.powertrain == "bev" else 0.0
    car["known"] = known
    unknown = facts.forecast_min_degc is None
    car["forecast_degc"] = blank["forecast_degc"] if unknown else facts.forecast_min_degc
    near = facts.near_charger_km is not None and facts.near_until_ms is not None
    car["near_charger_km"] = facts.near_charger_km if near else 0.0
    car["near_until_s"] = (facts.near_until_ms or 0) / 1000.0 if near else -np.inf
    until_ms = facts.forecast_until_ms
    car["forecast_until_s"] = blank["forecast_until_s"] if unknown or until_ms is None else until_ms / 1000.0


def _take_codes(state: State, entry: LogEntry, report: DtcReport) -> int:
    if not (report.sets or report.lamps):
        return 0  # a freeze frame alone says nothing new of which codes are open
    slot = state.slot(entry.vehicle)
    if _late(state, slot, entry, report.wall_ms, report.clock_quality):
        return 0
    about = state.about[slot]
    about["codes_ms"] = report.wall_ms
    about["asked"] = max(int(about["asked"]), len({one.ecu for one in report.sets}))
    if (lamp := dtc.lamp_of(report)) is not None:
        about["lamp"] = lamp
    codes = state.codes[slot]
    before = dtc.worst_charging(codes)
    state.counts["crowded_out"] += dtc.note(codes, report)
    return GROUP_CODES if before is dtc.worst_charging(codes) is None else GROUP_CODES | GROUP_PILE


def _clear_codes(state: State, entry: LogEntry, event: UrgentEvent) -> int:
    slot = state.slot(entry.vehicle)
    if _late(state, slot, entry, event.wall_ms, event.clock_quality):
        return 0
    could_not_charge = dtc.worst_charging(state.codes[slot]) is not None
    dtc.clear(state.codes[slot], event.wall_ms)
    state.about["codes_ms"][slot] = event.wall_ms
    state.about["lamp"][slot] = 0
    return GROUP_CODES | GROUP_PILE if could_not_charge else GROUP_CODES


def _late(state: State, slot: int, entry: LogEntry, wall_ms: int, quality: str) -> bool:
    """Say whether a report is no newer than what is known, or has no believable time; it is counted then."""
    if quality == "unset" or wall_ms > entry.received_ms + AHEAD_MS:
        state.counts["unclocked"] += 1
        return True
    if wall_ms <= state.about["codes_ms"][slot]:
        state.counts["late_reports"] += 1
        return True
    return False


def _assessments(state: State, entry: LogEntry, groups: int, serving: Serving) -> Iterator[Assessment]:
    slot = state.slot(entry.vehicle)
    car, about = state.cars[slot], state.about[slot]
    for number, cause in enumerate(CAUSES):
        group, bit = GROUP_OF[cause], 1 << number
        if not groups & group and int(about["told"]) & bit:
            continue
        about["told"] = int(about["told"]) | bit
        found = find(state, slot, cause)
        as_of_ms = 0 if found.p is None else newest_ms(state, slot, group)
        yield serving.answered(_assessment(entry, cause, found, as_of_ms, car), car)


def _assessment(entry: LogEntry, cause: Cause, found: Finding, as_of_ms: int, car: np.void) -> Assessment:
    risks = None if found.p is None else tuple(Risk(h, p) for h, p in zip(HORIZONS_H, found.p, strict=True))
    return Assessment(
        vehicle=entry.vehicle,
        cause=cause,
        offset=entry.offset,
        as_of_ms=as_of_ms,
        received_ms=entry.received_ms,
        risks=risks,
        calibrated=False,
        time_to_threshold_h=found.ttt_h,
        ttt_low_h=found.ttt_low_h,
        ttt_high_h=found.ttt_high_h,
        quality=found.quality,
        severity=found.severity,
        service=found.service,
        reasons=found.reasons,
        abstained=found.abstained,
        model=MODEL_OF[cause],
        features=FEATURES,
        state=state_of(car),
    )
