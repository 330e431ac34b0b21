"""The recorded petrol car: `outrider-edge replay` against cantools on a DBC made of OBDb's definitions."""

import argparse
import contextlib
import gzip
import io
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cantools
from cantools.database.can import Database

from contract.validity import Validity
from edge import replay
from edge.adapters import signal_sets
from edge.obd.decode import Reading
from tests.proof.obdb import formats

LOG: Final = "can_logs/obd2_petrol_1910s.candump.log.gz"

_ENGINE: Final = "Vehicle.Powertrain.CombustionEngine."
# OBDb's signal -> ours
NAMES: Final = {
    "MIL": "Vehicle.OBD.Status.IsMILOn",
    "DTC_CNT": "Vehicle.Diagnostics.DTCCount",
    "FUELSYS1": "Vehicle.OBD.FuelSystem1Status",
    "FUELSYS2": "Vehicle.OBD.FuelSystem2Status",
    "LOAD_PCT": "Vehicle.OBD.EngineLoad",
    "ECT": _ENGINE + "EngineCoolant.Temperature",
    "SHRTFT1": "Vehicle.OBD.ShortTermFuelTrim1",
    "LONGFT1": "Vehicle.OBD.LongTermFuelTrim1",
    "MAP": "Vehicle.OBD.MAP",
    "RPM": _ENGINE + "Speed",
    "VSS": "Vehicle.Speed",
    "IAT": "Vehicle.OBD.IntakeTemp",
    "TP": "Vehicle.OBD.ThrottlePosition",
    "O2_SENSORS": "Vehicle.OBD.OxygenSensorsIn2Banks",
    "O2S12": "Vehicle.OBD.O2.Sensor2.Voltage",
    "SHRTFT11": "Vehicle.OBD.O2.Sensor2.ShortTermFuelTrim",
    "OBDSUP": "Vehicle.OBD.OBDStandards",
    "MIL_DIST": "Vehicle.OBD.DistanceWithMIL",
    "EVAP_PCT": "Vehicle.OBD.CommandedEVAP",
    "FLI": "Vehicle.Powertrain.FuelSystem.RelativeLevel",
    "CLR_DIST": "Vehicle.OBD.DistanceSinceDTCClear",
    "BARO": "Vehicle.OBD.BarometricPressure",
    "LAMBDA11_CURRENT": "Vehicle.OBD.O2WR.Sensor1.Lambda",
    "O2S11_CURRENT": "Vehicle.OBD.O2WR.Sensor1.Current",
    "CATEMP11": "Vehicle.OBD.Catalyst.Bank1.Temperature1",
    "VPWR": "Vehicle.OBD.ControlModuleVoltage",
    "LOAD_ABS": "Vehicle.OBD.AbsoluteLoad",
    "EQ_RAT": "Vehicle.OBD.CommandedEquivalenceRatio",
    "AAT": "Vehicle.Exterior.AirTemperature",
    "APP_D": "Vehicle.OBD.AcceleratorPositionD",
    "EVAP_VPA": "Vehicle.OBD.EVAPVaporPressureAbsolute",
    "FUEL_RATE": "Vehicle.OBD.FuelRate",
    "TQ_ACT": "Vehicle.OBD.ActualEngineTorque",
    "TQ_REF": "Vehicle.OBD.ReferenceEngineTorque",
    "GEAR": "Vehicle.Powertrain.Transmission.CurrentGear",
}
# Where OBDb departs from SAE J1979, by name: (what it says, what the standard says).
CORRECTED: Final[dict[str, dict[str, float]]] = {
    "SHRTFT1": {"add": -100},
    "LONGFT1": {"add": -100},
    "SHRTFT11": {"add": -100},
    "EQ_RAT": {"mul": 2, "div": 65536},  # OBDb: 2 / 65535
}
# What OBDb reads bit by bit and we as one number, and what it does not know.
ADDED: Final[dict[str, dict[str, dict[str, float]]]] = {
    "0113": {"O2_SENSORS": {"bix": 0, "len": 8}},
    "01A4": {"GEAR": {"bix": 8, "len": 4}},  # https://en.wikipedia.org/wiki/OBD-II_PIDs, service 01 PID A4
}


@dataclass
class Petrol:
    """The figures of the petrol recording."""

    frames: int = 0
    polled_pids: int = 0
    responses: int = 0
    compared: int = 0
    signals: int = 0
    differ: list[str] = field(default_factory=list)
    polled_but_not_read: list[str] = field(default_factory=list)
    no_value: int = 0
    codes: dict[str, list[str]] = field(default_factory=dict)
    vin_masked: str = ""
    vin_seen: int = 0  # how often the whole VIN, or its serial number, stands in what replay prints


