"""The signal catalogue: COVESA VSS 6 paths, and an overlay for what VSS lacks.

`low`..`high` is what a working car can show; outside it a reading is `OUT_OF_RANGE`, never clamped. `resolution` is the
step in which a value travels.
"""

from typing import Final, NamedTuple

from contract import obd_detail
from contract.errors import ContractError


class Signal(NamedTuple):
    """One row of the catalogue: path, unit, plausible range, wire resolution and the standard it comes from."""

    path: str
    unit: str
    low: float
    high: float
    resolution: float
    source: str


_VSS: Final = "COVESA VSS 6"
_OBD: Final = "COVESA VSS 6 overlay extensions/OBD"
_OWN: Final = "Outrider overlay"


def _tyre(row: int, side: str) -> Signal:
    return Signal(f"Vehicle.Chassis.Axle.Row{row}.Wheel.{side}.Tire.Pressure", "kPa", 1.0, 600.0, 0.01, _VSS)


def _tyre_air(row: int, side: str) -> Signal:
    return Signal(f"Vehicle.Chassis.Axle.Row{row}.Wheel.{side}.Tire.AirTemperature", "degC", -45.0, 125.0, 0.1, _VSS)


SPEED: Final = Signal("Vehicle.Speed", "km/h", 0.0, 300.0, 0.01, _VSS)
DISTANCE: Final = Signal("Vehicle.TraveledDistance", "km", 0.0, 3_000_000.0, 0.1, _VSS)
AMBIENT_TEMPERATURE: Final = Signal("Vehicle.Exterior.AirTemperature", "degC", -50.0, 70.0, 0.1, _VSS)
ENGINE_SPEED: Final = Signal("Vehicle.Powertrain.CombustionEngine.Speed", "rpm", 0.0, 12_000.0, 0.25, _VSS)
COOLANT_TEMPERATURE: Final = Signal(
    "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature", "degC", -40.0, 150.0, 0.1, _VSS
)
# J1939 says a gauge pressure, so an engine without any is at zero: that is a reading, and the worst one.
OIL_PRESSURE: Final = Signal("Vehicle.Powertrain.CombustionEngine.EOP", "kPa", 0.0, 1_000.0, 1.0, _VSS)
FUEL_LEVEL: Final = Signal("Vehicle.Powertrain.FuelSystem.RelativeLevel", "percent", 0.0, 100.0, 0.01, _VSS)
SOC: Final = Signal("Vehicle.Powertrain.TractionBattery.StateOfCharge.Current", "percent", 0.0, 100.0, 0.01, _VSS)
SOC_DISPLAYED: Final = Signal(
    "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed", "percent", 0.0, 100.0, 0.01, _VSS
)
SOH: Final = Signal("Vehicle.Powertrain.TractionBattery.StateOfHealth", "percent", 0.0, 120.0, 0.01, _VSS)
PACK_VOLTAGE: Final = Signal("Vehicle.Powertrain.TractionBattery.CurrentVoltage", "V", 50.0, 1_000.0, 0.01, _VSS)
PACK_CURRENT: Final = Signal("Vehicle.Powertrain.TractionBattery.CurrentCurrent", "A", -1_500.0, 1_500.0, 0.01, _VSS)
PACK_TEMPERATURE_MAX: Final = Signal(
    "Vehicle.Powertrain.TractionBattery.Temperature.Max", "degC", -45.0, 150.0, 0.1, _VSS
)
PACK_TEMPERATURE_MIN: Final = Signal(
    "Vehicle.Powertrain.TractionBattery.Temperature.Min", "degC", -45.0, 150.0, 0.1, _VSS
)
CELL_VOLTAGE_MAX: Final = Signal("Vehicle.Powertrain.TractionBattery.CellVoltage.Max", "V", 0.5, 6.0, 0.0001, _VSS)
CELL_VOLTAGE_MIN: Final = Signal("Vehicle.Powertrain.TractionBattery.CellVoltage.Min", "V", 0.5, 6.0, 0.0001, _VSS)
IS_CHARGING: Final = Signal("Vehicle.Powertrain.TractionBattery.Charging.IsCharging", "bool", 0.0, 1.0, 1.0, _VSS)
CHARGING_CABLE: Final = Signal(
    "Vehicle.Powertrain.TractionBattery.Charging.ChargingPort.AnyPosition.IsChargingCableConnected",
    "bool",
    0.0,
    1.0,
    1.0,
    _VSS,
)
# Positive while it flows into the battery.
PACK_POWER: Final = Signal(
    "Vehicle.Powertrain.TractionBattery.CurrentPower", "W", -2_000_000.0, 2_000_000.0, 10.0, _VSS
)
LOW_VOLTAGE: Final = Signal("Vehicle.LowVoltageBattery.CurrentVoltage", "V", 3.0, 36.0, 0.001, _VSS)
TYRE_FRONT_LEFT: Final = _tyre(1, "Left")
TYRE_FRONT_RIGHT: Final = _tyre(1, "Right")
TYRE_REAR_LEFT: Final = _tyre(2, "Left")
TYRE_REAR_RIGHT: Final = _tyre(2, "Right")
TYRE_AIR_FRONT_LEFT: Final = _tyre_air(1, "Left")
TYRE_AIR_FRONT_RIGHT: Final = _tyre_air(1, "Right")
TYRE_AIR_REAR_LEFT: Final = _tyre_air(2, "Left")
TYRE_AIR_REAR_RIGHT: Final = _tyre_air(2, "Right")
LOW_VOLTAGE_CURRENT: Final = Signal("Vehicle.LowVoltageBattery.CurrentCurrent", "A", -1_500.0, 1_500.0, 0.001, _VSS)
LOW_VOLTAGE_SOC: Final = Signal("Vehicle.LowVoltageBattery.StateOfCharge", "percent", 0.0, 100.0, 0.1, _OWN)
LOW_VOLTAGE_TEMPERATURE: Final = Signal("Vehicle.LowVoltageBattery.Temperature", "degC", -40.0, 110.0, 0.5, _OWN)
CONVERTER_VOLTAGE: Final = Signal("Vehicle.Rescue.ConverterVoltage", "V", 3.0, 36.0, 0.001, _OWN)
CONVERTER_CURRENT: Final = Signal("Vehicle.Rescue.ConverterCurrent", "A", -500.0, 500.0, 0.01, _OWN)
RANGE_LEFT: Final = Signal("Vehicle.Powertrain.TractionBattery.Range", "m", 0.0, 2_000_000.0, 1_000.0, _VSS)
DISTANCE_TO_SERVICE: Final = Signal("Vehicle.Service.DistanceToService", "km", -100_000.0, 100_000.0, 1.0, _VSS)
TIME_TO_SERVICE: Final = Signal("Vehicle.Service.TimeToService", "s", -1e9, 1e9, 3_600.0, _VSS)
LATITUDE: Final = Signal("Vehicle.CurrentLocation.Latitude", "degrees", -90.0, 90.0, 1e-6, _VSS)
LONGITUDE: Final = Signal("Vehicle.CurrentLocation.Longitude", "degrees", -180.0, 180.0, 1e-6, _VSS)
DTC_COUNT: Final = Signal("Vehicle.Diagnostics.DTCCount", "count", 0.0, 255.0, 1.0, _VSS)

