"""The columns of telemetry: short names here, COVESA VSS paths in the files."""

from typing import Final

_TYRE: Final = "Vehicle.Chassis.Axle.Row{}.Wheel.{}.Tire.{}"
_WHEELS: Final = ((1, "Left"), (1, "Right"), (2, "Left"), (2, "Right"))
_ENGINE: Final = "Vehicle.Powertrain.CombustionEngine."
_PACK: Final = "Vehicle.Powertrain.TractionBattery."

COLUMNS: Final = {
    "speed": "Vehicle.Speed",
    "distance": "Vehicle.TraveledDistance",
    "ambient": "Vehicle.Exterior.AirTemperature",
    "rpm": f"{_ENGINE}Speed",
    "coolant": f"{_ENGINE}EngineCoolant.Temperature",
    "oil_pressure": f"{_ENGINE}EOP",
    "fuel": "Vehicle.Powertrain.FuelSystem.RelativeLevel",
    "module_v": "Vehicle.OBD.ControlModuleVoltage",
    "supply_v": "Vehicle.Rescue.SupplyVoltage",
    "battery_v": "Vehicle.LowVoltageBattery.CurrentVoltage",
    "crank_v": "Vehicle.Rescue.CrankingVoltageMin",
    "crank_captured": "Vehicle.Rescue.IsCrankingCaptured",
    "night": "Vehicle.Rescue.IsNightObserved",
    "awake": "Vehicle.Rescue.IsAwake",
    **{f"tyre_{at}": _TYRE.format(row, side, "Pressure") for at, (row, side) in enumerate(_WHEELS)},
    **{f"tyre_air_{at}": _TYRE.format(row, side, "AirTemperature") for at, (row, side) in enumerate(_WHEELS)},
    "soc": f"{_PACK}StateOfCharge.Displayed",
    "soh": f"{_PACK}StateOfHealth",
    "pack_v": f"{_PACK}CurrentVoltage",
    "pack_a": f"{_PACK}CurrentCurrent",
    "pack_max": f"{_PACK}Temperature.Max",
    "pack_min": f"{_PACK}Temperature.Min",
    "cell_max": f"{_PACK}CellVoltage.Max",
    "cell_min": f"{_PACK}CellVoltage.Min",
    "charging": f"{_PACK}Charging.IsCharging",
    "plugged": f"{_PACK}Charging.ChargingPort.AnyPosition.IsChargingCableConnected",
    "session": "Vehicle.Rescue.ChargingSessionState",
    "session_fault": "Vehicle.Rescue.ChargingFault",
    "alarm": "Vehicle.Rescue.TractionBatteryAlarmLevel",
    "insulation": "Vehicle.Rescue.InsulationResistance",
    "mil": "Vehicle.OBD.Status.IsMILOn",
}
