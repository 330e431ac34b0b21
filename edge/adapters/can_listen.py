"""Listening to a bus for a while, for the doctor: nothing is sent."""

import time
from collections import Counter
from typing import Any, Final

import can

from edge.config import Bus
from edge.doctor import Heard
from edge.errors import BusError

MOST_FRAMES: Final = 100_000


def listen(bus: Bus, seconds: float) -> Heard:
    """Listen for `seconds` without a frame of ours; raise `BusError` when the interface cannot be opened."""
    by_bits: Counter[int] = Counter()
    errors, deadline_s = 0, time.monotonic() + seconds
    try:
        given: dict[str, Any] = {"interface": bus.interface, "channel": bus.channel, "bitrate": bus.bitrate}
        with can.Bus(**given | bus.options) as line:
            for _ in range(MOST_FRAMES):
                left_s = deadline_s - time.monotonic()
                message = line.recv(left_s) if left_s > 0.0 else None
                if message is None:
                    break
                if message.is_error_frame:
                    errors += 1
                elif not message.is_remote_frame:
                    by_bits[29 if message.is_extended_id else 11] += 1
    except (can.CanError, OSError, ValueError, TypeError, ImportError) as error:
        raise BusError(f"{bus.interface}:{bus.channel}: {error}") from error
    return Heard(by_bits, errors, seconds)
