"""Recorded answers of real cars through the agent's own decoding, held against other people's decoders.

    python -m tests.proof.real_cars            # prints the figures as JSON; needs the data folder (OUTRIDER_DATA)

`ioniq`: every recorded response of an IONIQ 5 (OBDb) through the ISO-TP reassembler and the e-gmp set, compared with
the values that OBDb's decoder published. `petrol`: a 1,910 s recording (CSS Electronics) through `outrider-edge
replay`, every polled value compared with cantools on a DBC that is made of OBDb's definitions, not of ours.
"""

import json
import math
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contract.signals import TYRES
from contract.validity import Validity
from edge.adapters import signal_sets
from edge.errors import IsoTpError
from edge.obd.decode import Reading
from edge.obd.interpreter import Interpreter
from edge.obd.isotp import Message, Reassembler
from tests.proof import petrol
from tests.proof.obdb import Case, cases, formats

MODEL_YEAR: Final = 2022
PSI_KPA: Final = 6.894757293168361

_BATTERY: Final = "Vehicle.Powertrain.TractionBattery."
_WHEELS: Final = {"FL": "Row1.Wheel.Left", "FR": "Row1.Wheel.Right", "RL": "Row2.Wheel.Left", "RR": "Row2.Wheel.Right"}
# Our signal of one command -> OBDb's name for it, and what turns our unit back into theirs.
NAMES: Final[dict[tuple[str, str], tuple[str, float]]] = {
    ("220101", _BATTERY + "StateOfCharge.Current"): ("IONIQ5_HVBAT_SOC", 1.0),
    ("220101", _BATTERY + "CurrentCurrent"): ("IONIQ5_BATTERY_CURRENT", -1.0),  # VSS counts charging as positive
    ("220101", _BATTERY + "CurrentVoltage"): ("IONIQ5_BATTERY_DC_VOLTAGE", 1.0),
    ("220101", _BATTERY + "Temperature.Max"): ("IONIQ5_BATTERY_MAX_T", 1.0),
    ("220101", _BATTERY + "Temperature.Min"): ("IONIQ5_BATTERY_MIN_T", 1.0),
    ("220101", _BATTERY + "CellVoltage.Max"): ("IONIQ5_MAXIMUM_CELL_VOLTAGE", 1.0),
    ("220101", _BATTERY + "CellVoltage.Min"): ("IONIQ5_MINIMUM_CELL_VOLTAGE", 1.0),
    ("220101", "Vehicle.Rescue.InsulationResistance"): ("IONIQ5_ISOLATION_RESISTANCE", 1e-3),
    ("22E003", _BATTERY + "StateOfCharge.Displayed"): ("IONIQ5_HVBAT_SOC_VCMS", 1.0),
    ("22E011", "Vehicle.Rescue.ConverterVoltage"): ("IONIQ5_LDC_OUTPUT_VOLTAGE", 1.0),
    ("22E011", "Vehicle.Rescue.ConverterCurrent"): ("IONIQ5_LDC_OUTPUT_CURRENT", 1.0),
    ("22E011", "Vehicle.LowVoltageBattery.CurrentCurrent"): ("IONIQ5_AUX_BATTERY_CURRENT", 1.0),
    ("22E011", "Vehicle.LowVoltageBattery.StateOfCharge"): ("IONIQ5_AUX_BATTERY_STATE_OF_CHARGE", 1.0),
    ("22E011", "Vehicle.LowVoltageBattery.CurrentVoltage"): ("IONIQ5_AUX_BATTERY_VOLTAGE_7E5", 1.0),
    ("22E011", "Vehicle.LowVoltageBattery.Temperature"): ("IONIQ5_AUX_BATTERY_T", 1.0),
    ("220101", "Vehicle.LowVoltageBattery.CurrentVoltage"): ("IONIQ5_AUXILLARY_BATTERY_VOLTAGE", 1.0),
    ("220105", _BATTERY + "StateOfHealth"): ("IONIQ5_HVBAT_SOH", 1.0),
    ("220105", _BATTERY + "StateOfCharge.Displayed"): ("IONIQ5_HVBAT_SOC_DISP", 1.0),
    ("22E004", "Vehicle.Speed"): ("IONIQ5_VSS_HD", 1.0),
    ("22E004", "Vehicle.LowVoltageBattery.CurrentVoltage"): ("IONIQ5_12V_V", 1.0),
    **{
        ("22C00B", f"Vehicle.Chassis.Axle.{place}.Tire.{what}"): (f"IONIQ5_{name}_{wheel}", factor)
        for wheel, place in _WHEELS.items()
        for what, name, factor in (("Pressure", "TP", 1 / PSI_KPA), ("AirTemperature", "TT", 1.0))
    },
}
# Faults of the corpus, by name: not imitated.
WRONG_IN_CORPUS: Final = {"IONIQ5_BATTERY_DC_VOLTAGE": "its scale forgets a tenth, and all of it is clamped to 403.2"}


