"""Where everything lies: a vehicle's row, a closed trip, an event, and a sample's code."""

from typing import Final

import numpy as np

from cloud.trips.types import BINS
from contract import signals

AWAKE: Final = 0
SPEED: Final = 1
FORWARD: Final = 2
LEFT: Final = 3
CODE_OF: Final = {
    signals.IS_AWAKE.path: AWAKE,
    signals.SPEED.path: SPEED,
    "Vehicle.Acceleration.Longitudinal": FORWARD,
    "Vehicle.Acceleration.Lateral": LEFT,
}
# Sources and kinds, as places in the tables of counts.
IMU: Final = 0
FAST: Final = 1
SLOW: Final = 2
ACCELERATION: Final = 0
BRAKING: Final = 1
CORNERING: Final = 2
COLLISION: Final = 3
KINDS: Final = ("harsh_acceleration", "harsh_braking", "harsh_turn", "collision_candidate")

_SUMS: Final = [
    ("start_s", "f8"),
    ("end_s", "f8"),
    ("km", "f8"),
    ("night_km", "f8"),
    ("peak_km", "f8"),
    ("bins_km", "f8", (BINS,)),
    ("source_km", "f8", (3,)),
    ("corner_km", "f8"),
    ("counts", "f8", (3, 3)),
    ("observed_s", "f8"),
    ("missing_s", "f8"),
    ("impossible", "f8"),
    ("stuck", "f8"),
    ("offset_s", "f8"),
]
TRIP: Final = np.dtype([("slot", "i8"), *_SUMS])
ROW: Final = np.dtype(
    [
        *_SUMS,
        ("newest_s", "f8"),  # the newest sample of any kind that was taken
        ("open", "f8"),
        # the newest speed that was believed, since when it stands, and one that is not believed yet
        ("last_s", "f8"),
        ("last_kmh", "f8"),
        ("same_s", "f8"),
        ("moved_s", "f8"),
        ("doubt_s", "f8"),
        ("doubt_kmh", "f8"),
        # the two speeds before, at least 0.4 s apart, for the slope
        ("one_s", "f8"),
        ("one_kmh", "f8"),
        ("two_s", "f8"),
        ("two_kmh", "f8"),
        # acceleration, smoothed: forward and left
        ("push_s", "f8", (2,)),
        ("push_g", "f8", (2,)),
        # running events: forward, backward, to the left, to the right by acceleration; then forward, backward by speed
        ("since_s", "f8", (6,)),
        ("until_s", "f8", (6,)),
        ("peak_g", "f8", (6,)),
        ("is_on", "f8", (6,)),
        # a loss of speed that may have been a collision
        ("drop_s", "f8"),
        ("drop_kmh", "f8"),
        ("drop_g", "f8"),
        ("drop_source", "f8"),
    ]
)
EVENT: Final = np.dtype(
    [
        ("slot", "i8"),
        ("kind", "i8"),
        ("source", "i8"),
        ("side", "i8"),
        ("start_s", "f8"),
        ("end_s", "f8"),
        ("peak_g", "f8"),
    ]
)
