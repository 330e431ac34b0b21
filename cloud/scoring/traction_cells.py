"""Traction battery cells: is one of them failing? From its voltage against the pack's, its drift, its resistance.

With it what tells of danger at once: temperature, insulation, and the alarm level of the car's own battery management
(GB/T 32960.3). The tables are uncalibrated starting points (docs/adr/0120): no outcomes stand behind them.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.finding import Finding, abstain, bounded
from cloud.scoring.pack_layout import (
    ADVISE,
    BY_RESISTANCE,
    BY_SWING,
    FAST,
    INSPECT,
    LOAD,
    OHM_FAST,
    SLOW,
    SOUND,
    STOP,
    SUSPICION,
    VARIANCE,
)
from cloud.scoring.pack_watch import DANGER_OHM_PER_V, HOLD_S, OHM_PER_V, TYPICAL_V, is_leaky
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason

MODEL: Final = "traction-cells-1"
RANKED: Final = 3
WINDOWS: Final = 10.0  # of rest, before anything is said of cells
SEASONED_WINDOWS: Final = 60.0
THERMAL_HOLD_S: Final = 3600.0
UNEVEN_DEGC: Final = 10.0
VERY_UNEVEN_DEGC: Final = 15.0
CURRENT_S: Final = 60.0
MOST_LEVEL: Final = 3

# Within 24, 72 and 168 hours, by severity.
SOUND_P: Final = (0.0005, 0.001, 0.002)
WATCH_P: Final = (0.01, 0.03, 0.09)
P_OF: Final[dict[int, tuple[float, ...]]] = {
    ADVISE: (0.03, 0.08, 0.16),
    INSPECT: (0.10, 0.22, 0.40),
    STOP: (0.40, 0.60, 0.80),
    5: (0.90, 0.95, 0.98),
}
_CODE_OF: Final = {ADVISE: "cell_advise", INSPECT: "cell_inspect", STOP: "cell_stop"}


class Suspect(NamedTuple):
    """One cell, its position from 0; deviations from the pack's median and from its own baseline; NaN where unknown."""

    cell: int
    suspicion: float
    off_mv: float
    drift_mv: float
    milliohm: float

    def numbers(self) -> dict[str, float | None]:
        """Return the numbers as JSON knows them."""
        named = {name: getattr(self, name) for name in ("suspicion", "off_mv", "drift_mv", "milliohm")}
        return {name: round(value, 3) if math.isfinite(value) else None for name, value in named.items()}


class _Sign(NamedTuple):
    """One thing that speaks: how severe, how probable, and its sentence."""

    severity: int
    p: tuple[float, ...]
    why: Reason


def assess(pack: Any, cells: NDArray[np.float32]) -> Finding:
    """Return the finding for one PACK row and its words (WORDS, CELLS)."""
    watched = pack["windows_n"] >= WINDOWS
    of_cells = _of_cells(pack, cells) if watched else []
    signs = _of_heat(pack) + _of_level(pack, bool(of_cells)) + _of_insulation(pack) + of_cells
    if not signs and not watched:
        return abstain("no_cell_voltages" if pack["frames_n"] == 0.0 else "too_few_cell_windows")
    signs.sort(key=lambda sign: (sign.severity, sign.p[-1]), reverse=True)
    severity = max((sign.severity for sign in signs), default=SOUND)
    p = tuple(max(by_horizon) for by_horizon in zip(SOUND_P, *(sign.p for sign in signs), strict=True))
    return Finding(
        p=bounded(p),
        reasons=(tuple(sign.why for sign in signs) + _background(pack, cells, watched, bool(of_cells)))[:RANKED],
        quality=_quality(pack),
        severity=severity,
        service="flatbed_tow",
    )


def _of_heat(pack: Any) -> list[_Sign]:
    if pack["seen_s"] - pack["thermal_s"] <= THERMAL_HOLD_S:
        rate = 60.0 * float(pack["rise_degc_s"])
        return [_Sign(5, P_OF[5], reason("pack_heats", hot_degc=pack["hot_degc"], degc_min=rate))]
    spread = float(pack["spread_degc"])
    if spread >= UNEVEN_DEGC:
        severity, p = (ADVISE, P_OF[ADVISE]) if spread >= VERY_UNEVEN_DEGC else (SOUND, WATCH_P)
        return [_Sign(severity, p, reason("pack_uneven", spread_degc=spread, hot_degc=pack["hot_degc"]))]
    return []


def _of_level(pack: Any, cells_speak: bool) -> list[_Sign]:
    """Level 3 means stop; level 2, where a car also counts a low charge, is urgent only beside a cell that speaks."""
    level = int(pack["level_held"])
    if level == 0 or pack["seen_s"] - pack["level_held_s"] > HOLD_S:
        return []
    severity = {1: ADVISE, 2: STOP if cells_speak else INSPECT}.get(level, 5)
    return [_Sign(severity, P_OF[severity], reason("alarm_level", level=level, most=MOST_LEVEL))]


