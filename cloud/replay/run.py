"""The main story of a replay: rows, batches, log entries, scoring, decisions, alerts; every vehicle in its own time."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from cloud.decision.policy import Policy
from cloud.errors import ReplayError, SettingsError
from cloud.log.ports import FACTS_STREAM, LogEntry
from cloud.replay import report
from cloud.replay.batches import Batches, Rows, vehicle_id
from cloud.replay.channels import Channel, channels, shown
from cloud.replay.clock import NONE, Clock
from cloud.replay.desk import Alert, Desk
from cloud.replay.mapping import Map
from cloud.replay.motion import ALL as MOTION_PATHS
from cloud.replay.motion import MotionDesk
from cloud.replay.names import ARRAYS, named
from cloud.replay.source import Table
from cloud.replay.table import longest, read
from cloud.scoring import engine, packs
from cloud.scoring.types import Assessment, encode_facts
from cloud.trips import engine as trips
from contract.errors import ContractError

RANKED: Final = 10
AT_ONCE: Final = 256
HEAVY_G: Final = (0.25, 0.30, 0.30)

Tell = Callable[[dict[str, Any]], None]
Watch = Callable[[report.Findings, str], None]


def order_of(whole: Map, tables: Iterable[Table]) -> dict[str, float]:
    """Return when each file begins, by its key; nothing where the rows do not tell or the map wants another order."""
    clock = Clock(whole)
    found: dict[str, float] = {}
    if whole.file.order == "time" and clock.is_absolute:
        for table in tables:
            if {whole.time.column, whole.time.date_column or whole.time.column} <= set(table.columns):
                clock.open(table.name)
                times = clock.times(next(table.blocks, pl.DataFrame({whole.time.column: []})))
                there = times[times != NONE]
                found[table.key] = float(there.min()) if len(there) else math.inf
    return found


class Replay:
    """One data set on its way through the service."""

    def __init__(self, whole: Map, policy: Policy, tell: Tell, watch: Watch) -> None:
        """Begin; `tell` gets every alert as JSON, `watch` the counts and the file after each block."""
        self._map, self._clock, self._tell, self._watch = whole, Clock(whole), tell, watch
        self._state = engine.new_state()
        heavy = whole.motion.vehicle_class == "heavy"
        self._driven = trips.State(whole.time.zone, HEAVY_G if heavy else trips.CAR_G)
        self._desk = Desk(policy)
        known = (named(name) for name in whole.signals)
        self._motion = MotionDesk(whole.motion, whole.gap_s, any(one and one.path in MOTION_PATHS for one in known))
        self._batches: dict[str, Batches] = {}
        self._names: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._waiting: dict[str, LogEntry] = {}
        self._offset = 0
        self.findings = report.Findings()

    def run(self, tables: Iterable[Table]) -> dict[str, Any]:
        """Take every table and return what was found; raise `SettingsError` or `ReplayError`."""
        for table in tables:
            self._take_table(table)
        self._check_all_came()
        if not self._batches:
            raise ReplayError("not one row had a time and a vehicle: see time and vehicle in the map")
        for batches in self._batches.values():
            self._score(batches.close())
            name = self._names[batches.vehicle]
            self.findings.saw(name, batches.observed_ms, batches.first_ms, batches.newest_ms)
            self.findings.moved(*self._motion.finish(batches.vehicle, name))
        self._step()
        self._count_refusals()
        return report.summary(self.findings)

    def _check_all_came(self) -> None:
        """Raise `SettingsError` for a signal of a long table that not one row named."""
        for name, column in self._map.signals.items():
            there = {signal.path for signal in ARRAYS.get(name, ())} or {one.path for one in (named(name),) if one}
            if not column.optional and not there & self._labels.keys():
                key = "column" if column.column else "match"
                wanted = column.column or column.match
                raise SettingsError(f"{self._map.path}: signals.{name}.{key}: no row is of a signal {wanted!r}")

    def _take_table(self, table: Table) -> None:
        whole = self._map
        for key, column in self._needed():
            if column not in table.columns:
                has = shown(table.columns)
                raise SettingsError(f"{whole.path}: {key}: {table.name} has no column {column!r}; it has {has}")
        self._clock.open(table.name)
        self.findings.files += 1
        found: list[Channel] | None = None
        known: tuple[str, ...] = table.columns
        for block in [pl.concat(table.blocks)] if whole.file.sort else table.blocks:
            if whole.long is not None:
                new = block[whole.long.name].drop_nulls().cast(pl.String).unique(maintain_order=True).to_list()
                known = tuple(dict.fromkeys((() if found is None else known) + tuple(new)))
                found = channels(whole, known, table.name, strict=False)
            elif found is None:
                found = channels(whole, table.columns, table.name, most=self._widths(block))
            self._take_block(block, found, table.name)
            self._watch(self.findings, table.name)
        for batches in self._batches.values():
            self._score(batches.flush())

    def _needed(self) -> Iterator[tuple[str, str]]:
        """Yield the keys that name a column other than a signal's, with the column."""
        whole = self._map
        parts = [("time.column", whole.time.column), ("time.date_column", whole.time.date_column)]
        parts += [("vehicle.column", whole.vehicle.column)]
        if whole.long is not None:
            parts += [("long.name", whole.long.name), ("long.value", whole.long.value)]
        yield from ((key, column) for key, column in parts if column)

    def _widths(self, block: pl.DataFrame) -> dict[str, int]:
        """Return how many numbers the lists in cells hold, by column."""
        widths: dict[str, int] = {}
        for name, column in self._map.signals.items():
            if name in ARRAYS and column.list:
                for source in block.columns:
                    if source == column.column or (column.match and re.fullmatch(column.match, source)):
                        cells = block[source]
                        if cells.dtype != pl.List:
                            cells = cells.cast(pl.String).str.strip_chars("[](){} \t\"'").str.split(column.list)
                        widths[source] = longest(cells)
        return widths

    def _take_block(self, block: pl.DataFrame, found: list[Channel], file: str) -> None:
        self.findings.rows += block.height
        for channel in found:
            self._labels[channel.signal.path] = channel.label
        times = self._clock.times(block)
        names = self._vehicles(block, file)
        rows = read(self._map, block, times, found, self.findings.rejected)
        there = times != NONE
        self.findings.refused["no_time"] += int((~there).sum())
        for name in names.unique(maintain_order=True).to_list():
            if name is None or not name.strip():
                self.findings.refused["no_vehicle"] += int((names.is_null() | (names.str.strip_chars() == "")).sum())
                continue
            chosen = np.flatnonzero(there & (names == name).fill_null(value=False).to_numpy())
            if len(chosen):
                self._take_rows(name, self._ordered(rows, chosen))

    def _ordered(self, rows: Rows, chosen: np.ndarray[Any, Any]) -> Rows:
        if self._map.file.sort:
            chosen = chosen[np.argsort(rows.times_ms[chosen], kind="stable")]
        return Rows(rows.signals, rows.times_ms[chosen], rows.values[chosen], rows.kinds[chosen])

    def _vehicles(self, block: pl.DataFrame, file: str) -> pl.Series:
        part = self._map.vehicle
        if part.column:
            return block[part.column].cast(pl.String)
        name = part.name or re.sub(r"\.(csv|txt|tsv|dat|parquet)(\.\w+)?$", "", file.rsplit("/", 1)[-1])
        if part.from_file:
            caught = re.search(part.from_file, file)
            if caught is None:
                where = f"{self._map.path}: vehicle.from_file"
                raise SettingsError(f"{where}: {part.from_file!r} finds no name in {file!r}")
            name = caught.group(1)
        return pl.Series("vehicle", [name] * block.height, dtype=pl.String)

    def _take_rows(self, name: str, rows: Rows) -> None:
        try:
            vehicle = vehicle_id(name)
        except ContractError:
            self.findings.refused["no_vehicle"] += len(rows.times_ms)
            return
        batches = self._batches.get(vehicle)
        if batches is None:
            batches = self._batches[vehicle] = Batches(vehicle, self._map.batch_s, self._map.gap_s)
            self._names[vehicle] = name
            first_ms = int(rows.times_ms.min())
            facts = encode_facts(self._map.vehicle.facts())
            self._score([LogEntry(0, vehicle, FACTS_STREAM, 1, "facts", first_ms, facts)])
        self._score(batches.add(self._motion.take(vehicle, rows)))

    def _score(self, entries: Iterable[LogEntry]) -> None:
        """Give entries to scoring in waves of one for each vehicle, so that an alert sees the state it came from."""
        for entry in entries:
            if entry.vehicle in self._waiting or len(self._waiting) >= AT_ONCE:
                self._step()
            self._offset += 1
            self._waiting[entry.vehicle] = entry._replace(offset=self._offset)

    def _step(self) -> None:
        entries = list(self._waiting.values())
        self._state, said = engine.step(self._state, entries)
        driven = trips.step(self._driven, entries)
        self.findings.drove(self._names, driven.trips, driven.events)
        self._waiting.clear()
        for a in said:
            self._weigh(a)

    def _weigh(self, a: Assessment) -> None:
        findings = self.findings
        findings.assessments += 1
        if a.risks is not None:
            findings.measured[a.cause] += 1
            p = {risk.horizon_h: risk.p for risk in a.risks}[72]
            findings.highest_p[a.cause] = max(findings.highest_p.get(a.cause, 0.0), p)
        alert = self._desk.take(a)
        if alert is not None:
            told = report.alert_of(alert, self._names[a.vehicle], self._cells(alert))
            findings.told(told)
            self._tell(told)

    def _cells(self, alert: Alert) -> list[dict[str, Any]]:
        """Return the most suspicious cells of an alert about cells, by the numbers that the data set gives them."""
        if alert.assessment.cause != "traction_cells":
            return []
        slot = self._state.slots[alert.assessment.vehicle]
        ranked = packs.suspects(self._state, slot)[:RANKED]
        paths = ARRAYS["cell_voltage"]
        return [{"cell": self._labels.get(paths[one.cell].path, str(one.cell)), **one.numbers()} for one in ranked]

    def _count_refusals(self) -> None:
        used = len(self._state.slots)
        cars, about = self._state.cars[:used], self._state.about[:used]
        own = self._state.packs[: self._state.packs_used]
        self.findings.refused.update(
            {
                "late": int(cars["late_n"].sum()),
                "late_frames": int(own["late_n"].sum()),
                "from_the_future": int(about["refused"].sum()),
                "implausible_cell": int(own["implausible_n"].sum()),
                "cell_jump": int(own["jump_n"].sum()),
                "cell_sum_disagrees": int(own["sum_n"].sum()),
            }
        )