MIL_ON: Final = Signal("Vehicle.OBD.Status.IsMILOn", "bool", 0.0, 1.0, 1.0, _OBD)
CONTROL_MODULE_VOLTAGE: Final = Signal("Vehicle.OBD.ControlModuleVoltage", "V", 3.0, 36.0, 0.001, _OBD)
PACK_REMAINING: Final = Signal("Vehicle.OBD.HybridBatteryRemaining", "percent", 0.0, 100.0, 0.01, _OBD)
INTAKE_TEMPERATURE: Final = Signal("Vehicle.OBD.IntakeTemp", "degC", -40.0, 150.0, 0.1, _OBD)
RUN_TIME: Final = Signal("Vehicle.OBD.RunTime", "s", 0.0, 65_535.0, 1.0, _OBD)
DISTANCE_SINCE_CLEAR: Final = Signal("Vehicle.OBD.DistanceSinceDTCClear", "km", 0.0, 65_535.0, 1.0, _OBD)
CURRENT_GEAR: Final = Signal("Vehicle.Powertrain.Transmission.CurrentGear", "count", -1.0, 14.0, 1.0, _VSS)
ENGINE_LOAD: Final = Signal("Vehicle.OBD.EngineLoad", "percent", 0.0, 100.0, 0.01, _OBD)
DISTANCE_WITH_MIL: Final = Signal("Vehicle.OBD.DistanceWithMIL", "km", 0.0, 65_535.0, 1.0, _OBD)
RUN_TIME_WITH_MIL: Final = Signal("Vehicle.OBD.RunTimeMIL", "min", 0.0, 65_535.0, 1.0, _OBD)
TIME_SINCE_CLEAR: Final = Signal("Vehicle.OBD.TimeSinceDTCCleared", "min", 0.0, 65_535.0, 1.0, _OBD)
# Read from recordings and workshops' questions; scoring does not need them.
ENGINE_DETAIL: Final = (
    Signal("Vehicle.OBD.FuelSystem1Status", "bits", 0.0, 255.0, 1.0, _OWN),
    Signal("Vehicle.OBD.FuelSystem2Status", "bits", 0.0, 255.0, 1.0, _OWN),
    Signal("Vehicle.OBD.OBDStandards", "code", 1.0, 250.0, 1.0, _OBD),
    Signal("Vehicle.OBD.OxygenSensorsIn2Banks", "bits", 0.0, 255.0, 1.0, _OBD),
    Signal("Vehicle.OBD.ShortTermFuelTrim1", "percent", -100.0, 99.3, 0.01, _OBD),
    Signal("Vehicle.OBD.LongTermFuelTrim1", "percent", -100.0, 99.3, 0.01, _OBD),
    Signal("Vehicle.OBD.MAP", "kPa", 0.0, 255.0, 1.0, _OBD),
    Signal("Vehicle.OBD.ThrottlePosition", "percent", 0.0, 100.0, 0.01, _OBD),
    Signal("Vehicle.OBD.O2.Sensor2.Voltage", "V", 0.0, 1.275, 0.005, _OBD),
    Signal("Vehicle.OBD.O2.Sensor2.ShortTermFuelTrim", "percent", -100.0, 99.3, 0.01, _OBD),
    Signal("Vehicle.OBD.CommandedEVAP", "percent", 0.0, 100.0, 0.01, _OBD),
    Signal("Vehicle.OBD.BarometricPressure", "kPa", 40.0, 120.0, 1.0, _OBD),
    Signal("Vehicle.OBD.O2WR.Sensor1.Lambda", "ratio", 0.0, 2.0, 0.0001, _OBD),
    Signal("Vehicle.OBD.O2WR.Sensor1.Current", "mA", -128.0, 128.0, 0.01, _OBD),
    Signal("Vehicle.OBD.Catalyst.Bank1.Temperature1", "degC", -40.0, 1_200.0, 0.1, _OBD),
    Signal("Vehicle.OBD.AbsoluteLoad", "percent", 0.0, 25_700.0, 0.01, _OBD),
    Signal("Vehicle.OBD.CommandedEquivalenceRatio", "ratio", 0.0, 2.0, 0.0001, _OBD),
    Signal("Vehicle.OBD.AcceleratorPositionD", "percent", 0.0, 100.0, 0.01, _OBD),
    Signal("Vehicle.OBD.EVAPVaporPressureAbsolute", "kPa", 0.0, 327.675, 0.005, _OBD),
    Signal("Vehicle.OBD.FuelRate", "l/h", 0.0, 3_212.75, 0.05, _OBD),
    Signal("Vehicle.OBD.ActualEngineTorque", "percent", -125.0, 130.0, 1.0, _OWN),
    Signal("Vehicle.OBD.ReferenceEngineTorque", "Nm", 1.0, 65_535.0, 1.0, _OWN),
    Signal("Vehicle.OBD.HybridBatteryCurrent", "A", -3_276.8, 3_276.7, 0.1, _OWN),
)
OBD_DETAIL: Final = (
    *(Signal(*row, _OBD) for row in obd_detail.IN_OBD_OVERLAY),
    *(Signal(*row, _OWN) for row in obd_detail.IN_OUR_OVERLAY),
)

