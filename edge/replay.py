"""A recorded candump log through the agent's own decoding: nothing is sent, nothing is kept, figures are printed."""

import argparse
import gzip
import json
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from contract.messages import DtcSet
from contract.signals import CATALOGUE
from contract.validity import Validity
from edge.adapters import passive_tables, signal_sets
from edge.errors import EdgeError, IsoTpError, ReplayError, ServiceError
from edge.obd import candump
from edge.obd.decode import Reading
from edge.obd.dtc import DTC_STATES
from edge.obd.facts import CodeList, Fact, Identity
from edge.obd.interpreter import Interpreter
from edge.obd.isotp import Reassembler
from edge.obd.passive.faults import ActiveFaults
from edge.obd.passive.listener import Listener
from edge.obd.passive.table import Table

_MAX_LINE: Final = 4096


@dataclass(slots=True)
class Summary:
    """What one signal of one ECU said over the whole log."""

    values: int = 0
    others: Counter[str] = field(default_factory=Counter)
    low: float | None = None
    high: float | None = None
    first: float | None = None
    last: float | None = None

    def add(self, reading: Reading) -> None:
        """Count one reading; only values move the figures."""
        if reading.validity is not Validity.VALUE:
            self.others[reading.validity.name.lower()] += 1
            return
        value = reading.value
        self.values += 1
        self.low = value if self.low is None else min(self.low, value)
        self.high = value if self.high is None else max(self.high, value)
        self.first = value if self.first is None else self.first
        self.last = value


@dataclass(slots=True)
class Replay:
    """The figures of one log."""

    signals: dict[tuple[str, str], Summary] = field(default_factory=dict)
    codes: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    vins: dict[str, str] = field(default_factory=dict)  # masked
    counts: Counter[str] = field(default_factory=Counter)
    first_s: float | None = None
    last_s: float | None = None

    def add(self, fact: Fact) -> None:
        """Take one fact out of an answer."""
        match fact:
            case Reading(signal=signal, ecu=ecu):
                self.signals.setdefault((signal, ecu), Summary()).add(fact)
            case DtcSet(ecu=ecu, status=status, codes=codes):
                self.codes[ecu, status] = codes
            case CodeList(ecu=ecu, codes=in_full):
                for state in DTC_STATES:
                    self.codes[ecu, state] = tuple(code.text for code in in_full if state in code.states)
            case Identity(ecu=ecu, vin=vin):
                self.vins[ecu] = vin.masked


class _Ear:
    """One interface of a log, overheard by a passive table."""

    def __init__(self, table: Table | None) -> None:
        self._listener = Listener(table)
        self._faults = ActiveFaults()

    def feed(self, logged: candump.Logged) -> Iterator[tuple[float, Fact]]:
        """Yield what is told when this frame comes."""
        heard = self._listener.due(logged.at_s)
        for what, at_s in [*heard, *self._listener.feed(logged.frame, logged.at_s, logged.at_s)]:
            if isinstance(what, Reading):
                yield at_s, what
            elif (codes := self._faults.take(what)) is not None:
                yield from ((at_s, one) for one in codes.sets)


def facts(
    lines: Iterable[str], interpreter: Interpreter, counts: Counter[str], table: Table | None = None
) -> Iterator[tuple[float, Fact]]:
    """Yield every fact of a log with its time; what is damaged is counted in `counts` and passed over."""
    reassemblers = defaultdict[str, Reassembler](lambda: Reassembler(interpreter.links))
    ears = defaultdict[str, _Ear](lambda: _Ear(table))
    for line in lines:
        if not line.strip():
            continue
        try:
            logged = candump.parse(line[:_MAX_LINE].rstrip("\n"))
        except ReplayError:
            counts["malformed_lines"] += 1
            continue
        if logged is None:
            counts["other_frames"] += 1
            continue
        counts["frames"] += 1
        yield from ears[logged.interface].feed(logged)
        try:
            message = reassemblers[logged.interface].feed(logged.frame, logged.at_s).message
        except IsoTpError:
            counts["malformed_transfers"] += 1
            continue
        if message is None:
            continue
        counts["messages"] += 1
        try:
            found = interpreter.interpret(message)
        except ServiceError:
            counts["broken_answers"] += 1
            continue
        if found is None:
            counts["not_asked_for"] += 1
        for fact in found or ():
            yield logged.at_s, fact


