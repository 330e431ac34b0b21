"""Rows of a fleet folder into the bytes that its agents would have sent, as the log would hold them."""

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloud.errors import EvaluationError
from cloud.evaluation.folder import OF_ROWS, Fleet
from cloud.log.ports import FACTS_STREAM, LogEntry
from cloud.replay.packing import ABSENT, pack
from cloud.scoring.types import VehicleFacts, encode_facts
from contract import codec
from contract.messages import ClockQuality, Column, DtcReport, DtcSet, DtcStatus, TelemetryBatch
from contract.signals import CATALOGUE, Signal
from contract.validity import Validity

CLOCKS: Final[dict[str, ClockQuality]] = {"synchronised": "synchronised", "free_running": "free_running"}
MOST_ROWS: Final = 512  # of one message, so that it stays within the wire's limits
STATES: Final[tuple[DtcStatus, ...]] = ("pending", "confirmed", "permanent")


def entries_of(part: pl.DataFrame, fleet: Fleet, vehicle: dict[str, Any]) -> Iterator[LogEntry]:
    """Yield a vehicle's entries in the order of their arrival, its facts first; a duplicate never reaches the log.

    Args:
        part: its rows of telemetry. vehicle: its row of vehicles.parquet.
    """
    name = str(vehicle["vehicle"])
    facts = encode_facts(facts_of(vehicle))
    yield LogEntry(0, name, FACTS_STREAM, 1, "facts", fleet.start_ms, facts)
    told = fleet.codes.filter(pl.col("vehicle") == name)
    yield from heapq.merge(_telemetry(name, part), _reports(name, told), key=lambda entry: entry.received_ms)


def facts_of(vehicle: dict[str, Any]) -> VehicleFacts:
    """Return what a fleet's file would say of a vehicle: every fact that has a column, where it is known."""
    known = {key: vehicle[key] for key in VehicleFacts.__struct_fields__ if vehicle.get(key) is not None}
    try:
        return msgspec.convert(known, VehicleFacts)
    except msgspec.ValidationError:
        # A class that the service does not know is one that burns fuel, as the fleet's file would have it.
        known["powertrain"] = "petrol"
    try:
        return msgspec.convert(known, VehicleFacts)
    except msgspec.ValidationError as error:
        raise EvaluationError(f"vehicles.parquet: {vehicle['vehicle']}: {error}") from error


def signals_in(columns: list[str]) -> tuple[Signal, ...]:
    """Return the catalogue's rows for the columns that it has."""
    return tuple(CATALOGUE[name] for name in columns if name in CATALOGUE)


def strangers_in(columns: list[str]) -> list[str]:
    """Return columns that are neither a signal of the catalogue nor about the row."""
    return [name for name in columns if name not in CATALOGUE and name not in OF_ROWS]


def _telemetry(vehicle: str, part: pl.DataFrame) -> Iterator[LogEntry]:
    kept = part.filter(pl.col("arrival_ms") == pl.col("arrival_ms").min().over("stream", "seq"))
    kept = kept.unique(["stream", "seq", "wall_ms"], keep="first", maintain_order=True)
    signals = signals_in(kept.columns)
    numbers, kinds = read(kept, signals)
    arrival, wall = kept["arrival_ms"].to_numpy(), kept["wall_ms"].to_numpy()
    boot, clock, streams = kept["boot"].to_list(), kept["clock"].to_list(), kept["stream"].to_list()
    same = kept["clock"].eq_missing(kept["clock"].shift(1)).to_numpy()[1:]
    boots = kept["boot"].to_numpy().astype(np.int64)
    edges = np.flatnonzero((np.diff(arrival) != 0) | (np.diff(boots) != 0) | ~same) + 1  # a message has one clock
    ends = _ends([*edges.tolist(), len(arrival)])
    for number, (first, end) in enumerate(zip([0, *ends], ends, strict=False), start=1):
        rows = slice(first, end)
        sealed = int(wall[rows].max())
        if end - first == 1:
            columns = _one(signals, numbers[first], kinds[first])
        else:
            order = np.argsort(wall[rows], kind="stable")
            columns = pack(signals, sealed, wall[rows][order], numbers[rows][order], kinds[rows][order])
        message = TelemetryBatch(
            vehicle=vehicle,
            stream=stream_of(vehicle, streams[first], "t"),
            seq=number,
            boot_id=f"boot-{boot[first]}",
            mono_ms=sealed,
            wall_ms=sealed,
            clock_quality=CLOCKS.get(clock[first], "unset"),
            columns=tuple(columns),
        )
        yield LogEntry(0, vehicle, message.stream, number, "telemetry", int(arrival[first]), codec.encode(message))