SUPPLY_VOLTAGE: Final = Signal("Vehicle.Rescue.SupplyVoltage", "V", 3.0, 36.0, 0.001, _OWN)
# How far a charging session is: 0 none, 1 prepared (plugged, talking), 2 delivering, 3 ended as asked, 4 broken off.
CHARGING_SESSION: Final = Signal("Vehicle.Rescue.ChargingSessionState", "state", 0.0, 4.0, 1.0, _OWN)
# What stopped it: 0 nothing, 1 the car's charger, 2 port or lock, 3 the pile, 4 their talk, 5 heat, 6 insulation.
CHARGING_FAULT: Final = Signal("Vehicle.Rescue.ChargingFault", "code", 0.0, 6.0, 1.0, _OWN)
DOOR_LOCKED: Final = Signal("Vehicle.Cabin.Door.Row1.DriverSide.IsLocked", "bool", 0.0, 1.0, 1.0, _VSS)
# The lowest supply during a start, and whether all of it was captured (1) or only what polling happened to meet (0).
CRANKING_VOLTAGE: Final = Signal("Vehicle.Rescue.CrankingVoltageMin", "V", 3.0, 36.0, 0.001, _OWN)
CRANKING_CAPTURED: Final = Signal("Vehicle.Rescue.IsCrankingCaptured", "bool", 0.0, 1.0, 1.0, _OWN)
# Told at the end of a rest: was the supply watched through it? 0 widens the risk, it never lowers it.
NIGHT_OBSERVED: Final = Signal("Vehicle.Rescue.IsNightObserved", "bool", 0.0, 1.0, 1.0, _OWN)
IS_AWAKE: Final = Signal("Vehicle.Rescue.IsAwake", "bool", 0.0, 1.0, 1.0, _OWN)
# Of GB/T 32960.3: the highest level of all alarms that a car's battery management raises, 0 (none) to 3 (stop now).
PACK_ALARM_LEVEL: Final = Signal("Vehicle.Rescue.TractionBatteryAlarmLevel", "level", 0.0, 3.0, 1.0, _OWN)
# Zero is what a car says that does not measure it, so it is no reading.
INSULATION_RESISTANCE: Final = Signal("Vehicle.Rescue.InsulationResistance", "Ohm", 1_000.0, 1e9, 100.0, _OWN)

