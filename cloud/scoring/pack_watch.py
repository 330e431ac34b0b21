"""What a pack says beside its cells: temperature, insulation, and the alarm level of its own battery management.

Every kernel takes one PACK row, a time in seconds and a reading, and changes the row in place. A thermal verdict waits
for no more than what tells a rise from a broken reading.
"""

import math
from typing import Any, Final

from cloud.scoring.kernels import kernel

CLOSE_S: Final = 30.0  # readings further apart than this say nothing of a rate
RISE_DEGC_S: Final = 0.999  # GB 38031: 1 degC/s, less the rounding of a reading
RISE_S: Final = 3.0
RISES: Final = 2.0
HOT_DEGC: Final = 55.0
HOT_N: Final = 3.0
HOT_RISE_DEGC: Final = 3.0  # since the minute before
BROKEN_DEGC: Final = 20.0  # a jump by more is doubted, unless it goes on rising
DOUBT_N: Final = 10.0
SPREAD_GAIN: Final = 0.1

OHM_PER_V: Final = 500.0  # the least of a sound car; below 100 it is a danger to touch
DANGER_OHM_PER_V: Final = 100.0
TYPICAL_V: Final = 400.0
LEAKY_S: Final = 300.0
LEAKY_N: Final = 3.0

AGREEING: Final = 2.0
HOLD_S: Final = 86_400.0


@kernel
def take_temperature(pack: Any, t: float, hot: float, cold: float) -> None:
    """Take the hottest and coldest reading (degC, NaN for none) of one frame."""
    if cold == cold:
        pack.cold_degc = cold
    if hot != hot:
        return
    dt = t - pack.hot_s
    step = hot - pack.hot_degc if dt <= CLOSE_S else 0.0
    if step >= RISE_DEGC_S * dt and step > 0.0:
        pack.rise_n += 1.0
        pack.rise_s += dt
        pack.rise_degc_s = step / dt
    else:
        pack.rise_n, pack.rise_s = 0.0, 0.0
    pack.doubt_n = DOUBT_N if abs(step) > BROKEN_DEGC else max(0.0, pack.doubt_n - 1.0)
    pack.over_n = pack.over_n + 1.0 if hot > HOT_DEGC and pack.doubt_n == 0.0 else 0.0
    if math.floor(t / 60.0) > math.floor(pack.hot_s / 60.0):
        pack.last_minute_degc = pack.minute_degc if dt <= 120.0 else math.nan
        pack.minute_degc = hot
    pack.hot_degc, pack.hot_s = hot, t
    rises = pack.rise_n >= RISES and pack.rise_s >= RISE_S
    heats = pack.over_n >= HOT_N and hot >= pack.last_minute_degc + HOT_RISE_DEGC
    if rises or heats:
        pack.thermal_s = t
    if cold == cold and pack.doubt_n == 0.0:
        pack.spread_degc += SPREAD_GAIN * (hot - cold - pack.spread_degc)


@kernel
def take_insulation(pack: Any, t: float, ohm: float) -> None:
    """Take an insulation resistance; how long it has been below the least of a sound car is what counts."""
    volts = pack.pack_v if pack.pack_v > 0.0 else TYPICAL_V
    pack.insulation_ohm = ohm
    pack.insulation_n += 1.0
    if ohm >= OHM_PER_V * volts:
        pack.leaky_n, pack.leaky_s = 0.0, math.nan
        return
    if pack.leaky_n == 0.0:
        pack.leaky_s = t
    pack.leaky_n += 1.0


@kernel
def take_level(pack: Any, t: float, level: float) -> None:
    """Take an alarm level; two readings running must agree, and the worst of a day is held."""
    if level == pack.level_said:
        pack.level_said_n += 1.0
    else:
        pack.level_said, pack.level_said_n = level, 1.0
    if pack.level_said_n < AGREEING:
        return
    pack.level = level
    if level >= pack.level_held or t - pack.level_held_s > HOLD_S:
        pack.level_held, pack.level_held_s = level, t


@kernel
def is_leaky(pack: Any, t: float) -> bool:
    """Say whether the insulation has been below the least of a sound car for long enough to be believed."""
    return bool(pack.leaky_n >= LEAKY_N and t - pack.leaky_s >= LEAKY_S)
