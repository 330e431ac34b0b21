"""Signals that VSS holds as one array, as they travel here: an element each, so that each has its own validity.

An element's path is its array's with its position, counted from 0 as VSS counts cells (`CellVoltage.IdMin`).
"""

from typing import Final

from contract.signals import Signal

MOST_CELLS: Final = 256
MOST_PROBES: Final = 128

_PACK: Final = "Vehicle.Powertrain.TractionBattery."
_SOURCE: Final = "COVESA VSS 6, an element of the array"

CELL_VOLTAGES: Final = tuple(
    Signal(f"{_PACK}CellVoltage.CellVoltages.{position}", "V", 0.5, 6.0, 0.0001, _SOURCE)
    for position in range(MOST_CELLS)
)
CELL_TEMPERATURES: Final = tuple(
    Signal(f"{_PACK}Temperature.CellTemperature.{position}", "degC", -45.0, 150.0, 0.1, _SOURCE)
    for position in range(MOST_PROBES)
)
