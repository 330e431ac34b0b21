"""What a vehicle takes in memory: hot row and registry against a gigabyte's share, river's state and a dictionary.

Bytes are counted, so these rows have one round and no interval; look-ups are timed.
"""

import tracemalloc
from typing import Any, Final

import numpy as np
from river import drift, stats

from benchmarks.edge import counted
from benchmarks.harness import Contestant, Row, compare
from cloud.scoring.layout import HOT_WORDS, SIGNALS
from cloud.scoring.registry import Registry

VEHICLES: Final = 1_000_000
RIVER_VEHICLES: Final = 300
LOOK_UPS: Final = 200_000
MOST_BYTES: Final = 350e6
SEED: Final = 3


def names() -> list[str]:
    """Return `VEHICLES` vehicle identification numbers, made up."""
    draw = np.random.default_rng(SEED)
    return [f"LSV{number:014d}" for number in draw.permutation(10**7)[:VEHICLES].tolist()]


def river_bytes() -> float:
    """Return what river's EWMean, EWVar and PageHinkley take for eight signals of one vehicle that has sent some."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    cars = [
        [(stats.EWMean(), stats.EWVar(), drift.PageHinkley()) for _ in range(SIGNALS)] for _ in range(RIVER_VEHICLES)
    ]
    for car in cars:
        for value in range(10):
            for part in car:
                for one in part:
                    one.update(float(value))
    took = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return took / RIVER_VEHICLES


def dictionary_bytes(vehicles: list[str]) -> int:
    """Return what a dictionary from name to row takes, names included: it has to keep them."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    made = {(name + " ")[:-1]: row + 1_000 for row, name in enumerate(vehicles)}
    took = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(made) == len(vehicles)
    return took


def look_ups(registry: Registry, vehicles: list[str]) -> Row:
    """Return the row of looking many names up at once in bytes that have come, against a dictionary of bytes."""
    draw = np.random.default_rng(SEED)
    asked = [vehicles[i].encode() for i in draw.integers(0, len(vehicles), LOOK_UPS).tolist()]
    text = np.frombuffer(bytearray(b"".join(asked)), np.uint8)
    cuts = np.zeros(LOOK_UPS + 1, np.int64)
    np.cumsum([len(name) for name in asked], out=cuts[1:])
    twin = {name.encode(): row for row, name in enumerate(vehicles)}
    found = np.empty(LOOK_UPS, np.int64)

    def ours(found: Any) -> Any:
        registry.find(text, cuts, found)
        return found

    def theirs(_: Any) -> Any:
        return np.fromiter((twin[name] for name in asked), np.int64, LOOK_UPS)

    return compare(
        "registry: look-ups among 1M vehicles, against a dictionary",
        Contestant("outrider", lambda: found, ours, LOOK_UPS, lambda _, result: result),
        Contestant("dict", lambda: None, theirs, LOOK_UPS, lambda _, result: result),
        same=lambda a, b: bool(np.array_equal(a, b)),
        floor=1.0,
        target=5.0,
    )


def rows() -> list[Row]:
    """Return the rows of this suite."""
    vehicles = names()
    registry = Registry(vehicles)
    hot_bytes = 4.0 * HOT_WORDS
    whole = hot_bytes * VEHICLES + registry.nbytes
    return [
        counted(
            "scorer: bytes of a vehicle, river's by the hot row", hot_bytes, river_bytes(), floor=15.0, target=25.0
        ),
        counted(
            "scorer: bytes of 1M hot rows and registry, 350 MB by ours", whole, MOST_BYTES, floor=1.0, target=1.167
        ),
        counted(
            "registry: bytes of 1M vehicles, a dictionary's by ours",
            float(registry.nbytes),
            float(dictionary_bytes(vehicles)),
            floor=2.5,
            target=3.3,
        ),
        look_ups(registry, vehicles),
    ]
