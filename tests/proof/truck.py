"""A truck's recorded J1939 bus through the passive listener, held against cantools on the DBC beside the recording."""

import gzip
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cantools
from cantools.database.can import Database

from edge import dbc_map
from edge.dbc_compile import compile_dbc
from edge.obd import candump
from edge.obd.decode import Reading
from edge.obd.passive import j1939
from edge.obd.passive.decoder import MessageDecoder, TableDecoder
from edge.obd.passive.j1939 import DiagnosticMessage
from edge.obd.passive.j1939_transport import Reassembler
from edge.obd.passive.listener import Listener

MAP: Final = """
[[signal]]
message = "EEC1"
signal = "EngineSpeed"
path = "Vehicle.Powertrain.CombustionEngine.Speed"
period_s = 0.001
[[signal]]
message = "CCVS1"
signal = "WheelBasedVehicleSpeed"
path = "Vehicle.Speed"
period_s = 0.001
"""


@dataclass
class Truck:
    """The figures of the recording."""

    frames: int = 0
    decoded: int = 0
    differ: list[str] = field(default_factory=list)
    readings: Counter[str] = field(default_factory=Counter)
    transfers: int = 0
    long_groups: int = 0
    broken_transfers: int = 0
    fault_messages: list[DiagnosticMessage] = field(default_factory=list)


def truck(data: Path) -> Truck:
    """Return the figures for the whole recording."""
    folder = data / "can_logs"
    path = folder / "CSS-Electronics-SAE-J1939-DEMO.dbc"
    database = cantools.database.load_file(path)
    assert isinstance(database, Database)
    groups = {j1939.pgn(message.frame_id): message for message in database.messages}
    whole = compile_dbc(path).table
    decoder = TableDecoder(whole)
    ears = {name: Listener(dbc_map.apply(whole, MAP, "truck.toml")) for name in ("can0", "can1")}
    figures, transport = Truck(), Reassembler()
    points = compile_dbc(folder / "tp_j1939.dbc", j1939=True).table
    torque = cantools.database.load_file(folder / "tp_j1939.dbc")
    assert isinstance(torque, Database)
    with gzip.open(folder / "j1939_truck_186s.candump.log.gz", "rt") as log:
        for line in log:
            logged = candump.parse(line.rstrip("\n"))
            assert logged is not None
            frame = logged.frame
            figures.frames += 1
            message = groups.get(j1939.pgn(frame.can_id))
            ours = decoder.decode(frame.can_id, frame.extended, frame.data)
            theirs = None if message is None else message.decode(frame.data, decode_choices=False)
            figures.decoded += theirs is not None
            if ours != theirs:
                figures.differ.append(f"{logged}: {ours} is not {theirs}")
            if logged.interface == "can0" and (transfer := transport.feed(frame.can_id, frame.data, logged.at_s)):
                _compare_transfer(transfer.data, TableDecoder(points).find_group(transfer.pgn), torque, figures)
            for heard in ears[logged.interface].feed(frame, logged.at_s, logged.at_s):
                if isinstance(heard.what, Reading):
                    figures.readings[f"{heard.what.signal} {heard.what.validity.name.lower()}"] += 1
                else:
                    figures.fault_messages.append(heard.what)
    figures.transfers = sum(ear.counts["transfers"] for ear in ears.values())
    figures.broken_transfers = sum(ear.counts["broken_transfers"] for ear in ears.values())
    return figures


def _compare_transfer(data: bytes, found: MessageDecoder | None, database: Database, figures: Truck) -> None:
    if found is None:
        return  # the group of the VIN, which no table here knows
    figures.long_groups += 1
    theirs = database.messages[0].decode(data, allow_truncated=True)
    if not theirs or found.decode(data) != theirs:
        figures.differ.append(f"{data.hex()}: is not {theirs}")
