"""The scorer's kernel against the same work in NumPy, and against river, which does less of it."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from river import drift, stats

from benchmarks import scorer_numpy
from benchmarks.harness import Contestant, Row, compare
from cloud.scoring.layout import BITS_AS_U32, FLAT_KPA, MEAN, RECORD_WORDS, SIGNALS, WINDOW_S
from cloud.scoring.state import State
from cloud.scoring.track import INV_TAU_S, track

Array = NDArray[Any]

VEHICLES: Final = 20_000
VISITS: Final = 6  # records per vehicle, in another order of vehicles each time
RIVER_VEHICLES: Final = 400
SEED: Final = 1


class Batch(NamedTuple):
    """Records of a fleet, (n,), (n,) and (n, 16): every vehicle once in each visit."""

    slots: Array
    times_s: Array
    records: Array
    vehicles: int

    def visits(self) -> list[tuple[Array, Array, Array]]:
        """Return the batch cut where vehicles repeat."""
        cuts = [slice(begin, begin + self.vehicles) for begin in range(0, len(self.slots), self.vehicles)]
        return [(self.slots[cut], self.times_s[cut], self.records[cut]) for cut in cuts]

    def of_first(self, vehicles: int) -> "Batch":
        """Return only the records of the first `vehicles`."""
        mine = self.slots < vehicles
        return Batch(self.slots[mine], self.times_s[mine], self.records[mine], vehicles)


def made_batch(vehicles: int, visits: int, *, gaps: float) -> Batch:
    """Return a batch of half-hourly windows with `gaps` of the readings missing, seeded."""
    draw = np.random.default_rng(SEED)
    slots = np.concatenate([draw.permutation(vehicles) for _ in range(visits)])
    times_s = 1.7e9 + WINDOW_S * np.repeat(np.arange(visits), vehicles)
    records = np.full((len(slots), RECORD_WORDS), np.nan, np.float32)
    records[:, :4] = draw.normal([14.1, 12.6, 88.0, 0.3], [0.2, 0.05, 4.0, 0.03], (len(slots), 4))
    records[:, 4:8] = draw.normal(235.0, 3.0, (len(slots), 4))
    records[:, 8:12] = draw.normal(20.0, 5.0, (len(slots), 1)) + draw.normal(0.0, 1.0, (len(slots), 4))
    records[:, :12][draw.random((len(slots), 12)) < gaps] = np.nan
    records[:, FLAT_KPA] = 172.5
    return Batch(slots, times_s, records, vehicles)


def kernel(batch: Batch) -> Contestant:
    """Return our kernel on `batch`, whole."""
    scores, bits = np.empty(len(batch.slots), np.float32), np.empty(len(batch.slots), np.uint32)

    def run(state: State) -> State:
        rows = state.hot, state.hot64, state.hot32
        track(*rows, batch.slots, batch.times_s, batch.records, scores, bits)
        return state

    return Contestant("outrider", lambda: State(batch.vehicles), run, len(batch.slots))


def numpy_peer(batch: Batch) -> Contestant:
    """Return the same work in NumPy; that no vehicle comes twice in a call is arranged for it beforehand."""
    visits = batch.visits()

    def run(state: State) -> State:
        for slots, times_s, records in visits:
            scorer_numpy.track(state.hot, state.hot64, state.hot32, slots, times_s, records)
        return state

    return Contestant("numpy", lambda: State(batch.vehicles), run, len(batch.slots))


def river_peer(batch: Batch) -> Contestant:
    """Return river's EWMean, EWVar and PageHinkley per signal: no tyres, no time-awareness, no scores."""
    slots, values = batch.slots.tolist(), batch.records[:, :SIGNALS].astype(float).tolist()
    fading = float(1.0 - np.exp(-WINDOW_S * float(INV_TAU_S)))

    def prepare() -> list[list[tuple[Any, Any, Any]]]:
        made = range(batch.vehicles)
        return [
            [(stats.EWMean(fading), stats.EWVar(fading), drift.PageHinkley()) for _ in range(SIGNALS)] for _ in made
        ]

    def run(state: list[list[tuple[Any, Any, Any]]]) -> list[list[tuple[Any, Any, Any]]]:
        for slot, row in zip(slots, values, strict=True):
            for (mean, variance, drifting), value in zip(state[slot], row, strict=True):
                mean.update(value)
                variance.update(value)
                drifting.update(value)
        return state

    return Contestant(
        "river", prepare, run, len(batch.slots), lambda state, _: [[s[0].get() for s in car] for car in state]
    )


def same_rows(ours: State, theirs: State) -> bool:
    """Say whether two states hold the same rows: alarms equal, numbers to a thousandth (other roundings of exp)."""
    near = np.allclose(ours.hot[:, :60], theirs.hot[:, :60], rtol=1e-3, atol=1e-3, equal_nan=True)
    return near and bool(np.mean(ours.hot32[:, BITS_AS_U32] == theirs.hot32[:, BITS_AS_U32]) > 0.999)


def same_means(ours: State, theirs: list[list[float]]) -> bool:
    """Say whether the baselines' means are river's, which steps of equal length make the same formula."""
    return np.allclose(ours.hot[: len(theirs), MEAN : MEAN + SIGNALS], theirs, rtol=1e-4)


def rows() -> list[Row]:
    """Return the rows of this suite."""
    fleet, whole = made_batch(VEHICLES, VISITS, gaps=0.1), made_batch(VEHICLES, VISITS, gaps=0.0)
    return [
        compare(
            "scorer: records, against the same work in NumPy",
            kernel(fleet),
            numpy_peer(fleet),
            same=same_rows,
            floor=8.0,
            target=12.0,
        ),
        compare(
            "scorer: records, against river (EWMean+EWVar+PH: less work)",
            kernel(whole),
            river_peer(whole.of_first(RIVER_VEHICLES)),  # its rate per record does not hang on how many there are
            same=same_means,
            floor=40.0,
            target=70.0,
        ),
    ]
