"""The desk tells what the acting part would have told: both are given the same assessments and compared."""

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.decision.policy import Policy
from cloud.replay.desk import Desk
from cloud.scoring.types import Assessment
from tests.cloud.acting import HOUR_MS, MINUTE_MS, World, fleet_file, vehicle
from tests.cloud.scoring.stories import ALL_STORIES, Story, told

NOTICES: Final = {"ask": "ask", "inform": "inform", "reminder": "remind", "emergency": "emergency"}


def acted(folder: Path, said: list[Assessment], cars: list[str]) -> list[str]:
    """Return what the acting part tells of assessments, each at its own arrival."""
    world = World(folder)
    try:
        world.import_fleet(fleet_file([vehicle(car) for car in cars]))
        for a in said:
            world.now_ms = a.received_ms
            world.apply(a)
        return [NOTICES[kind] for kind in world.notices() if kind in NOTICES]
    finally:
        world.close()


def desk_said(said: list[Assessment]) -> list[str]:
    desk = Desk(Policy())
    return [alert.action for a in said if (alert := desk.take(a)) is not None]


@pytest.mark.parametrize("story", ALL_STORIES, ids=lambda story: story.name)
def test_of_every_story_the_desk_tells_what_acting_tells(story: Story, tmp_path: Path) -> None:
    said = told(story)

    assert desk_said(said) == acted(tmp_path, said, ["car"])


moves = st.lists(
    st.tuples(
        st.sampled_from(["low_voltage_battery", "tyre", "traction_battery", "dtc", "traction_cells"]),
        st.sampled_from([None, 0.01, 0.12, 0.2, 0.3, 0.9]),
        st.sampled_from([0, 2, 4]),  # an emergency's job stays open in the one and does not exist in the other
        st.sampled_from([None, 10.0, 120.0]),
        st.sampled_from([1, 1, 1, 5, 90, 4_400]),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=12, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_is_scored_the_desk_tells_what_acting_tells(tmp_path: Path, given_moves: list[Any]) -> None:
    folder = tmp_path / "world"
    folder.mkdir(exist_ok=True)
    for leftover in folder.iterdir():
        leftover.unlink()
    world, said, now_ms = World(folder), list[Assessment](), 0
    world.close()
    for cause, p, severity, hours, minutes in given_moves:
        now_ms += minutes * MINUTE_MS
        world.now_ms = 1_768_464_000_000 + now_ms
        said.append(world.assessment("car", cause, p, severity=severity, time_to_threshold_h=hours))

    assert desk_said(said) == acted(folder, said, ["car"])


def test_a_person_is_told_of_a_lasting_risk_once_and_again_after_the_cool_down(tmp_path: Path) -> None:
    world = World(tmp_path)
    said = []
    for hour in range(100):
        world.now_ms = 1_768_464_000_000 + hour * HOUR_MS
        said.append(world.assessment("car", "low_voltage_battery", 0.9))
    world.close()
    desk = Desk(world.policy)

    alerts = [alert for a in said if (alert := desk.take(a)) is not None]

    assert [alert.action for alert in alerts] == ["ask", "ask"]
    assert alerts[1].at_ms - alerts[0].at_ms == 72 * HOUR_MS
    assert {alert.grade for alert in alerts} == {"rescue"}


def test_a_reason_to_stop_is_an_emergency_at_once_and_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    desk, said = Desk(world.policy), []
    for _ in range(5):
        world.pass_s(60)
        said.append(world.assessment("car", "traction_cells", 0.98, severity=5))
    world.close()

    alerts = [alert for a in said if (alert := desk.take(a)) is not None]

    assert [(alert.action, alert.grade) for alert in alerts] == [("emergency", "emergency")]
    assert alerts[0].at_ms == said[0].received_ms


def test_nothing_measured_tells_nobody_anything(tmp_path: Path) -> None:
    world = World(tmp_path)
    desk = Desk(world.policy)

    assert [desk.take(world.assessment("car", "tyre", None)) for _ in range(20)] == [None] * 20
    world.close()
