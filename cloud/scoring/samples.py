"""From log entries to the flat arrays that `absorb` takes, in one order whatever the batch."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.ingest.columns import Decoded
from cloud.scoring.frames import ELEMENTS
from cloud.scoring.layout import CODE_OF, OTHER, SILENT

AHEAD_MS: Final = 600_000  # a sample further ahead of its arrival than this has a wrong clock

Array = NDArray[Any]


class Samples(NamedTuple):
    """The samples of several entries: by entry, then time, then code. `starts` is (n_entries + 1,)."""

    starts: Array
    times_s: Array
    codes: Array
    values: Array
    refused: Array


_NOTHING: Final = np.empty(0)
_LEFT_OUT: Final = SILENT | ELEMENTS


def gather(entries: Sequence[tuple[Decoded, int]]) -> Samples:
    """Return the samples of `entries`, each a decoded message and when it came (ms).

    Samples from the future are left out and counted per entry in `refused`.
    """
    times, codes, values, owners = [], [], [], []
    for number, (decoded, _) in enumerate(entries):
        wanted = np.array([-1 if name in _LEFT_OUT else CODE_OF.get(name, OTHER) for name in decoded.signals], np.int64)
        codes.append(np.repeat(wanted, np.diff(decoded.starts)))
        times.append(decoded.wall_ms)
        values.append(decoded.values)
        owners.append(np.full(len(decoded.wall_ms), number, np.int64))
    if not entries:
        return Samples(np.zeros(1, np.int64), _NOTHING, np.empty(0, np.int64), _NOTHING, np.empty(0, np.int64))
    time, code = np.concatenate(times), np.concatenate(codes)
    value, owner = np.concatenate(values), np.concatenate(owners)
    latest = np.array([received_ms for _, received_ms in entries], np.int64) + AHEAD_MS
    future = time > latest[owner]
    order = np.lexsort((code, time, owner))
    order = order[((code >= 0) & ~future)[order]]
    starts = np.searchsorted(owner[order], np.arange(len(entries) + 1))
    refused = np.bincount(owner[future], minlength=len(entries)).astype(np.int64)
    return Samples(starts.astype(np.int64), time[order] / 1000.0, code[order], value[order], refused)
