"""Drives made of manoeuvres, as a sensor in the car would record them; by formulas of their own."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GRAVITY = 9.81


class Manoeuvre(NamedTuple):
    """`kind` from `start_s` for `lasting_s`; `size` is m/s^2 along the way it pushes."""

    kind: str
    start_s: float
    lasting_s: float
    size: float


class Drive(NamedTuple):
    """(n,) seconds and km/h; (n, 3) m/s^2 in the car's axes (forward, left, up, no gravity), degrees/s about them."""

    times_s: Floats
    kmh: Floats
    pushed: Floats
    turned: Floats


def drive(
    manoeuvres: list[Manoeuvre], *, lasting_s: float = 300.0, hz: float = 50.0, kmh: float = 50.0, seed: int = 1
) -> Drive:
    """Return a drive at `kmh` with gentle traffic, road noise, and these manoeuvres."""
    draw = np.random.default_rng(seed)
    times = np.arange(round(lasting_s * hz)) / hz
    forward = 0.6 * np.sin(times / 7.0) + 0.3 * np.sin(times / 3.1)
    left = np.zeros(len(times))
    for at in np.arange(20.0, lasting_s - 10.0, 40.0):  # ordinary bends, left and right in turn
        left += (1.3 if round(at / 40.0) % 2 else -1.3) * bump(times, at, 5.0)
    for one in manoeuvres:
        here = one.size * bump(times, one.start_s, one.lasting_s)
        left = np.where(here != 0.0, 0.0, left) if one.kind not in ("acceleration", "braking") else left
        match one.kind:
            case "acceleration":
                forward += here
            case "braking":
                forward -= here
            case "left":
                left += here
            case "right":
                left -= here
            case "lane_left" | "lane_right":
                side = 1.0 if one.kind == "lane_left" else -1.0
                half = one.lasting_s / 2.0
                left += side * one.size * bump(times, one.start_s, half)
                left -= side * one.size * bump(times, one.start_s + half, half)
    speed = np.clip(kmh / 3.6 + np.cumsum(forward) / hz, 8.0, None)
    yaw = np.rad2deg(left / speed)
    pushed = np.column_stack((forward, left, np.zeros(len(times))))
    pushed += draw.normal(0.0, 0.5, pushed.shape)
    turned = np.column_stack((np.zeros(len(times)), np.zeros(len(times)), yaw))
    turned += draw.normal(0.0, 0.5, turned.shape)
    return Drive(times, speed * 3.6, pushed, turned)


def bump(times: Floats, start_s: float, lasting_s: float) -> Floats:
    """Return 0..1: a smooth rise, a plateau, a smooth fall."""
    inside = (times >= start_s) & (times <= start_s + lasting_s)
    phase = np.clip((times - start_s) / lasting_s, 0.0, 1.0)
    return np.where(inside, np.minimum(1.0, 1.6 * np.sin(math.pi * phase)), 0.0)


def mounted(vectors: Floats, seed: int) -> Floats:
    """Return car-axis vectors as a sensor sees them that was stuck somewhere at any angle."""
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    seen: Floats = vectors @ turn.T
    return seen


def of_the_earth(one: Drive, heading_deg: float) -> tuple[Floats, Floats]:
    """Return acceleration (without gravity) and rotation in axes that point east, north and up."""
    hz = 1.0 / (one.times_s[1] - one.times_s[0])
    heading = np.deg2rad(heading_deg) + np.cumsum(np.deg2rad(one.turned[:, 2])) / hz
    cos, sin = np.cos(heading), np.sin(heading)
    east = cos * one.pushed[:, 0] - sin * one.pushed[:, 1]
    north = sin * one.pushed[:, 0] + cos * one.pushed[:, 1]
    return np.column_stack((east, north, one.pushed[:, 2])), one.turned
