"""Which of OBDb's signals are the catalogue's, by the metric that a set suggests for them, and OBDb's units.

A metric that leaves open what is meant is not in the table: the sign of a pack's current, one of several throttles,
the bank of a fuel trim.
"""

from typing import Final

from contract.signals import CATALOGUE, Signal
from edge.obd.obdb import model
from edge.obd.units import Linear, conversion

UNITS: Final = {
    "amps": "A",
    "bars": "bar",
    "celsius": "degC",
    "fahrenheit": "degF",
    "hours": "h",
    "kilometers": "km",
    "kilometersPerHour": "km/h",
    "kilopascal": "kPa",
    "kilovolts": "kV",
    "kelvin": "K",
    "litersPerHour": "l/h",
    "meters": "m",
    "miles": "mi",
    "milesPerHour": "mph",
    "millivolts": "mV",
    "minutes": "min",
    "noyes": "bool",
    "offon": "bool",
    "percent": "percent",
    "psi": "psi",
    "rpm": "rpm",
    "scalar": "ratio",
    "seconds": "s",
    "volts": "V",
    "yesno": "bool",
}
_PACK: Final = "Vehicle.Powertrain.TractionBattery."
_WHEEL: Final = "Vehicle.Chassis.Axle."

PATHS: Final = {
    "commandedLambda": "Vehicle.OBD.CommandedEquivalenceRatio",
    "distanceSinceDTCsCleared": "Vehicle.OBD.DistanceSinceDTCClear",
    "electricRange": _PACK + "Range",
    "engineCoolantTemperature": "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature",
    "engineLoad": "Vehicle.OBD.EngineLoad",
    "engineOilTemperature": "Vehicle.Powertrain.CombustionEngine.EngineOil.Temperature",
    "frontLeftTirePressure": _WHEEL + "Row1.Wheel.Left.Tire.Pressure",
    "frontLeftTireTemperature": _WHEEL + "Row1.Wheel.Left.Tire.AirTemperature",
    "frontRightTirePressure": _WHEEL + "Row1.Wheel.Right.Tire.Pressure",
    "frontRightTireTemperature": _WHEEL + "Row1.Wheel.Right.Tire.AirTemperature",
    "fuelRate": "Vehicle.OBD.FuelRate",
    "fuelTankLevel": "Vehicle.Powertrain.FuelSystem.RelativeLevel",
    "isCharging": _PACK + "Charging.IsCharging",
    "odometer": "Vehicle.TraveledDistance",
    "pluggedIn": _PACK + "Charging.IsChargingCableConnected",
    "rearLeftTirePressure": _WHEEL + "Row2.Wheel.Left.Tire.Pressure",
    "rearLeftTireTemperature": _WHEEL + "Row2.Wheel.Left.Tire.AirTemperature",
    "rearRightTirePressure": _WHEEL + "Row2.Wheel.Right.Tire.Pressure",
    "rearRightTireTemperature": _WHEEL + "Row2.Wheel.Right.Tire.AirTemperature",
    "speed": "Vehicle.Speed",
    "starterBatteryVoltage": "Vehicle.LowVoltageBattery.CurrentVoltage",
    "stateOfCharge": _PACK + "StateOfCharge.Current",
    "stateOfHealth": _PACK + "StateOfHealth",
    "tractionBatteryVoltage": _PACK + "CurrentVoltage",
    "transmissionFluidTemperature": "Vehicle.Powertrain.Transmission.Temperature",
}

# SAE J1979 says more exactly what these are than the metric does: 42 is the battery less the drop of a wire, 5B usable
# energy.
PIDS: Final = {0x42: "Vehicle.OBD.ControlModuleVoltage", 0x5B: "Vehicle.OBD.HybridBatteryRemaining"}

# Never imported, by the signal's id.
WRONG: Final = {
    "IONIQ5_BATTERY_DC_VOLTAGE": "its scale forgets a tenth, and the pack is labelled a starter battery",
}
# The published range is wrong, by the signal's id: what is real lies outside of it, so that truth believes no range.
WRONG_RANGE: Final = {
    "IONIQ5_INVERTER_CAPACITOR_VOLTAGE": "an 800 V car's inverter, cut at 500 V",
    "IONIQ5_ISOLATION_RESISTANCE": "cut at 1000 kOhm, and a sound pack has several times that",
}
# A set that cuts the 12 V at 11.0 would hide just the battery that is about to fail: the catalogue's range holds.
UNLIMITED: Final = frozenset({"starterBatteryVoltage"})


def target(signal: model.Signal, pid: int | None = None) -> tuple[Signal, Linear] | None:
    """Return the catalogue's signal and the way into its unit; None where there is none or nobody can say.

    Args:
        pid: of service 01, where that is what the signal answers.
    """
    path = PIDS.get(pid, PATHS.get(signal.metric or "")) if pid is not None else PATHS.get(signal.metric or "")
    if path is None or path not in CATALOGUE or signal.texts is not None or signal.id in WRONG:
        return None
    linear = conversion(UNITS.get(signal.unit, signal.unit), CATALOGUE[path].unit)
    return None if linear is None else (CATALOGUE[path], linear)


def believes_range(signal: model.Signal) -> bool:
    """Say whether the set's own range limits what a value of `signal` can be."""
    unlimited = signal.metric in UNLIMITED and target(signal) is not None
    return signal.has_range and not unlimited and signal.id not in WRONG_RANGE


def why_not(signal: model.Signal) -> str:
    """Say why a signal with a metric is none of the catalogue's."""
    path = PATHS.get(signal.metric or "")
    if signal.id in WRONG:
        return f"known to be wrong: {WRONG[signal.id]}"
    if path is None:
        return f"metric {signal.metric} leaves open what is meant"
    if path not in CATALOGUE:
        return f"{path} is not in the catalogue"
    if signal.texts is not None:
        return "its values are words"
    return f"{signal.unit} cannot become {CATALOGUE[path].unit}"
