"""The traction batteries among the vehicles: rows for those that speak of one, and what is known of each."""

import math

from cloud.ingest.columns import Decoded
from cloud.scoring import traction_cells
from cloud.scoring.finding import Finding, abstain
from cloud.scoring.frames import LOW_A, LOW_C_RATE, Frames, frames_of, take_frames
from cloud.scoring.pack_layout import UNKNOWN
from cloud.scoring.samples import AHEAD_MS
from cloud.scoring.state import State
from cloud.scoring.traction_cells import Suspect


def take(state: State, slot: int, decoded: Decoded, received_ms: int) -> bool:
    """Take what a message says of its vehicle's pack; return whether that is news of the pack's cells."""
    frames = frames_of(decoded, received_ms + AHEAD_MS)
    if frames is None or (not state.about["pack"][slot] and not frames.speaks()):
        return False
    return _take(state, slot, frames)


def _take(state: State, slot: int, frames: Frames) -> bool:
    row = state.pack(slot)
    pack, car = state.packs[row], state.cars[slot]
    if car["cell_chemistry"] > UNKNOWN:
        pack["told"] = pack["chemistry"] = car["cell_chemistry"]
    low_a = LOW_C_RATE * float(car["pack_ah"]) if math.isfinite(car["pack_ah"]) else LOW_A
    return bool(take_frames(pack, state.cells[row], frames.times_s, frames.extras, frames.volts, low_a))


def assess(state: State, slot: int) -> Finding:
    """Return the finding of the cells of the vehicle in `slot`."""
    row = int(state.about["pack"][slot]) - 1
    return abstain("no_cell_voltages") if row < 0 else traction_cells.assess(state.packs[row], state.cells[row])


def suspects(state: State, slot: int) -> list[Suspect]:
    """Return the cells of the vehicle in `slot`, the most suspicious first; none where none were heard of."""
    row = int(state.about["pack"][slot]) - 1
    return [] if row < 0 else traction_cells.suspects(state.packs[row], state.cells[row])


def newest_ms(state: State, slot: int) -> int:
    """Return the time of the newest frame (ms), 0 before the first."""
    row = int(state.about["pack"][slot]) - 1
    return 0 if row < 0 else round(float(state.packs["seen_s"][row]) * 1000.0)


def warmup() -> None:
    """Compile or load the kernels."""
    state = State(1)
    for n_cells in (0, 4):
        _take(state, 0, Frames.blank(n_cells))
