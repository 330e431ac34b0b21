"""What a trained model sees of one cause: the rule scorer's own answer and the state it stands on. One code path.

Training and serving both call `row`; a model names the features it was trained on, in order, and another order is
refused.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.finding import Car

Floats = NDArray[np.float64]

LEAST_P: Final = 1e-6
DAY_S: Final = 86_400.0
LONGEST_H: Final = 10_000.0
OF_ANY: Final = (
    "logit_24h",
    "logit_72h",
    "logit_168h",
    "quality",
    "severity",
    "log_hours_left",
    "is_bev",
    "still_days",
)
# Words of the event row that say more of a cause than its rule asks.
OF_CAUSE: Final[dict[str, tuple[str, ...]]] = {
    "low_voltage_battery": (
        "rest_v",
        "rest_h",
        "slope_vph",
        "level_v",
        "crank_ewma_v",
        "crank_n",
        "crank_polled",
        "charged_h",
        "ambient_degc",
        "wake_only",
        "weak_trips",
        "last_v",
    ),
    "charging_system": ("last_v", "weak_s", "weak_trips", "dead_s", "high_s", "rest_v"),
    "traction_battery": ("soc_pct", "pct_km", "pct_h", "charger_km", "ambient_degc", "charging"),
    "tyre": ("ambient_degc", "tyre_n"),
}


def names(cause: str) -> tuple[str, ...]:
    """Return the features of a cause, in order."""
    return OF_ANY + OF_CAUSE.get(cause, ())


def row(cause: str, car: Car, p: tuple[float, ...], quality: float, severity: int, ttt_h: float | None) -> Floats:
    """Return (n,) the features of one assessment; NaN where something is not known.

    Args:
        car: one EVENT row. p: what the rule said, by horizon. ttt_h: hours until the threshold, None without a trend.
    """
    found = [_logit(value) for value in p]
    found += [quality, float(severity), math.nan if ttt_h is None else math.log1p(min(max(ttt_h, 0.0), LONGEST_H))]
    newest_s = max((float(car[name]) for name in _WATERMARKS if math.isfinite(car[name])), default=math.nan)
    found += [float(car["is_bev"]), (newest_s - float(car["moved_s"])) / DAY_S]
    found += [float(car[name]) for name in OF_CAUSE.get(cause, ())]
    whole = np.array(found)
    whole[~np.isfinite(whole)] = np.nan
    return whole


_WATERMARKS: Final = ("volts_s", "tyres_s", "traction_s")


def _logit(p: Any) -> float:
    bounded = min(max(float(p), LEAST_P), 1.0 - LEAST_P)
    return math.log(bounded / (1.0 - bounded))
