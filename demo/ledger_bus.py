"""What the simulated cars really answered, decoded by formulas of the standards, written once more for this check."""

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

# SAE J1979 service 01: how many bytes each parameter has.
LENGTH: Final = {
    0x01: 4, 0x03: 2, 0x04: 1, 0x05: 1, 0x06: 1, 0x07: 1, 0x0B: 1, 0x0C: 2, 0x0D: 1, 0x0E: 1, 0x0F: 1, 0x10: 2,
    0x11: 1, 0x1C: 1, 0x1F: 2, 0x21: 2, 0x23: 2, 0x2C: 1, 0x2E: 1, 0x2F: 1, 0x30: 1, 0x31: 2, 0x33: 1, 0x3C: 2,
    0x41: 4, 0x42: 2, 0x43: 2, 0x44: 2, 0x45: 1, 0x46: 1, 0x47: 1, 0x49: 1, 0x4A: 1, 0x4C: 1, 0x4D: 2, 0x4E: 2,
    0x51: 1, 0x5B: 1, 0x5C: 1, 0x5E: 2, 0x9A: 6, 0xA6: 4, 0xB2: 1,
}  # fmt: skip
_KPA_A_PSI: Final = 6.894757293168


def _whole(data: bytes) -> int:
    return int.from_bytes(data, "big")


FORMULA: Final[dict[int, tuple[str, Callable[[bytes], float]]]] = {
    0x01: ("Vehicle.OBD.Status.IsMILOn", lambda d: float(d[0] >> 7)),
    0x05: ("Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature", lambda d: d[0] - 40.0),
    0x0C: ("Vehicle.Powertrain.CombustionEngine.Speed", lambda d: _whole(d) / 4.0),
    0x0D: ("Vehicle.Speed", lambda d: float(d[0])),
    0x0F: ("Vehicle.OBD.IntakeTemp", lambda d: d[0] - 40.0),
    0x1F: ("Vehicle.OBD.RunTime", lambda d: float(_whole(d))),
    0x2F: ("Vehicle.Powertrain.FuelSystem.RelativeLevel", lambda d: d[0] * 100.0 / 255.0),
    0x31: ("Vehicle.OBD.DistanceSinceDTCClear", lambda d: float(_whole(d))),
    0x42: ("Vehicle.OBD.ControlModuleVoltage", lambda d: _whole(d) / 1000.0),
    0x46: ("Vehicle.Exterior.AirTemperature", lambda d: d[0] - 40.0),
    0x5B: ("Vehicle.OBD.HybridBatteryRemaining", lambda d: d[0] * 100.0 / 255.0),
    0x9A: ("Vehicle.Powertrain.TractionBattery.CurrentVoltage", lambda d: _whole(d[2:4]) / 64.0),
    0xA6: ("Vehicle.TraveledDistance", lambda d: _whole(d) / 10.0),
}
# E-GMP, service 22: where each value begins after the DID.
WHEEL_BYTE: Final = {"Row1.Wheel.Left": 4, "Row1.Wheel.Right": 9, "Row2.Wheel.Left": 14, "Row2.Wheel.Right": 19}


class Answers(NamedTuple):
    """What one ECU of one car said of one signal: times in s, rising, and the value at each."""

    times_s: list[float]
    values: list[float]

    def near(self, wall_s: float, slack_s: float) -> list[float]:
        """Return the values said within `slack_s` of `wall_s`."""
        return self.values[bisect_left(self.times_s, wall_s - slack_s) : bisect_right(self.times_s, wall_s + slack_s)]


def answers(path: Path) -> dict[tuple[str, str], Answers]:
    """Return what the car in the simulator's file at `path` answered, by (ECU, signal)."""
    said: dict[tuple[str, str], Answers] = defaultdict(lambda: Answers([], []))
    for line in path.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        for signal, value in meanings(bytes.fromhex(answer["response"])):
            known = said[answer["ecu"], signal]
            known.times_s.append(float(answer["t"]))
            known.values.append(value)
    return dict(said)


def meanings(response: bytes) -> Iterator[tuple[str, float]]:
    """Yield the signals in one answer, those that this check knows a formula for."""
    match response[:1]:
        case b"\x41":
            yield from _service_01(response[1:])
        case b"\x62":
            yield from _service_22(_whole(response[1:3]), response[3:])


def _service_01(data: bytes) -> Iterator[tuple[str, float]]:
    while data and data[0] in LENGTH:
        pid, length = data[0], LENGTH[data[0]]
        if len(data) > length and pid in FORMULA:
            signal, formula = FORMULA[pid]
            yield signal, formula(data[1 : 1 + length])
        data = data[1 + length :]


def _service_22(did: int, data: bytes) -> Iterator[tuple[str, float]]:
    if did == 0x0101 and len(data) > 13:
        yield "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current", data[4] / 2.0
        yield "Vehicle.Powertrain.TractionBattery.CurrentVoltage", _whole(data[12:14]) / 10.0
    if did == 0x0105 and len(data) > 31:
        yield "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed", data[31] / 2.0
    if did == 0xE004 and len(data) > 11:
        yield "Vehicle.Speed", int.from_bytes(data[10:12], "little", signed=True) / 64.0
    if did == 0xC00B and len(data) > 23:
        for wheel, place in WHEEL_BYTE.items():
            kpa = data[place] * 0.2 * _KPA_A_PSI
            yield f"Vehicle.Chassis.Axle.{wheel}.Tire.Pressure", kpa
