"""What signals are called in a map: a short name, or any full path."""

from typing import Final

from contract import signals
from contract.arrays import CELL_TEMPERATURES, CELL_VOLTAGES
from contract.identity import check_name
from contract.signals import CATALOGUE, Signal

SIGNALS: Final = {
    "speed": signals.SPEED,
    "odometer": signals.DISTANCE,
    "ambient_temperature": signals.AMBIENT_TEMPERATURE,
    "engine_speed": signals.ENGINE_SPEED,
    "coolant_temperature": signals.COOLANT_TEMPERATURE,
    "oil_pressure": signals.OIL_PRESSURE,
    "fuel_level": signals.FUEL_LEVEL,
    "soc": signals.SOC,
    "soc_displayed": signals.SOC_DISPLAYED,
    "soh": signals.SOH,
    "pack_voltage": signals.PACK_VOLTAGE,
    "pack_current": signals.PACK_CURRENT,
    "pack_temperature_max": signals.PACK_TEMPERATURE_MAX,
    "pack_temperature_min": signals.PACK_TEMPERATURE_MIN,
    "cell_voltage_max": signals.CELL_VOLTAGE_MAX,
    "cell_voltage_min": signals.CELL_VOLTAGE_MIN,
    "insulation_resistance": signals.INSULATION_RESISTANCE,
    "alarm_level": signals.PACK_ALARM_LEVEL,
    "is_charging": signals.IS_CHARGING,
    "charging_cable": signals.CHARGING_CABLE,
    "charging_session": signals.CHARGING_SESSION,
    "charging_fault": signals.CHARGING_FAULT,
    "pack_power": signals.PACK_POWER,
    "low_voltage": signals.LOW_VOLTAGE,
    "control_module_voltage": signals.CONTROL_MODULE_VOLTAGE,
    "supply_voltage": signals.SUPPLY_VOLTAGE,
    "is_awake": signals.IS_AWAKE,
    "intake_temperature": signals.INTAKE_TEMPERATURE,
    "engine_load": signals.ENGINE_LOAD,
    "run_time": signals.RUN_TIME,
    "tyre_front_left": signals.TYRE_FRONT_LEFT,
    "tyre_front_right": signals.TYRE_FRONT_RIGHT,
    "tyre_rear_left": signals.TYRE_REAR_LEFT,
    "tyre_rear_right": signals.TYRE_REAR_RIGHT,
    "tyre_air_front_left": signals.TYRE_AIR_FRONT_LEFT,
    "tyre_air_front_right": signals.TYRE_AIR_FRONT_RIGHT,
    "tyre_air_rear_left": signals.TYRE_AIR_REAR_LEFT,
    "tyre_air_rear_right": signals.TYRE_AIR_REAR_RIGHT,
    "latitude": signals.LATITUDE,
    "longitude": signals.LONGITUDE,
}
# What a phone or a box measures along its own axes, wherever it sits; `[motion]` of a map says how they are read.
DEVICE: Final = {
    **{
        f"acceleration_{axis.lower()}": Signal(
            f"Vehicle.Rescue.Device.Acceleration.{axis}", "m/s^2", -400.0, 400.0, 0.001, "Outrider overlay"
        )
        for axis in "XYZ"
    },
    **{
        f"gyroscope_{axis.lower()}": Signal(
            f"Vehicle.Rescue.Device.AngularVelocity.{axis}", "degrees/s", -4000.0, 4000.0, 0.01, "Outrider overlay"
        )
        for axis in "XYZ"
    },
}
# VSS 6, Vehicle.Acceleration and Vehicle.AngularVelocity: carried along for whoever looks at trips; scoring needs none.
MOTION: Final = {
    "acceleration_longitudinal": Signal("Vehicle.Acceleration.Longitudinal", "m/s^2", -400.0, 400.0, 0.001, "VSS 6"),
    "acceleration_lateral": Signal("Vehicle.Acceleration.Lateral", "m/s^2", -400.0, 400.0, 0.001, "VSS 6"),
    "acceleration_vertical": Signal("Vehicle.Acceleration.Vertical", "m/s^2", -400.0, 400.0, 0.001, "VSS 6"),
    "angular_velocity_roll": Signal("Vehicle.AngularVelocity.Roll", "degrees/s", -2000.0, 2000.0, 0.01, "VSS 6"),
    "angular_velocity_pitch": Signal("Vehicle.AngularVelocity.Pitch", "degrees/s", -2000.0, 2000.0, 0.01, "VSS 6"),
    "angular_velocity_yaw": Signal("Vehicle.AngularVelocity.Yaw", "degrees/s", -2000.0, 2000.0, 0.01, "VSS 6"),
}
ARRAYS: Final = {"cell_voltage": CELL_VOLTAGES, "cell_temperature": CELL_TEMPERATURES}
KNOWN: Final = tuple(sorted(SIGNALS.keys() | MOTION.keys() | DEVICE.keys() | ARRAYS.keys()))


def named(name: str) -> Signal | None:
    """Return the signal that a map calls `name`, None when there is none; raise `ContractError` for no name at all."""
    found = SIGNALS.get(name) or MOTION.get(name) or DEVICE.get(name) or CATALOGUE.get(name)
    if found is None and name.startswith("Vehicle."):
        return Signal(check_name(name), "", -1e9, 1e9, 1e-6, "the map")
    return found
