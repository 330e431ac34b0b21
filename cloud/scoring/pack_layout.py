"""Where a traction battery's state lies: one row a pack, and words of float32 for each of its cells.

Both exist only for vehicles that have said something of their cells: 17 kB each, in arrays of their own, so that the
rows which every vehicle has stay as small as they are.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contract import arrays, signals
from contract.arrays import CELL_TEMPERATURES, CELL_VOLTAGES

CELLS: Final = arrays.MOST_CELLS

# Of one frame (everything said within one second), beside the cells' voltages.
PACK_V: Final = 0
CURRENT_A: Final = 1  # positive while charging, as VSS has it
HOTTEST_DEGC: Final = 2
COLDEST_DEGC: Final = 3
INSULATION_OHM: Final = 4
ALARM_LEVEL: Final = 5
EXTRAS: Final = 6

CELL_OF: Final = {signal.path: number for number, signal in enumerate(CELL_VOLTAGES)}
PROBES: Final = frozenset(signal.path for signal in CELL_TEMPERATURES)
EXTRA_OF: Final = {
    signals.PACK_VOLTAGE.path: PACK_V,
    signals.PACK_CURRENT.path: CURRENT_A,
    signals.PACK_TEMPERATURE_MAX.path: HOTTEST_DEGC,
    signals.PACK_TEMPERATURE_MIN.path: COLDEST_DEGC,
    signals.INSULATION_RESISTANCE.path: INSULATION_OHM,
    signals.PACK_ALARM_LEVEL.path: ALARM_LEVEL,
}

# Words of a cell; deviations are from the pack's median, in V.
OFF: Final = 0  # the last deviation that was believed; NaN before the first
DOUBTED: Final = 1  # a deviation that came out of nowhere, and ...
DOUBTED_N: Final = 2  # ... how many frames running have agreed with it
VOLTS: Final = 3  # the last reading that was believed
REST_SUM: Final = 4  # of the open window, at low current
REST_N: Final = 5
LOAD_SUM: Final = 6  # of the open window, at any current
LOAD_N: Final = 7
FAST: Final = 8  # baselines of windows at low current
SLOW: Final = 9
MIDDLE: Final = 10  # over days: what the swings with charge are taken about
VARIANCE: Final = 11
LOAD: Final = 12
OHM_FAST: Final = 13  # resistance seen in current steps
OHM_SLOW: Final = 14
SUSPECT_N: Final = 15  # windows running that spoke of this cell
SUSPICION: Final = 16  # what it is ranked by: 1 is where it begins to count
WORDS: Final = 17

# Chemistries, as far as they are known.
UNKNOWN: Final = 0
NMC: Final = 1
LFP: Final = 2
CHEMISTRIES: Final = {"nmc": NMC, "lfp": LFP}

# How bad cells look, as severities are counted.
SOUND: Final = 0
ADVISE: Final = 2
INSPECT: Final = 3
STOP: Final = 4
# What a verdict on a cell stands on.
BY_VOLTAGE: Final = 0
BY_SWING: Final = 1
BY_RESISTANCE: Final = 2

PACK: Final = np.dtype(
    [
        ("seen_s", "f8"),  # watermark: the newest frame
        ("cells", "f8"),  # how many positions have been heard of
        ("frames_n", "f8"),
        ("window", "f8"),
        ("windows_n", "f8"),  # windows that held cells at low current
        ("open_n", "f8"),  # frames of the open window
        ("open_median", "f8"),
        ("open_spread", "f8"),
        ("median_v", "f8"),
        ("spread_v", "f8"),
        # current and sum
        ("pack_v", "f8"),
        ("pack_v_s", "f8"),
        ("current_a", "f8"),
        ("current_s", "f8"),
        ("sum_share", "f8"),
        ("sum_off_n", "f8"),
        ("step_a", "f8"),
        ("step_s", "f8"),
        ("steps_n", "f8"),
        # chemistry
        ("told", "f8"),
        ("chemistry", "f8"),
        ("top_v", "f8"),
        ("plateau_n", "f8"),
        # verdict on cells
        ("grade", "f8"),
        ("grade_s", "f8"),
        ("grade_cell", "f8"),
        ("grade_by", "f8"),
        ("ohm_median", "f8"),
        ("scale_v", "f8"),
        # temperature
        ("hot_degc", "f8"),
        ("hot_s", "f8"),
        ("cold_degc", "f8"),
        ("minute_degc", "f8"),
        ("last_minute_degc", "f8"),
        ("rise_n", "f8"),
        ("rise_s", "f8"),
        ("rise_degc_s", "f8"),
        ("over_n", "f8"),
        ("doubt_n", "f8"),
        ("thermal_s", "f8"),
        ("spread_degc", "f8"),
        # insulation, alarm level
        ("insulation_ohm", "f8"),
        ("insulation_n", "f8"),
        ("leaky_s", "f8"),
        ("leaky_n", "f8"),
        ("level", "f8"),
        ("level_said", "f8"),
        ("level_said_n", "f8"),
        ("level_held", "f8"),
        ("level_held_s", "f8"),
        # counted refusals
        ("late_n", "f8"),
        ("implausible_n", "f8"),
        ("jump_n", "f8"),
        ("sum_n", "f8"),
        ("spare", "f8", (2,)),
    ]
)

_NEVER: Final = ("seen_s", "window", "pack_v_s", "current_s", "step_s", "hot_s", "thermal_s", "grade_s", "level_held_s")
_UNREAD: Final = (
    "pack_v", "current_a", "sum_share", "step_a", "median_v", "hot_degc", "cold_degc", "minute_degc",
    "last_minute_degc", "insulation_ohm", "leaky_s", "level", "ohm_median", "scale_v",
)  # fmt: skip


def blank(packs: NDArray[Any], cells: NDArray[np.float32]) -> None:
    """Make the rows `packs` (n,) and `cells` (n, WORDS, CELLS) those of packs nobody has heard of."""
    packs[:] = np.zeros((), PACK)
    for name in _NEVER:
        packs[name] = -np.inf
    for name in _UNREAD:
        packs[name] = np.nan
    packs["grade_cell"] = -1.0
    cells[:] = 0.0
    cells[:, [OFF, VOLTS, FAST, SLOW, MIDDLE, LOAD, OHM_FAST, OHM_SLOW]] = np.nan
