"""What operators do to cases."""

import pytest

from cloud.cases import commands
from cloud.store.errors import MissingError, OutdatedError, RefusedError
from tests.cloud.acting import World


@pytest.fixture
def case_id(world: World) -> str:
    world.report("car-1", "tyre", 0.4)
    return world.case().id


def test_taking_a_case_is_told_once(world: World, case_id: str) -> None:
    for _ in range(2):
        with world.write() as connection:
            view = commands.acknowledge(connection, case_id, by="op", now_ms=world.now_ms, comment="on it")

    assert view.state == "acknowledged"
    assert [event.actor for event in view.timeline if event.kind == "acknowledged"] == ["op"]


def test_resolving_keeps_the_reason_and_frees_the_place_for_another_case(world: World, case_id: str) -> None:
    with world.write() as connection:
        view = commands.resolve(connection, case_id, reason="repaired", by="op", now_ms=world.now_ms)

    assert (view.state, view.resolution, view.timeline[-1].data["reason"]) == ("resolved", "repaired", "repaired")


def test_the_version_that_somebody_else_has_changed_is_refused(world: World, case_id: str) -> None:
    seen = world.case().version
    with world.write() as connection:
        commands.acknowledge(connection, case_id, by="op", now_ms=world.now_ms, version=seen)

    with world.write() as connection, pytest.raises(OutdatedError):
        commands.resolve(connection, case_id, reason="other", by="op2", now_ms=world.now_ms, version=seen)
    assert world.case().state == "acknowledged"


def test_newer_evidence_does_not_trip_an_operators_version_check(world: World, case_id: str) -> None:
    seen = world.case().version

    world.report("car-1", "tyre", 0.45, times=10)

    assert world.case().version == seen
    assert world.case().risks == [(24, 0.45), (72, 0.45), (168, 0.45)]


def test_what_is_over_is_over(world: World, case_id: str) -> None:
    with world.write() as connection:
        commands.resolve(connection, case_id, reason="repaired", by="op", now_ms=world.now_ms)
        commands.resolve(connection, case_id, reason="repaired", by="op", now_ms=world.now_ms)

        with pytest.raises(RefusedError) as refused:
            commands.resolve(connection, case_id, reason="other", by="op", now_ms=world.now_ms)
        with pytest.raises(RefusedError):
            commands.acknowledge(connection, case_id, by="op", now_ms=world.now_ms)

    assert refused.value.code == "resolved"


def test_an_unknown_case_is_missing(world: World) -> None:
    with world.write() as connection, pytest.raises(MissingError):
        commands.acknowledge(connection, "nothing", by="op", now_ms=world.now_ms)
