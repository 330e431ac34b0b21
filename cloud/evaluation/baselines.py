"""What is there without us: the trade's fixed thresholds, an isolation forest, half-space trees; on the same days.

Each is given more than it would have: which of its grades is cheaper and, for the two that only score, the best of
several thresholds, both chosen afterwards on the very fleet that is judged.
"""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloud.decision.policy import Costs
from cloud.evaluation.costs import Alert, net_cost
from cloud.evaluation.daily import DAY_MS
from cloud.evaluation.truth import Truth

Floats = NDArray[np.float64]

NAMES: Final = ("fixed_thresholds", "isolation_forest", "half_space_trees")
SHARES: Final = (0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)  # of days that raise an alarm
QUIET_DAYS: Final = 3  # an alarm that stands is not raised again sooner
TREES: Final = 100
SEEN: Final = 256
SEED: Final = 20260101
# column -> below (-1) or above (+1) which limit the trade calls
LIMITS: Final[dict[str, tuple[tuple[str, int, float], ...]]] = {
    "low_voltage_battery": (("volts_still", -1, 12.2), ("crank_low", -1, 9.0)),
    "charging_system": (("volts_running", -1, 13.0), ("volts_high", 1, 15.2)),
    "tyre": (("tyre_low", -1, 180.0),),
    "traction_battery": (("soc_low", -1, 10.0), ("soc_shown_low", -1, 10.0)),
    "traction_cells": (("alarm_level", 1, 1.5), ("pack_high", 1, 55.0)),
    "charging": (("soc_low", -1, 10.0), ("soc_shown_low", -1, 10.0)),
    "coolant": (("coolant_high", 1, 115.0),),
    "oil": (("oil_low", -1, 80.0), ("oil_level", -1, 20.0)),
    "fuel": (("fuel_low", -1, 8.0),),
    "dtc": (("codes", 1, 0.5),),
}
OF_CAUSE: Final[dict[str, tuple[str, ...]]] = {
    "low_voltage_battery": ("volts_low", "volts_mid", "volts_still", "crank_low", "ambient"),
    "charging_system": ("volts_running", "volts_high", "volts_mid", "volts_low"),
    "tyre": ("tyre_low", "tyre_apart", "ambient"),
    "traction_battery": ("soc_low", "soc_shown_low", "ambient"),
    "traction_cells": ("cell_high", "cell_low", "pack_high", "alarm_level", "soc_low"),
    "charging": ("soc_low", "soc_shown_low"),
    "coolant": ("coolant_high", "ambient"),
    "oil": ("oil_low", "oil_level"),
    "fuel": ("fuel_low",),
    "dtc": ("codes",),
}

Cost = Callable[[list[Alert]], float]


def net_costs(days: pl.DataFrame, cause: str, truth: Truth, costs: Costs) -> dict[str, float | None]:
    """Return each baseline's net cost on `days` (sorted by day), None for one that could not run here."""
    vehicles, numbers = days["vehicle"].to_list(), days["day"].to_numpy()

    def cost(alerts: list[Alert]) -> float:
        return net_cost(alerts, cause, truth, costs)

    def cheaper(raised: NDArray[np.bool_]) -> float:
        when = list(_annunciations(vehicles, numbers, raised))
        return min(cost([Alert(vehicle, at, out) for vehicle, at in when]) for out in (True, False))

    found: dict[str, float | None] = {"fixed_thresholds": cheaper(_fixed(days, cause))}
    seen = [name for name in OF_CAUSE.get(cause, ()) if name in days.columns]
    x = _filled(days.select(seen)) if seen else np.empty((days.height, 0))
    for name, scorer in (("isolation_forest", _forest), ("half_space_trees", _half_spaces)):
        scores = scorer(x)
        if scores is None:
            found[name] = None
        else:
            found[name] = min(cheaper(scores > np.quantile(scores, 1.0 - share)) for share in SHARES)
    return found


def has_river() -> bool:
    """Say whether half-space trees can run here."""
    return importlib.util.find_spec("river") is not None


def _fixed(days: pl.DataFrame, cause: str) -> NDArray[np.bool_]:
    raised = np.zeros(days.height, bool)
    for name, side, limit in LIMITS.get(cause, ()):
        if name in days.columns:
            values = days[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            with np.errstate(invalid="ignore"):
                raised |= side * values > side * limit
    return raised


def _annunciations(vehicles: list[str], numbers: Any, raised: NDArray[np.bool_]) -> Iterator[tuple[str, int]]:
    """Yield when something is said: at the end of a day that raises, and again where it still stands."""
    said: dict[str, int] = {}
    for at in np.flatnonzero(raised):
        vehicle, day = vehicles[at], int(numbers[at])
        if day - said.get(vehicle, -QUIET_DAYS) >= QUIET_DAYS:
            said[vehicle] = day
            yield vehicle, (day + 1) * DAY_MS


def _filled(table: pl.DataFrame) -> Floats:
    """Return (n, k) with the column's middle where nothing was read, scaled by its range to 0..1."""
    x = table.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)
    x[:, np.isnan(x).all(axis=0)] = 0.0
    x = np.where(np.isnan(x), np.nanmedian(x, axis=0), x)
    low, high = np.quantile(x, (0.001, 0.999), axis=0)
    return np.asarray(np.clip((x - low) / np.maximum(high - low, 1e-9), 0.0, 1.0))


def _forest(x: Floats) -> Floats | None:
    from sklearn.ensemble import IsolationForest

    if not x.shape[1] or len(x) < SEEN:
        return np.zeros(len(x))
    model = IsolationForest(n_estimators=TREES, max_samples=SEEN, random_state=SEED).fit(x)
    return np.asarray(-model.score_samples(x))


def _half_spaces(x: Floats) -> Floats | None:
    try:
        from river.anomaly import HalfSpaceTrees
    except ImportError:
        return None
    if not x.shape[1]:
        return np.zeros(len(x))
    trees: Any = HalfSpaceTrees(n_trees=25, height=8, window_size=250, seed=SEED)
    scores = np.zeros(len(x))
    for at, row in enumerate(x.tolist()):
        told = dict(enumerate(row))
        scores[at] = trees.score_one(told)
        trees.learn_one(told)
    return scores