def replay(lines: Iterable[str], interpreter: Interpreter, table: Table | None = None) -> Replay:
    """Return the figures of a log."""
    figures = Replay()
    for at_s, fact in facts(lines, interpreter, figures.counts, table):
        figures.first_s = at_s if figures.first_s is None else figures.first_s
        figures.last_s = at_s
        figures.add(fact)
    return figures


def read(path: Path) -> Iterator[str]:
    """Yield the lines of a log, plain or gzip; raise `ReplayError` when it cannot be read."""
    try:
        with path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        # Every byte is a character of Latin-1: a damaged line stays a line, and its neighbours are read.
        with gzip.open(path, "rt", encoding="latin-1") if packed else path.open(encoding="latin-1") as log:
            yield from log
    except (OSError, EOFError, zlib.error) as error:
        raise ReplayError(f"{path}: {error}") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `main` reads to a parser."""
    parser.add_argument("log", type=Path, metavar="LOG", help="a candump -l log, plain or .gz")
    parser.add_argument("--sets", nargs="+", metavar="SET", help="signal sets to decode with (default: all there are)")
    parser.add_argument("--year", type=int, metavar="YEAR", help="the car's model year, for what holds in some only")
    parser.add_argument("--passive", metavar="TABLE", help="a passive table, by name or path, for what the car sends")
    parser.add_argument(
        "--signals", nargs="+", metavar="PATTERN", help="show only signals whose path matches, e.g. '*Tire*'"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(args: argparse.Namespace) -> int:
    """Replay `args.log` and print its figures; return the exit status."""
    try:
        table = passive_tables.load(args.passive) if args.passive else None
        interpreter = signal_sets.interpreter(args.sets or signal_sets.names(), args.year)
        figures = replay(read(args.log), interpreter, table)
    except EdgeError as error:
        print(f"outrider-edge replay: {error}", file=sys.stderr)
        return 2
    shown = {
        key: summary
        for key, summary in sorted(figures.signals.items())
        if not args.signals or any(fnmatchcase(key[0], pattern) for pattern in args.signals)
    }
    print(json.dumps(_as_json(figures, shown), indent=2) if args.json else _as_text(figures, shown))
    if not figures.counts["frames"]:
        print("outrider-edge replay: no CAN frame in this log", file=sys.stderr)
        return 1
    return 0


def _as_json(figures: Replay, shown: dict[tuple[str, str], Summary]) -> dict[str, object]:
    return {
        "signals": [
            {
                "signal": signal,
                "ecu": ecu,
                "unit": CATALOGUE[signal].unit,
                "values": summary.values,
                "min": summary.low,
                "max": summary.high,
                "first": summary.first,
                "last": summary.last,
                **dict(sorted(summary.others.items())),
            }
            for (signal, ecu), summary in shown.items()
        ],
        "codes": [
            {"ecu": ecu, "status": status, "codes": codes} for (ecu, status), codes in sorted(figures.codes.items())
        ],
        "vins": figures.vins,
        "counts": dict(sorted(figures.counts.items())),
        "seconds": (figures.last_s or 0.0) - (figures.first_s or 0.0),
    }


def _as_text(figures: Replay, shown: dict[tuple[str, str], Summary]) -> str:
    width = max([len(signal) for signal, _ in shown] + [6])
    heads = " ".join(f"{head:>11}" for head in ("min", "max", "first", "last"))
    lines = [f"{'signal':<{width}} {'ecu':>8} {'values':>7} {heads} unit, and readings without a value"]
    for (signal, ecu), summary in shown.items():
        numbers = " ".join(_number(n) for n in (summary.low, summary.high, summary.first, summary.last))
        others = ", ".join(f"{kind} {count}" for kind, count in sorted(summary.others.items()))
        unit = CATALOGUE[signal].unit
        lines.append(f"{signal:<{width}} {ecu:>8} {summary.values:>7} {numbers} {unit} {others}".rstrip())
    for (ecu, status), codes in sorted(figures.codes.items()):
        lines.append(f"{status} codes of {ecu}: {', '.join(codes) or 'none'}")
    lines += [f"VIN of {ecu}: {vin}" for ecu, vin in sorted(figures.vins.items())]
    lines.append(", ".join(f"{name} {count}" for name, count in sorted(figures.counts.items())) or "nothing read")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return f"{'-' if value is None else format(value, '.3f'):>11}"
