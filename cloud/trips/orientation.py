"""From a sensor that sits anyhow to the car's own axes: where is up, and where is forward.

Up is gravity where it is in the numbers; where it was taken out, it is the axis about which the sensor turns. Forward
comes from the first of these that tells: how speed changes; turning (a body that turns at w and moves at v is pushed by
w x v, which fixes forward and its sign without any speed); the axis along which most happens while going straight.
"""

from typing import Final, Literal, NamedTuple

import numpy as np

from cloud.trips.recording import Flags, Floats, G, Recording, low_passed

Axes = Literal["vehicle", "device", "earth"]
HAS_GRAVITY: Final = 0.5 * G
CLEAR: Final = 0.3  # a correlation from which on a direction is believed
TREND_S: Final = 120.0  # recordings shorter than this are not centred: a manoeuvre could be all they hold
LOCAL_S: Final = 150.0
STRAIGHT_DPS: Final = 4.0


class Motion(NamedTuple):
    """Motion in the car's axes, (n,): m/s^2 forward, to the left and up; yaw in degrees/s to the left, None without.

    `confidence` (0..1) is in which way the axes point; `found_by` says how: given, speed, turning, variance.
    """

    forward: Floats
    left: Floats
    up: Floats
    yaw_dps: Floats | None
    confidence: float
    found_by: str


def oriented(recording: Recording, axes: Axes) -> Motion:
    """Return the motion in the car's axes."""
    if axes == "vehicle":
        yaw = None if recording.rotation is None else recording.rotation[:, 2]
        forward, left, up = (recording.acceleration[:, k] for k in range(3))
        return Motion(_centred(forward, recording), _centred(left, recording), up, yaw, 0.95, "given")
    up_axis, dynamic = _earth(recording) if axes == "earth" else _upright(recording)
    first, second = _level(up_axis)
    level = np.column_stack((dynamic @ first, dynamic @ second))
    yaw_dps = None if recording.rotation is None else recording.rotation @ up_axis
    if axes == "earth" and yaw_dps is not None:
        level = _turned(level, np.deg2rad(_drift_free(yaw_dps)), recording.hz)
    level = np.column_stack([_centred(level[:, k], recording) for k in range(2)])
    ahead, confidence, found_by = _ahead(level, yaw_dps, recording, local=axes == "earth")
    forward = level[:, 0] * ahead[..., 0] + level[:, 1] * ahead[..., 1]
    left = level[:, 1] * ahead[..., 0] - level[:, 0] * ahead[..., 1]
    return Motion(forward, left, dynamic @ up_axis, yaw_dps, confidence, found_by)


def _upright(recording: Recording) -> tuple[Floats, Floats]:
    """Return the unit vector that points up, and the acceleration without gravity."""
    measured = recording.acceleration
    calm = low_passed(measured, recording.hz, 0.5)
    whole: Flags = np.asarray(np.isfinite(calm).all(axis=1))
    alive = whole & ~recording.stuck
    alive = alive if alive.any() else whole
    if not alive.any():
        return np.array([0.0, 0.0, 1.0]), measured
    mean: Floats = np.mean(calm[alive], axis=0)
    if np.linalg.norm(mean) < HAS_GRAVITY:
        return _turning_axis(recording, calm[alive]), measured
    size = np.linalg.norm(calm, axis=1)
    still: Flags = alive & (np.abs(size - np.median(size[alive])) < 0.03 * G)
    mean = np.mean(calm[still], axis=0) if still.any() else mean
    return mean / np.linalg.norm(mean), measured - mean


def _turning_axis(recording: Recording, calm: Floats) -> Floats:
    """Return up where gravity was taken out: a car turns about it; without a gyroscope it is where least happens."""
    spread = np.cov(calm.T)
    axis = np.linalg.eigh(spread)[1][:, 0]
    if recording.rotation is not None:
        turning = low_passed(recording.rotation, recording.hz, 0.5)
        turning = turning[np.isfinite(turning).all(axis=1)]
        if len(turning) > 1:
            axis = np.linalg.eigh(turning.T @ turning)[1][:, -1]
    looks_up: Floats = axis * np.sign(axis[np.argmax(np.abs(axis))])  # screens look up or to the driver, rarely down
    return looks_up


def _earth(recording: Recording) -> tuple[Floats, Floats]:
    measured = recording.acceleration
    mean = float(np.nanmean(measured[:, 2])) if np.isfinite(measured[:, 2]).any() else 0.0
    gravity = mean if abs(mean) > HAS_GRAVITY else 0.0
    return np.array([0.0, 0.0, 1.0]), measured - np.array([0.0, 0.0, gravity])