def read(rows: pl.DataFrame, signals: Sequence[Signal]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return (n, k) values, 0 where there is none, and what each is: a `Validity`, or `ABSENT`."""
    values = rows.select([pl.col(signal.path).cast(pl.Float64) for signal in signals])
    absent = values.select(pl.all().is_null()).to_numpy()
    numbers = values.fill_null(0.0).to_numpy()
    low, high = np.array([s.low for s in signals]), np.array([s.high for s in signals])
    kinds = np.full(numbers.shape, int(Validity.VALUE), np.uint8)
    kinds[(numbers < low) | (numbers > high)] = int(Validity.OUT_OF_RANGE)
    kinds[np.isnan(numbers)] = int(Validity.INVALID)
    kinds[absent] = ABSENT
    return np.where(kinds == int(Validity.VALUE), numbers, 0.0), kinds


def _ends(edges: list[int]) -> list[int]:
    """Return where messages end: at each edge, and before one would grow too long for the wire."""
    starts = [0, *edges[:-1]]
    return [
        min(at + MOST_ROWS, end)
        for start, end in zip(starts, edges, strict=True)
        for at in range(start, end, MOST_ROWS)
    ]


def _one(signals: Sequence[Signal], numbers: NDArray[np.float64], kinds: NDArray[np.uint8]) -> list[Column]:
    """Return the columns of a single row, as `pack` would make them: most messages of a parked car are one."""
    there = np.flatnonzero(kinds != ABSENT)
    found = []
    for k, number, kind in zip(there.tolist(), numbers[there].tolist(), kinds[there].tolist(), strict=True):
        signal = signals[k]
        steps = round(number / signal.resolution)
        width = 2 if -0x8000 < steps < 0x8000 else 4 if -0x8000_0000 < steps < 0x8000_0000 else 8
        found.append(
            Column(
                signal=signal.path,
                scale=signal.resolution,
                time_width=2,
                times=b"\0\0",
                value_width=width,
                values=steps.to_bytes(width, "little", signed=True),
                validity=bytes((kind,)) if kind else b"",
            )
        )
    return found


def _reports(vehicle: str, told: pl.DataFrame) -> Iterator[LogEntry]:
    """Yield a report of everything that is open whenever something changed."""
    open_codes: dict[str, dict[str, set[str]]] = {}
    arrived = told.sort("arrival_ms", "wall_ms").group_by("arrival_ms", maintain_order=True)
    for number, ((arrival,), rows) in enumerate(arrived, start=1):
        for row in rows.iter_rows(named=True):
            states = open_codes.setdefault(row["ecu"], {state: set() for state in STATES})
            if row["status"] in ("cleared", "confirmed"):
                for codes in states.values() if row["status"] == "cleared" else (states["pending"],):
                    codes.discard(row["code"])
            if row["status"] in states:
                states[row["status"]].add(row["code"])
        wall = int(rows["wall_ms"][-1])
        message = DtcReport(
            vehicle=vehicle,
            stream=stream_of(vehicle, "dtc", "u"),
            seq=number,
            boot_id="boot-0",
            mono_ms=wall,
            wall_ms=wall,
            clock_quality="synchronised",
            sets=tuple(
                DtcSet(ecu=ecu, status=state, codes=tuple(sorted(states[state])))
                for ecu, states in sorted(open_codes.items())
                for state in STATES
            ),
        )
        yield LogEntry(0, vehicle, message.stream, number, "dtc", int(str(arrival)), codec.encode(message))


def stream_of(vehicle: str, stream: str, lane: str) -> str:
    """Return the name of a stream on the wire."""
    return hashlib.sha256(f"{vehicle} {stream}".encode()).hexdigest()[:32] + f"-{lane}"