@dataclass
class Ioniq:
    """The figures of the IONIQ 5 corpus."""

    responses: int = 0
    messages: int = 0
    damaged_responses: int = 0
    refused_though_whole: list[str] = field(default_factory=list)
    of_our_set: Counter[str] = field(default_factory=Counter)
    complete: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    clamped_by_corpus: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    differ: list[str] = field(default_factory=list)
    no_value: Counter[str] = field(default_factory=Counter)
    wheels: int = 0
    wheels_status_02: int = 0
    pressures_from_status_02: int = 0
    transfer_errors: Counter[str] = field(default_factory=Counter)


def ioniq(data: Path) -> Ioniq:
    """Return the figures for every recorded response."""
    folder = data / "obdb" / "Hyundai-IONIQ-5"
    interpreter = signal_sets.interpreter(["e-gmp"], MODEL_YEAR)
    known = {(link, command.payload.hex().upper()) for link, command in interpreter.did_commands}
    definitions = formats(folder)
    figures = Ioniq()
    for case in cases(folder):
        figures.responses += 1
        figures.damaged_responses += bool(case.damaged)
        ours = (case.link, case.command) in known
        if ours:
            figures.of_our_set[case.command] += 1
        payloads = _payloads(case, figures)
        if not payloads:
            if not case.damaged:
                figures.refused_though_whole.append(f"{case.year} {case.link.ecu} {case.command}")
            continue
        figures.messages += len(payloads)
        if ours:
            figures.complete[case.command] += 1
            formats_of = definitions[f"{case.link.request_id:03X}", case.command]
            for payload in payloads:
                _compare(case, payload, interpreter, formats_of, figures)
    return figures


def _payloads(case: Case, figures: Ioniq) -> list[bytes]:
    reassembler = Reassembler([case.link])
    wanted = bytes.fromhex(f"{int(case.command[:2], 16) + 0x40:02X}{case.command[2:]}")
    found: list[bytes] = []
    for frame in case.frames:
        try:
            message = reassembler.feed(frame, 0.0).message
        except IsoTpError:
            continue
        if message is not None and message.payload.startswith(wanted):
            found.append(message.payload)
    figures.transfer_errors.update(reassembler.errors)
    return found


def _compare(
    case: Case, payload: bytes, interpreter: Interpreter, formats_of: dict[str, dict[str, Any]], figures: Ioniq
) -> None:
    for fact in interpreter.interpret(Message(case.link, payload)) or ():
        if isinstance(fact, Reading):
            _judge(case, payload, fact, formats_of, figures)


def _judge(case: Case, payload: bytes, reading: Reading, formats_of: dict[str, dict[str, Any]], figures: Ioniq) -> None:
    name, factor = NAMES[case.command, reading.signal]
    if reading.signal in {signal.path for signal in TYRES}:
        at = 3 + 4 + 5 * [signal.path for signal in TYRES].index(reading.signal)
        figures.wheels += 1
        if payload[at + 4] == 0x02:
            figures.wheels_status_02 += 1
            figures.pressures_from_status_02 += reading.validity is Validity.VALUE
    if reading.validity is not Validity.VALUE:
        figures.no_value[f"{name} {reading.validity.name.lower()}"] += 1
        return
    if name in WRONG_IN_CORPUS or name not in case.expected:
        figures.left_out[name] += 1
        return
    theirs = case.expected[name]
    mine = reading.value * factor
    low, high = formats_of[name].get("min", 0), formats_of[name]["max"]
    if not low <= mine <= high:
        figures.clamped_by_corpus[name] += 1
        mine = min(max(mine, low), high)
    figures.compared += 1
    if not math.isclose(mine, theirs, abs_tol=6e-6, rel_tol=1e-6):
        figures.differ.append(f"{case.year} {name}: {mine} is not {theirs}")


def data_folder() -> Path:
    """Return the folder of recorded data: OUTRIDER_DATA, else `../shared/data` beside the project."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("OUTRIDER_DATA", beside))


def main() -> int:
    """Print both sets of figures; 1 when something differs."""
    data = data_folder()
    if not data.is_dir():
        print(f"no recorded data in {data}; name the folder in OUTRIDER_DATA", file=sys.stderr)
        return 2
    electric, combustion = ioniq(data), petrol.petrol(data)
    print(json.dumps({"ioniq": vars(electric), "petrol": vars(combustion)}, indent=2, default=str))
    sound = not (electric.differ or electric.refused_though_whole or electric.pressures_from_status_02)
    return 0 if sound and not combustion.differ and not combustion.vin_seen else 1


if __name__ == "__main__":
    sys.exit(main())