def _level(up: Floats) -> tuple[Floats, Floats]:
    """Return two unit vectors across `up` so that the three are a right-handed system."""
    seed = np.eye(3)[np.argmin(np.abs(up))]
    first = np.cross(seed, up)
    first /= np.linalg.norm(first)
    return first, np.cross(up, first)


def _drift_free(yaw_dps: Floats) -> Floats:
    """Return the yaw rate with the gyroscope's own offset taken out, 0 where nothing was measured."""
    slow = yaw_dps[np.isfinite(yaw_dps) & (np.abs(yaw_dps) < STRAIGHT_DPS)]
    offset = float(np.median(slow)) if len(slow) else 0.0
    return np.where(np.isfinite(yaw_dps), yaw_dps - offset, 0.0)


def _turned(level: Floats, yaw_rps: Floats, hz: float) -> Floats:
    """Return vectors of the earth as the car sees them, up to one angle that stays."""
    heading = np.cumsum(yaw_rps) / hz
    cos, sin = np.cos(heading), np.sin(heading)
    return np.column_stack((cos * level[:, 0] + sin * level[:, 1], cos * level[:, 1] - sin * level[:, 0]))


def _centred(values: Floats, recording: Recording) -> Floats:
    """Take a slope of the road or of the mount out, which never changes as fast as a driver does."""
    alive = values[np.isfinite(values) & ~recording.stuck]
    return values - np.median(alive) if len(alive) > TREND_S * recording.hz else values


def _ahead(level: Floats, yaw_dps: Floats | None, recording: Recording, *, local: bool) -> tuple[Floats, float, str]:
    """Return the unit vector ahead, (2,) or (n, 2), how sure that is, and what told."""
    calm = np.nan_to_num(low_passed(level, recording.hz, 0.5))
    calm[recording.stuck] = 0.0
    power = float(np.sum(calm**2))
    if not power > 0.0:
        return np.array([1.0, 0.0]), 0.1, "variance"
    by_speed = _by_speed(calm, recording)
    if by_speed is not None:
        return by_speed, 0.95, "speed"
    turn = None
    if yaw_dps is not None:
        yaw = np.nan_to_num(low_passed(np.deg2rad(_drift_free(yaw_dps)), recording.hz, 0.5))
        pushed = yaw[:, None] * np.column_stack((calm[:, 1], -calm[:, 0]))
        turn, size = np.sum(pushed, axis=0), float(np.sum(yaw**2))
        clear = float(np.linalg.norm(turn)) / max(np.sqrt(power * size), 1e-12)
        if clear >= CLEAR:
            return _unit(_nearby(pushed, recording.hz) if local else turn), min(0.9, 0.5 + clear), "turning"
        calm = calm[np.abs(yaw) < np.deg2rad(STRAIGHT_DPS)]
    axis = np.linalg.eigh(calm.T @ calm)[1][:, -1] if len(calm) > 1 else np.array([1.0, 0.0])
    told = turn @ axis if turn is not None and np.linalg.norm(turn) > 0.0 else -float(np.sum((calm @ axis) ** 3))
    # Without turns the sign is that of the strongest peaks: people brake harder than they accelerate.
    return axis * (1.0 if told >= 0.0 else -1.0), 0.5 if yaw_dps is not None else 0.3, "variance"


def _by_speed(calm: Floats, recording: Recording) -> Floats | None:
    if recording.speed_kmh is None:
        return None
    speed = low_passed(recording.speed_kmh / 3.6, recording.hz, 1.0)
    change = np.nan_to_num(np.gradient(speed) * recording.hz) if len(speed) > 1 else np.zeros(len(speed))
    slow = low_passed(calm, recording.hz, 1.0)
    told = np.sum(change[:, None] * slow, axis=0)
    size = np.sqrt(float(np.sum(change**2)) * float(np.sum(slow**2)))
    return _unit(told) if size > 0.0 and float(np.linalg.norm(told)) / size >= CLEAR else None


def _nearby(pushed: Floats, hz: float) -> Floats:
    """Return what turning says of forward around each moment, and a little of what it says in all."""
    reach = round(LOCAL_S * hz)
    sums = np.concatenate((np.zeros((1, 2)), np.cumsum(pushed, axis=0)))
    index = np.arange(len(pushed))
    around = sums[np.minimum(index + reach, len(pushed))] - sums[np.maximum(index - reach, 0)]
    found: Floats = around + 0.05 * sums[-1]
    return found


def _unit(vector: Floats) -> Floats:
    size = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.where(size > 0.0, vector / np.where(size > 0.0, size, 1.0), np.array([1.0, 0.0]))