def _of_insulation(pack: Any) -> list[_Sign]:
    if not is_leaky(pack, pack["seen_s"]):
        return []
    volts = float(pack["pack_v"]) if pack["pack_v"] > 0.0 else TYPICAL_V
    share = float(pack["insulation_ohm"]) / volts
    severity = STOP if share < DANGER_OHM_PER_V else INSPECT
    kohm = float(pack["insulation_ohm"]) / 1000.0
    return [_Sign(severity, P_OF[severity], reason("insulation", kohm=kohm, ohm_v=share, limit=OHM_PER_V))]


def _of_cells(pack: Any, cells: NDArray[np.float32]) -> list[_Sign]:
    grade, cell = int(pack["grade"]), int(pack["grade_cell"])
    if grade == SOUND or cell < 0:
        return []
    off_mv, drift_mv = _off_mv(cells, cell), 1000.0 * float(cells[FAST, cell] - cells[SLOW, cell])
    if pack["grade_by"] == BY_RESISTANCE:
        milliohm, usual = 1000.0 * abs(float(cells[OHM_FAST, cell])), 1000.0 * float(pack["ohm_median"])
        why = reason("cell_resistance", cell=cell + 1, milliohm=milliohm, usual_milliohm=usual)
    elif pack["grade_by"] == BY_SWING:
        swing_mv = 1000.0 * math.sqrt(float(cells[VARIANCE, cell]))
        why = reason("cell_swings", cell=cell + 1, swing_mv=swing_mv)
    else:
        why = reason(_CODE_OF[grade], cell=cell + 1, off_mv=off_mv, drift_mv=drift_mv)
    return [_Sign(grade, P_OF[grade], why)]


def _off_mv(cells: NDArray[np.float32], cell: int) -> float:
    """Return how far a cell is from the pack's median, at rest or, where that is more, under load."""
    rest, load = (float(cells[word, cell]) - _middle(cells[word]) for word in (FAST, LOAD))
    return 1000.0 * (load if not math.isfinite(rest) or abs(load) > 2.0 * abs(rest) else rest)


def _middle(words: NDArray[np.float32]) -> float:
    known = words[np.isfinite(words)]
    return float(np.median(known)) if len(known) else math.nan


def _background(pack: Any, cells: NDArray[np.float32], watched: bool, cells_speak: bool) -> tuple[Reason, ...]:
    """Return what to say beside the signs, most telling first: the most suspicious cells, and how far apart all are."""
    if not watched:
        return reason("cells_not_watched"), reason("cell_frames", frames=pack["frames_n"])
    ranked: dict[str, float] = {}
    for place, cell in enumerate(ranking(pack, cells)[:RANKED], start=1):
        ranked |= {f"cell_{place}": float(cell + 1), f"mv_{place}": _off_mv(cells, cell)}
    spread = {"spread_mv": 1000.0 * float(pack["spread_v"]), "hours": float(pack["windows_n"]) / 60.0}
    refused = float(pack["implausible_n"] + pack["jump_n"] + pack["sum_n"])
    return (
        reason("cells_ranked", **ranked),
        reason("cells_spread" if cells_speak else "cells_even", **spread),
        reason("cells_believed", cells=pack["cells"], refused=refused),
    )


def ranking(pack: Any, cells: NDArray[np.float32]) -> list[int]:
    """Return the pack's cells by suspicion, the most suspicious first, positions from 0."""
    n = int(pack["cells"])
    known = np.flatnonzero(np.isfinite(cells[OHM_FAST, :n]) | np.isfinite(cells[LOAD, :n]))
    return [int(known[k]) for k in np.argsort(-cells[SUSPICION, known], kind="stable")]


def suspects(pack: Any, cells: NDArray[np.float32]) -> list[Suspect]:
    """Return the pack's cells with what sets each apart, the most suspicious first."""
    ohm = 1000.0 * np.abs(cells[OHM_FAST].astype(np.float64))
    return [
        Suspect(
            cell=cell,
            suspicion=float(cells[SUSPICION, cell]),
            off_mv=_off_mv(cells, cell),
            drift_mv=1000.0 * float(cells[FAST, cell] - cells[SLOW, cell]),
            milliohm=float(ohm[cell]),
        )
        for cell in ranking(pack, cells)
    ]


def _quality(pack: Any) -> float:
    """Return how much there is to go by: a minute's alarm stands by itself, a comparison of cells needs many."""
    if pack["windows_n"] < WINDOWS:
        return 0.6
    seasoned = pack["windows_n"] >= SEASONED_WINDOWS
    has_current = pack["seen_s"] - pack["current_s"] <= CURRENT_S
    return round(0.5 + (0.3 if seasoned else 0.1) + (0.1 if has_current else 0.0), 2)
