"""The one place that decides compiler flags, and the two things numba lacks: prefetch and aligned rows.

Never fastmath: NaN means something here, and results must not depend on how records are grouped.
"""

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from llvmlite import binding, ir
from numba.core import cgutils, types
from numba.core.errors import RequireLiteralValue
from numba.extending import intrinsic
from numpy.typing import NDArray

LINE_BYTES: Final = 64

_F = TypeVar("_F", bound=Callable[..., Any])


def kernel(function: _F) -> _F:
    """Compile `function` on its first call, cached on disk, without the interpreter's lock."""
    compiled: _F = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=False)(function)
    # numba's cache sees changes in the kernel's own file only; what the kernel calls lies in other files as well.
    if not numba.config.DISABLE_JIT:
        cast(Any, compiled)._cache._cache_file._source_stamp = _sources()
    return compiled


def inlined(function: _F) -> _F:
    """Write `function` into the kernel that calls it, where the compiler sees that its arrays do not overlap.

    Only then are loops over lanes vectorised: numba has no way to say `noalias`.
    """
    marked: _F = numba.njit(inline="always", error_model="numpy", fastmath=False)(function)
    return marked


@functools.cache
def _sources() -> str:
    """Return a digest of every source file of this package."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def kept_in() -> Path:
    """Return the folder that compiled kernels are kept in or below."""
    return Path(numba.config.CACHE_DIR) if numba.config.CACHE_DIR else Path(__file__).parent


def compiled_for() -> str:
    """Return the name of the processor that kernels are compiled for; NUMBA_CPU_NAME may name another."""
    return str(numba.config.CPU_NAME or binding.get_host_cpu_name())


@intrinsic
def prefetch_row(context: Any, rows: Any, row: Any, lines: Any) -> Any:
    """Ask for the first `lines` (a literal) cache lines of `rows[row]` before they are needed, to be written."""
    if not isinstance(lines, types.IntegerLiteral):
        raise RequireLiteralValue("lines must be a literal")
    count = lines.literal_value

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        word, byte_pointer, flag = ir.IntType(64), ir.IntType(8).as_pointer(), ir.IntType(32)
        index = context.cast(builder, arguments[1], signature.args[1], types.intp)
        stride = cgutils.unpack_tuple(builder, array.strides)[0]
        start = builder.add(builder.ptrtoint(array.data, word), builder.mul(index, stride))
        shape = ir.FunctionType(ir.VoidType(), [byte_pointer, flag, flag, flag])
        prefetch = cgutils.get_or_insert_function(builder.module, shape, "llvm.prefetch.p0")
        for line in range(count):
            address = builder.inttoptr(builder.add(start, ir.Constant(word, LINE_BYTES * line)), byte_pointer)
            builder.call(prefetch, [address, flag(1), flag(3), flag(1)])  # write, keep in all levels, data
        return context.get_dummy_value()

    return types.void(rows, row, lines), emit


def aligned_zeros(rows: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return (rows,) zeros of `dtype` that start on a cache line; `dtype` must be whole lines long."""
    if dtype.itemsize % LINE_BYTES:
        raise ValueError(f"a row of {dtype.itemsize} bytes is not a whole number of cache lines")
    raw = np.zeros(rows * dtype.itemsize + LINE_BYTES, np.uint8)
    start = -raw.ctypes.data % LINE_BYTES
    return raw[start : start + rows * dtype.itemsize].view(dtype)
