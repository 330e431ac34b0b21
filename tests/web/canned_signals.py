"""Signals of the made-up fleet, computed from their time alone, so that every run draws the same charts."""

import math
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

VOLTAGE = "Vehicle.Rescue.SupplyVoltage"
TYRES = [f"Vehicle.Chassis.Axle.Row{row}.Wheel.{side}.Tire.Pressure" for row in (1, 2) for side in ("Left", "Right")]
CHARGE = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed"
COOLANT = "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature"
SPEED = "Vehicle.Speed"
UNITS = {VOLTAGE: "V", CHARGE: "percent", COOLANT: "degC", SPEED: "km/h"} | dict.fromkeys(TYRES, "kPa")
PARKED_H = 9.0
NOT_A_VALUE = 2


def iso(at: datetime) -> str:
    """Write `at` as the API does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def value(path: str, hours_ago: float) -> float:
    """Return the signal's value `hours_ago` before now."""
    wobble = math.sin(hours_ago * 37.0) * 0.5 + math.sin(hours_ago * 91.0) * 0.5
    drives = hours_ago > PARKED_H and math.sin(hours_ago * 1.1) > -0.3
    if path == VOLTAGE:
        return 14.05 + wobble * 0.08 if drives else 11.92 + 0.055 * min(hours_ago, 12.0) + wobble * 0.012
    if path == TYRES[2]:
        return 192.0 + 38.0 * min(1.0, hours_ago / 24.0) + wobble * 1.4
    if path in TYRES:
        return 232.0 + TYRES.index(path) * 2.5 + wobble * 1.6
    if path == CHARGE:
        return 11.0 + 2.9 * min(hours_ago, 24.0) + wobble * 0.3
    if path == COOLANT:
        return 88.0 + wobble * 3.0 if drives else 24.0 + 60.0 * math.exp(-max(0.0, PARKED_H - hours_ago))
    return max(0.0, 42.0 + wobble * 30.0) if drives else 0.0


def series(path: str, start: datetime, end: datetime, now: datetime, points: int) -> Json:
    """Return one signal from `start` to `end`: a silence of three hours in it, and some readings that are no value."""
    step = max(timedelta(minutes=3), (end - start) / points)
    times, values, validity = [], [], []
    at = start
    while at <= min(end, now):
        hours_ago = (now - at).total_seconds() / 3600.0
        if not 15.0 < hours_ago < 18.0:
            is_value = not (path in TYRES and 6.0 < hours_ago < 6.6)
            times.append(iso(at))
            values.append(round(value(path, hours_ago), 3) if is_value else None)
            validity.append(0 if is_value else NOT_A_VALUE)
        at += step
    return {"path": path, "unit": UNITS.get(path, ""), "t": times, "v": values, "validity": validity}


def risks(causes: list[str], now: datetime) -> list[Json]:
    """Return how the risk of each cause rose over the last day; the first hours were not measured."""
    return [
        {
            "at": iso(now - timedelta(hours=hours_ago)),
            "cause": cause,
            "risks": None
            if hours_ago > 20
            else [{"horizon_h": 24, "p": round(0.55 / (1 + math.exp((hours_ago - 6 - 3 * index) / 2.0)), 4)}],
            "quality": 0.9,
        }
        for index, cause in enumerate(causes)
        for hours_ago in range(24, -1, -1)
    ]


def faults(now: datetime) -> list[Json]:
    """Return two fault codes, one of them with its freeze frame."""
    shared: Json = {
        "ecu": "7E8",
        "source": "outrider",
        "occurrences": None,
        "first_reported": iso(now - timedelta(hours=7)),
        "last_reported": iso(now - timedelta(minutes=4)),
        "cleared_at": None,
        "cleared_by": "",
        "times": 1,
    }
    frame: Json = {
        "number": 0,
        "at": iso(now - timedelta(hours=5)),
        "readings": {"Vehicle.Speed": 61.0, "Vehicle.Powertrain.CombustionEngine.Speed": 1726.0},
        "raw": {},
    }
    return [
        shared
        | {
            "code": "P0335",
            "state": "confirmed",
            "severity": 4,
            "service": "mobile_mechanic",
            "zh": "曲轴位置信号故障，发动机可能熄火或无法启动",
            "en": "no good crankshaft signal, the engine may stall or not start",
            "failure_type": 0x1A,
            "status": 0x8D,
            "confirmed_at": iso(now - timedelta(hours=5)),
            "freeze_frames": [frame],
        },
        shared
        | {
            "code": "P0420",
            "state": "pending",
            "severity": 1,
            "service": "mobile_mechanic",
            "zh": "第一列三元催化效率过低",
            "en": "the catalyst of bank 1 converts too little",
            "failure_type": None,
            "status": None,
            "confirmed_at": None,
            "freeze_frames": [],
        },
    ]
