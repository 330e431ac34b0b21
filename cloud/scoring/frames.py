"""From a message's columns to frames of a pack, one for each second in which anything was said; and taking them."""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.ingest.columns import Decoded
from cloud.scoring.cell_windows import WINDOW_S, close_window
from cloud.scoring.cells import take_cells
from cloud.scoring.kernels import kernel
from cloud.scoring.layout import Rows
from cloud.scoring.pack_layout import (
    ALARM_LEVEL,
    CELL_OF,
    COLDEST_DEGC,
    CURRENT_A,
    EXTRA_OF,
    EXTRAS,
    HOTTEST_DEGC,
    INSULATION_OHM,
    PACK_V,
    PROBES,
)
from cloud.scoring.pack_watch import take_insulation, take_level, take_temperature

LOW_A: Final = 15.0  # where the pack's capacity is not known
LOW_C_RATE: Final = 0.1
# Elements of arrays: they are read as frames, and not one by one.
ELEMENTS: Final = CELL_OF.keys() | PROBES

_CELL: Final = 0
_EXTRA: Final = 1
_PROBE: Final = 2
_PLACE_OF: Final = (
    {path: (_CELL, n) for path, n in CELL_OF.items()}
    | {path: (_EXTRA, n) for path, n in EXTRA_OF.items()}
    | dict.fromkeys(PROBES, (_PROBE, 0))
)
_NOWHERE: Final = (-1, 0)


class Frames(NamedTuple):
    """(n,) whole seconds, rising; (n, EXTRAS) and (n, n_cells) what was said in each, NaN for nothing."""

    times_s: NDArray[np.float64]
    extras: NDArray[np.float64]
    volts: NDArray[np.float64]

    @classmethod
    def blank(cls, n_cells: int) -> "Frames":
        """Return one frame in which nothing was said."""
        return cls(np.zeros(1), np.full((1, EXTRAS), np.nan), np.full((1, n_cells), np.nan))

    def speaks(self) -> bool:
        """Say whether any frame tells more than how the pack as a whole is used: a car that does not has no row."""
        told = [HOTTEST_DEGC, INSULATION_OHM, ALARM_LEVEL]
        return self.volts.shape[1] > 0 or bool(np.isfinite(self.extras[:, told]).any())


def frames_of(decoded: Decoded, latest_ms: int) -> Frames | None:
    """Return the frames of a message up to `latest_ms`, None when it says nothing of a pack."""
    places = [_PLACE_OF.get(name, _NOWHERE) for name in decoded.signals]
    if all(kind < 0 for kind, _ in places):
        return None
    counts = np.diff(decoded.starts)
    kinds = np.repeat(np.array([kind for kind, _ in places], np.int64), counts)
    columns = np.repeat(np.array([column for _, column in places], np.int64), counts)
    chosen = (kinds >= 0) & (decoded.wall_ms <= latest_ms)
    kinds, columns, values = kinds[chosen], columns[chosen], decoded.values[chosen]
    times, rows = np.unique(decoded.wall_ms[chosen] // 1000, return_inverse=True)
    cells = max((column for kind, column in places if kind == _CELL), default=-1) + 1
    extras, volts = np.full((len(times), EXTRAS), np.nan), np.full((len(times), cells), np.nan)
    read = values == values
    of_cells, of_extras = read & (kinds == _CELL), read & (kinds == _EXTRA)
    volts[rows[of_cells], columns[of_cells]] = values[of_cells]
    extras[rows[of_extras], columns[of_extras]] = values[of_extras]
    probes = read & (kinds == _PROBE)
    np.fmax.at(extras[:, HOTTEST_DEGC], rows[probes], values[probes])
    np.fmin.at(extras[:, COLDEST_DEGC], rows[probes], values[probes])
    return Frames(times.astype(np.float64), extras, volts)


@kernel
def take_frames(pack: Any, cells: Rows, times_s: Rows, extras: Rows, volts: Rows, low_a: float) -> bool:
    """Take frames into one pack; return whether they bring news of it.

    Args:
        pack: one PACK row; cells: (WORDS, CELLS) float32, its words. Both are changed in place.
        times_s: (n,) s, rising; extras: (n, EXTRAS); volts: (n, n_cells) V; NaN where nothing was said.
        low_a: the current in A up to which a frame counts as rest.

    Returns:
        Whether cells, an alarm level or an insulation were said, or a thermal verdict stands. Frames at or before the
        watermark are late: counted and dropped.
    """
    news = False
    for k in range(times_s.shape[0]):
        t = times_s[k]
        if t <= pack.seen_s:
            pack.late_n += 1.0
            continue
        pack.seen_s = t
        window = math.floor(t / WINDOW_S)
        if window > pack.window:
            close_window(pack, cells, (pack.window + 1.0) * WINDOW_S)
            pack.window = window
        extra = extras[k]
        if extra[PACK_V] == extra[PACK_V]:
            pack.pack_v, pack.pack_v_s = extra[PACK_V], t
        if extra[CURRENT_A] == extra[CURRENT_A]:
            pack.current_a, pack.current_s = extra[CURRENT_A], t
        take_temperature(pack, t, extra[HOTTEST_DEGC], extra[COLDEST_DEGC])
        if extra[INSULATION_OHM] == extra[INSULATION_OHM]:
            take_insulation(pack, t, extra[INSULATION_OHM])
            news = True
        if extra[ALARM_LEVEL] == extra[ALARM_LEVEL]:
            take_level(pack, t, extra[ALARM_LEVEL])
            news = True
        if volts.shape[1] > 0 and not np.all(np.isnan(volts[k])):
            take_cells(pack, cells, t, volts[k], low_a)
            news = True
        news = news or pack.thermal_s == t
    return news
