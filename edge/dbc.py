"""`outrider-edge dbc compile`: a DBC, and a map where there is one, to the table that the agent reads."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from edge import dbc_map
from edge.dbc_compile import Compiled, compile_dbc
from edge.errors import ConfigError
from edge.obd.passive.table import Table, dump


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `main` reads to a parser."""
    parser.add_argument("file", type=Path, metavar="FILE.dbc", help="what to compile")
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help="which signals are reported, and as which paths")
    parser.add_argument("--out", type=Path, metavar="TABLE", help="where the table goes (default: nowhere, list only)")
    parser.add_argument("--j1939", action="store_true", help="every 29-bit id is a parameter group of J1939")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(args: argparse.Namespace) -> int:
    """Compile `args.file`, say what is in it, and return the exit status."""
    compiled = compile_dbc(args.file, j1939=args.j1939)
    for left in compiled.left_out:
        print(f"outrider-edge: left out {left.name}: {left.reason}", file=sys.stderr)
    table = compiled.table if args.map is None else dbc_map.apply(compiled.table, _text(args.map), str(args.map))
    if args.out is not None:
        try:
            args.out.write_bytes(dump(table))
        except OSError as error:
            raise ConfigError(f"{args.out}: {error.strerror or error}; name a file that can be written") from error
    print(json.dumps(_as_json(table, compiled)) if args.json else _as_text(table, args.map is not None))
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}; name a readable map in UTF-8") from error


def _as_json(table: Table, compiled: Compiled) -> dict[str, Any]:
    return {
        "name": table.name,
        "messages": [
            {
                "id": f"{message.id:08X}" if message.extended else f"{message.id:03X}",
                "name": message.name,
                "bytes": message.length,
                "j1939": message.j1939,
                "signals": [
                    {
                        "name": signal.name,
                        "unit": signal.unit,
                        "low": signal.low,
                        "high": signal.high,
                        "choices": len(signal.choices),
                        "paths": [read.path for read in message.reads if read.signal == signal.name],
                    }
                    for signal in message.signals
                ],
            }
            for message in table.messages
        ],
        "paths": table.paths,
        "left_out": [left._asdict() for left in compiled.left_out],
    }


def _as_text(table: Table, mapped: bool) -> str:
    signals = sum(len(message.signals) for message in table.messages)
    lines = [f"{table.name}: {len(table.messages)} messages, {signals} signals, {len(table.paths)} paths"]
    for message in table.messages:
        ident = f"{message.id:08X}" if message.extended else f"{message.id:03X}"
        lines.append(f"{ident} {message.name}, {message.length} bytes" + (", J1939" if message.j1939 else ""))
        for signal in message.signals:
            span = "" if signal.low is None else f" {signal.low:g}..{signal.high:g}"
            paths = ", ".join(read.path for read in message.reads if read.signal == signal.name)
            lines.append(f"  {signal.name}{span} {signal.unit}".rstrip() + (f" -> {paths}" if paths else ""))
    if not mapped:
        lines.append("Nothing is reported yet: name what is wanted in a map (--map).")
    return "\n".join(lines)
