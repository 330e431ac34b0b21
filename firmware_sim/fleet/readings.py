"""What a car's sensors say of what is true: quantised, biased, dropped, stale, and at times plainly wrong."""

from typing import Final

import numpy as np

from firmware_sim.fleet.arrays import Bools, Floats
from firmware_sim.fleet.columns import COLUMNS

NO_VALUE_SHARE: Final = 0.0015  # the ECU answers, but says that it has no value
DROPPED_SHARE: Final = 0.004  # no answer came in time
IMPOSSIBLE_SHARE: Final = 0.00002  # a byte went wrong, or a sensor was unplugged for a moment
IMPOSSIBLE: Final = {"speed": 255.0, "rpm": 16_383.75, "coolant": -40.0, "ambient": 215.0, "soc": 127.5, "fuel": 100.0}
STEP: Final = {
    "speed": 1.0, "distance": 0.1, "ambient": 1.0, "rpm": 0.25, "coolant": 1.0, "oil_pressure": 4.0, "fuel": 0.392157,
    "module_v": 0.001, "supply_v": 0.01, "battery_v": 0.1, "crank_v": 0.01, "soc": 0.5, "soh": 0.1, "pack_v": 0.1,
    "pack_a": 0.1, "pack_max": 1.0, "pack_min": 1.0, "cell_max": 0.02, "cell_min": 0.02, "insulation": 1_000.0,
}  # fmt: skip


class Readings:
    """Columns of one vehicle's rows: a value, NaN where the ECU had none, and whether there is a sample at all."""

    def __init__(self, rows: int, rng: np.random.Generator) -> None:
        self.rows, self.rng = rows, rng
        self.values: dict[str, Floats] = {}
        self.present: dict[str, Bools] = {}

    def put(self, name: str, where: Bools, value: Floats | float, *, step: float | None = None) -> None:
        """Add samples of `name` at the rows of `where`; `value` is one number, or one for every row.

        Args:
            name: a column of `COLUMNS`.
            where: (n_rows,).
            value: in the column's unit; NaN where the ECU has none.
            step: the sensor's resolution, where this car has another one than most.
        """
        if name not in COLUMNS:
            raise KeyError(name)
        values = self.values.setdefault(name, np.full(self.rows, np.nan))
        present = self.present.setdefault(name, np.zeros(self.rows, np.bool_))
        told = np.broadcast_to(np.asarray(value, np.float64), (self.rows,))[where]
        size = STEP.get(name) if step is None else step
        if size:
            told = np.round(told / size) * size
            told = self._spoiled(name, told)
        values[where] = told
        present[where] = True
        if size:
            present[where] = self.rng.random(int(where.sum())) >= DROPPED_SHARE

    def _spoiled(self, name: str, told: Floats) -> Floats:
        chance = self.rng.random(len(told))
        told = np.where(chance < NO_VALUE_SHARE, np.nan, told)
        if name in IMPOSSIBLE:
            told = np.where(chance > 1.0 - IMPOSSIBLE_SHARE, IMPOSSIBLE[name], told)
        return told
