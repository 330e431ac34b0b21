"""The scorer's work in C, compiled when it is needed, and the memory traffic of it alone."""

import ctypes
import functools
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring import lanes, layout, track

SOURCE: Final = Path(__file__).parent / "reference" / "track.c"
FLAGS: Final = ("-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC")
PLACES: Final = (
    "MEAN", "VARIANCE", "CUSUM_UP", "CUSUM_DOWN", "LEVEL", "SLOPE", "P_LEVEL", "P_BOTH", "P_SLOPE", "LAST_Z",
    "LEAK_CUSUM", "TIME_AS_F64", "BITS_AS_U32", "COUNT_AS_U32", "BIT_SUSPECT", "BIT_LEAK", "BIT_RELATIVE",
    "BIT_WINDOWS", "PRESSURES", "TEMPERATURES", "FLAT_KPA",
)  # fmt: skip
FLOATS: Final = (
    "CLIP_Z", "CUSUM_K", "CUSUM_H", "CUSUM_CLEAR", "TINY", "KELVIN", "REFERENCE_K", "AIR_KPA", "READING_VAR",
    "LEVEL_VAR_D", "SLOPE_VAR_D", "FIRST_LEVEL_VAR", "FIRST_SLOPE_VAR", "HUBER", "CHANGE_Z", "SHORTEST_STEP_D",
    "REFILL_KPA", "LEAK_K", "LEAK_H", "ALLOW_KPA_D", "ALLOW_RELATIVE_KPA_D", "SURE_Z", "SURE_SLOPE", "SOON_D",
)  # fmt: skip
COUNTS: Final = ("SLOPE_WINDOWS", "FIRST_WINDOWS")

Array = NDArray[Any]
Call = Callable[[Array, Array, Array, Array, Array, Array], None]


def _defines() -> list[str]:
    """Return the numbers that C shares with the kernel."""
    whole = {name: str(getattr(layout, name)) for name in PLACES} | {
        name: f"{int(getattr(lanes, name))}u" for name in COUNTS
    }
    real = {name: getattr(lanes, name) for name in FLOATS}
    real |= {"INV_TAU_S": track.INV_TAU_S, "INV_DAY_S": track.INV_DAY_S}
    return [f"-D{name}=({value})" for name, value in whole.items()] + [
        f"-D{name}=({float(value).hex()}f)" for name, value in real.items()
    ]


@functools.cache
def compiled() -> tuple[Call, Call] | None:
    """Return `track` and `touch` of the C source, None, said loudly, where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        print("scoring: NO C REFERENCE, there is no compiler here: apt-get install gcc", file=sys.stderr)
        return None
    with TemporaryDirectory() as folder:
        library = Path(folder) / "track.so"
        subprocess.run([compiler, *FLAGS, *_defines(), str(SOURCE), "-o", str(library), "-lm"], check=True)
        loaded = ctypes.CDLL(str(library))
    return _call(loaded.track), _call(loaded.touch)


def _call(function: Any) -> Call:
    kinds = (np.float32, np.int64, np.float64, np.float32, np.float32, np.uint32)
    function.argtypes = [np.ctypeslib.ndpointer(kind, flags="C") for kind in kinds] + [ctypes.c_int64]
    function.restype = None

    def call(hot: Array, slots: Array, times_s: Array, records: Array, scores: Array, out: Array) -> None:
        function(hot, slots, times_s, records, scores, out, len(slots))

    return call