TYRES: Final = (TYRE_FRONT_LEFT, TYRE_FRONT_RIGHT, TYRE_REAR_LEFT, TYRE_REAR_RIGHT)
TYRE_AIRS: Final = (TYRE_AIR_FRONT_LEFT, TYRE_AIR_FRONT_RIGHT, TYRE_AIR_REAR_LEFT, TYRE_AIR_REAR_RIGHT)

CATALOGUE: Final = {
    signal.path: signal
    for signal in (
        SPEED,
        DISTANCE,
        AMBIENT_TEMPERATURE,
        ENGINE_SPEED,
        COOLANT_TEMPERATURE,
        OIL_PRESSURE,
        FUEL_LEVEL,
        SOC,
        SOC_DISPLAYED,
        SOH,
        PACK_VOLTAGE,
        PACK_CURRENT,
        PACK_TEMPERATURE_MAX,
        PACK_TEMPERATURE_MIN,
        CELL_VOLTAGE_MAX,
        CELL_VOLTAGE_MIN,
        IS_CHARGING,
        CHARGING_CABLE,
        PACK_POWER,
        LOW_VOLTAGE,
        LOW_VOLTAGE_CURRENT,
        LOW_VOLTAGE_SOC,
        LOW_VOLTAGE_TEMPERATURE,
        CONVERTER_VOLTAGE,
        CONVERTER_CURRENT,
        RANGE_LEFT,
        DISTANCE_TO_SERVICE,
        TIME_TO_SERVICE,
        *TYRES,
        *TYRE_AIRS,
        LATITUDE,
        LONGITUDE,
        DTC_COUNT,
        MIL_ON,
        CONTROL_MODULE_VOLTAGE,
        PACK_REMAINING,
        INTAKE_TEMPERATURE,
        RUN_TIME,
        DISTANCE_SINCE_CLEAR,
        CURRENT_GEAR,
        ENGINE_LOAD,
        DISTANCE_WITH_MIL,
        RUN_TIME_WITH_MIL,
        TIME_SINCE_CLEAR,
        *ENGINE_DETAIL,
        *OBD_DETAIL,
        CHARGING_SESSION,
        CHARGING_FAULT,
        DOOR_LOCKED,
        SUPPLY_VOLTAGE,
        CRANKING_VOLTAGE,
        CRANKING_CAPTURED,
        NIGHT_OBSERVED,
        IS_AWAKE,
        PACK_ALARM_LEVEL,
        INSULATION_RESISTANCE,
    )
}


def signal(path: str) -> Signal:
    """Return the catalogue's row for `path`, or raise `ContractError`."""
    try:
        return CATALOGUE[path]
    except KeyError:
        raise ContractError(f"no signal {path!r} in the catalogue") from None
