"""Motion in data sets of strangers: from a map to events and a risk level."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cloud.decision.policy import Policy
from cloud.errors import SettingsError
from cloud.replay import mapping
from cloud.replay.adapters.files import tables
from cloud.replay.run import Replay
from tests.cloud.trips.drives import GRAVITY, Manoeuvre, drive, mounted, of_the_earth

PLAN = [
    Manoeuvre("acceleration", 32.0, 3.0, 4.2),
    Manoeuvre("braking", 70.0, 2.5, 5.5),
    Manoeuvre("left", 110.0, 3.0, 4.6),
    Manoeuvre("right", 150.0, 3.0, 4.6),
]
KINDS = [
    ("harsh_acceleration", None),
    ("harsh_braking", None),
    ("harsh_turn", "left"),
    ("harsh_turn", "right"),
]
DEVICE = """
[motion]
axes = "device"
[signals]
acceleration_x = { column = "AccX", unit = "g" }
acceleration_y = { column = "AccY", unit = "g" }
acceleration_z = { column = "AccZ", unit = "g" }
gyroscope_x = { column = "GyroX", unit = "deg/s" }
gyroscope_y = { column = "GyroY", unit = "deg/s" }
gyroscope_z = { column = "GyroZ", unit = "deg/s" }
"""


def replayed(text: str, *paths: Path) -> dict[str, Any]:
    whole = mapping.parse(text, "map.toml")
    files = [str(path) for path in paths]
    run = Replay(whole, Policy(), lambda _: None, lambda *_: None)
    found = run.run(tables(files, whole.file))
    assert json.loads(json.dumps(found)) == found
    return found


def written(path: Path, header: str, *columns: Any, order: Callable[[list[str]], None] | None = None) -> Path:
    rows = [",".join(str(cell) for cell in row) for row in zip(*columns, strict=True)]
    if order is not None:
        order(rows)
    path.write_text("\n".join([header, *rows]))
    return path


def kinds(found: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(event["kind"], event["direction"]) for event in found["events"]]


def test_a_box_at_any_angle_without_times_and_without_speed(tmp_path: Path) -> None:
    one = drive(PLAN, lasting_s=200.0)
    seen = mounted(one.pushed + np.array([0.0, 0.0, GRAVITY]), 3) / 9.80665, mounted(one.turned, 3)
    path = written(tmp_path / "anna.csv", "AccX,AccY,AccZ,GyroX,GyroY,GyroZ", *seen[0].T, *seen[1].T)

    found = replayed('[time]\nrate_hz = 50.0\nstart = "2026-01-01T00:00:00Z"' + DEVICE, path)

    assert kinds(found) == KINDS
    assert found["events"][0]["vehicle"] == "anna"
    assert found["events"][1]["start"].startswith("2026-01-01T00:01:1")
    assert 0.35 < found["events"][1]["strength_g"] < 0.7
    (recording,) = found["recordings"]
    assert (recording["risk_level"], recording["scored"]) == ("high", True)
    assert recording["harsh"] >= 3


@pytest.mark.source
def test_two_files_of_one_phone_in_axes_of_the_earth_by_nanoseconds_in_no_order(tmp_path: Path) -> None:
    one = drive(PLAN, lasting_s=200.0)
    pushed, turned = of_the_earth(one, 77.0)
    nanos = (12_893_228_275_395 + one.times_s * 1e9).astype(np.int64)
    whole = Path("docs/maps/phone-earth.toml").read_text(encoding="utf-8")

    first = written(tmp_path / "aceleracaoLinear_terra.csv", "timestamp,uptimeNanos,x,y,z", nanos, nanos, *pushed.T)
    spun = np.deg2rad(turned)
    shuffled = np.random.default_rng(5).shuffle
    second = written(
        tmp_path / "giroscopio_terra.csv", "timestamp,uptimeNanos,x,y,z", nanos, nanos, *spun.T, order=shuffled
    )

    assert kinds(replayed(whole, first, second)) == KINDS


def test_a_calm_drive_is_of_low_risk_and_a_collision_is_found(tmp_path: Path) -> None:
    calm = drive([], lasting_s=120.0, hz=100.0)
    crashed = calm.pushed.copy()
    at = 9_000
    crashed[at : at + 12] += [-60.0, 10.0, 5.0]
    crashed[at + 100 :] *= 0.02
    text = (
        '[time]\ncolumn = "t"\nformat = "epoch_s"\n[signals]\n'
        + "\n".join(f'acceleration_{way} = {{ column = "{way[:2]}" }}' for way in ("longitudinal", "lateral"))
        + '\nangular_velocity_yaw = { column = "yaw" }\nspeed = { column = "v", unit = "m/s" }\n'
    )
    speed = np.where(np.arange(len(calm.times_s)) > at + 150, 0.0, calm.kmh / 3.6)
    times = 1.7e9 + calm.times_s
    quiet = written(tmp_path / "q.csv", "t,lo,la,yaw,v", times, *calm.pushed.T[:2], calm.turned[:, 2], calm.kmh / 3.6)
    hit = written(tmp_path / "h.csv", "t,lo,la,yaw,v", times, *crashed.T[:2], calm.turned[:, 2], speed)

    assert [one["risk_level"] for one in replayed(text, quiet)["recordings"]] == ["low"]
    found = replayed(text, hit)
    assert [event["kind"] for event in found["events"] if event["kind"] == "collision_candidate"] != []
    assert found["recordings"][0]["risk_level"] == "high"


def test_a_map_that_forgets_an_axis_or_mixes_them_is_told_so() -> None:
    with pytest.raises(SettingsError, match="acceleration_z is missing"):
        mapping.parse('[signals]\nacceleration_x = {column="x"}\nacceleration_y = {column="y"}', "m.toml")
    with pytest.raises(SettingsError, match=r"motion\.axes"):
        mapping.parse('[motion]\naxes="device"\n[signals]\nacceleration_lateral = {column="x"}', "m.toml")
    with pytest.raises(SettingsError, match="not both"):
        mapping.parse(
            "[signals]\n" + "".join(f'acceleration_{k} = {{column="{k}"}}\n' for k in ("x", "y", "z", "lateral")),
            "m.toml",
        )