def dbc(data: Path, pids: set[str]) -> Database:
    """Return a multiplexed DBC of the answers on 7E8 that hold one of `pids`, from OBDb's definitions."""
    rows = ['VERSION ""', "BU_: ECU", "BO_ 2024 ANSWER: 8 ECU", ' SG_ PID M : 23|8@0+ (1,0) [0|255] "" ECU']
    definitions = formats(data / "obdb" / "SAEJ1979")
    for pid in sorted(pids):
        known: dict[str, dict[str, Any]] = definitions.get(("7E0", "01" + pid), {})
        signals = {name: fmt for name, fmt in known.items() if name in NAMES} | ADDED.get("01" + pid, {})
        for name, fmt in signals.items():
            terms = {"mul": 1, "div": 1, "add": 0} | fmt | CORRECTED.get(name, {})
            bit = 24 + int(fmt.get("bix", 0))  # behind length, 41 and PID
            start = bit // 8 * 8 + 7 - bit % 8  # a DBC counts a byte's bits from the right
            scale = repr(terms["mul"] / terms["div"])
            rows.append(
                f" SG_ {name} m{int(pid, 16)} : {start}|{fmt['len']}@0{'-' if fmt.get('sign') else '+'} "
                f'({scale},{terms["add"]}) [0|0] "" ECU'
            )
    database = cantools.database.load_string("\n".join(rows) + "\n", "dbc")
    assert isinstance(database, Database)
    return database


def petrol(data: Path) -> Petrol:
    """Return the figures of the recording."""
    path = data / LOG
    with gzip.open(path, "rt") as log:
        lines = [line.split()[2] for line in log]
    asked = {line[8:10] for line in lines if line.startswith("7E0#0201")}
    answers = [bytes.fromhex(line[4:]) for line in lines if line.startswith("7E8#") and line[6:8] == "41"]
    figures = Petrol(frames=len(lines), polled_pids=len(asked), responses=len(answers))
    theirs = _by_cantools(dbc(data, asked), answers)
    mine: dict[str, list[float]] = defaultdict(list)
    for _, fact in replay.facts(replay.read(path), signal_sets.interpreter(signal_sets.names()), Counter()):
        if isinstance(fact, Reading):
            mine[fact.signal].append(fact.value)
            figures.no_value += fact.validity is not Validity.VALUE
    read = {signal for name, signal in NAMES.items() if name in theirs}
    figures.polled_but_not_read = sorted(set(mine) ^ read)
    for name, values in theirs.items():
        figures.signals += 1
        ours = mine[NAMES[name]]
        figures.compared += len(values)
        if len(ours) != len(values):
            figures.differ.append(f"{name}: {len(ours)} readings, cantools has {len(values)}")
        pairs = zip(ours, values, strict=False)
        figures.differ += [f"{name}: {a} is not {b}" for a, b in pairs if abs(a - b) > 1e-9 * max(1.0, abs(b))]
    _run_the_command(path, lines, figures)
    return figures


def _by_cantools(database: Database, answers: list[bytes]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        decoded = database.decode_message(0x7E8, answer, decode_choices=False)
        assert isinstance(decoded, dict)
        for name, value in decoded.items():
            if name != "PID":
                assert isinstance(value, int | float)
                found[name].append(float(value))
    return found


def _run_the_command(path: Path, lines: list[str], figures: Petrol) -> None:
    at = next(n for n, line in enumerate(lines) if line.startswith("7E8#1014490201"))
    rest = [line[6:] for line in lines[at + 1 :] if line.startswith(("7E8#21", "7E8#22"))][:2]
    vin = bytes.fromhex(lines[at][14:] + "".join(rest)).decode("ascii")
    parser = argparse.ArgumentParser()
    replay.add_arguments(parser)
    for words in ([str(path)], [str(path), "--json"]):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            assert replay.main(parser.parse_args(words)) == 0
        printed = out.getvalue() + err.getvalue()
        figures.vin_seen += printed.count(vin) + printed.count(vin[3:9]) + printed.count(vin[-6:])
        figures.vin_masked = next(part for part in printed.replace('"', " ").split() if part.startswith(vin[:3] + "*"))
        if "--json" in words:
            codes = json.loads(out.getvalue())["codes"]
            figures.codes = {f"{entry['status']} of {entry['ecu']}": entry["codes"] for entry in codes}
