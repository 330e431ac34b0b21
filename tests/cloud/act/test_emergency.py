"""Emergencies: people first, then a truck, once, however often the event comes."""

import pytest
from sqlalchemy import func, select

from cloud.act.adapters.emergencies import StoreEmergencies
from cloud.act.emergency import open_emergency
from cloud.notices import links
from cloud.rescue import commands
from cloud.store import queries
from cloud.store.tables import emergencies
from contract.messages import Position, UrgentEvent, UrgentKind
from tests.cloud.acting import World

STREAM = "0" * 32 + "-u"


def event(world: World, kind: UrgentKind, seq: int = 1, *, age_s: float = 1.0, place: bool = True) -> UrgentEvent:
    position = Position(latitude_deg=31.2, longitude_deg=121.4, crs="WGS84", precision="exact") if place else None
    return UrgentEvent(
        vehicle="car-2",
        stream=STREAM,
        seq=seq,
        boot_id="boot",
        mono_ms=1,
        wall_ms=world.now_ms - round(age_s * 1000),
        clock_quality="synchronised",
        event=kind,
        facts={"peak_g": 4.5},
        position=position,
    )


def happen(world: World, what: UrgentEvent) -> bool:
    with world.write() as connection:
        return open_emergency(connection, what, world.now_ms, world.policy)


@pytest.mark.parametrize(
    ("kind", "cause", "service"),
    [
        ("collision", "collision", "flatbed_tow"),
        ("thermal_event", "thermal_event", "flatbed_tow"),
        ("red_lamp", "dtc", "flatbed_tow"),
    ],
)
def test_instructions_and_a_person_come_before_the_truck(
    world: World, kind: UrgentKind, cause: str, service: str
) -> None:
    assert happen(world, event(world, kind))

    case, job = world.case(), world.job()
    assert (case.cause, case.severity, case.escalated_ms) == (cause, 5, world.now_ms)
    assert (job.origin, job.priority, job.service, job.case_id) == ("emergency", 0, service, case.id)
    kinds = [line.kind for line in case.timeline]
    assert kinds.index("notice_emergency") < kinds.index("needs_person") < kinds.index("job_step")
    assert case.reasons[0].en.endswith("(peak_g 4.5)")


def test_its_own_word_where_it_is_goes_to_the_job_and_else_the_car_is_asked(world: World) -> None:
    happen(world, event(world, "collision"))
    position = world.job().position
    assert position is not None
    assert position.precision == "exact"
    assert world.outbox("grant") == []

    happen(world, event(world, "thermal_event", seq=2, place=False))
    assert world.outbox("grant") == []  # the same job, which has its place

    assert len(world.jobs()) == 1


def test_without_a_place_the_car_is_asked_for_it(world: World) -> None:
    happen(world, event(world, "collision", place=False))

    assert [row["body"]["job"] for row in world.outbox("grant")] == [world.job().id]


def test_a_burning_battery_is_told_what_not_to_do(world: World) -> None:
    happen(world, event(world, "thermal_event"))

    (notice,) = world.outbox("notice")
    assert "119" in notice["body"]["text_zh"]
    assert "jump-start" in notice["body"]["text_en"]


def test_the_same_event_again_by_any_way_changes_nothing(world: World) -> None:
    once = event(world, "collision")
    happen(world, once)
    before = (world.cases(), world.jobs(), world.outbox())

    for _ in range(3):
        world.pass_s(5)
        assert not happen(world, once)

    assert (world.cases(), world.jobs(), world.outbox()) == before


def test_the_fast_path_and_the_log_come_to_the_same_case(world: World) -> None:
    class Clock:
        """Stands at the world's time."""

        def wall_s(self) -> float:
            return world.now_ms / 1000

        def mono_s(self) -> float:
            return 0.0

        def real_s(self, domain_s: float) -> float:
            return domain_s

    what = event(world, "collision")
    StoreEmergencies(world.store, Clock(), world.policy).open(what, world.now_ms)

    assert not happen(world, what)
    assert len(world.cases()) == 1


def test_an_old_event_reaches_a_person_and_nobody_else(world: World) -> None:
    happen(world, event(world, "collision", age_s=601))

    assert world.case().late
    assert world.case().escalated_ms is not None
    assert (world.jobs(), world.outbox()) == ([], [])


@pytest.mark.parametrize("kind", ["gap", "codes_cleared", "low_voltage", "position"])
def test_other_urgent_events_are_no_emergency(world: World, kind: UrgentKind) -> None:
    assert not happen(world, event(world, kind))
    assert world.cases() == []


def test_a_red_lamp_and_the_scored_code_behind_it_are_one_case_and_one_job(world: World) -> None:
    happen(world, event(world, "red_lamp"))

    world.report("car-2", "dtc", 0.9, times=5, severity=5, service="tow")

    assert len(world.cases()) == 1
    assert len(world.jobs()) == 1
    assert world.notices() == ["emergency"]


def test_a_scored_case_that_turns_into_an_emergency_sends_one_truck(world: World) -> None:
    world.report("car-2", "dtc", 0.9, times=1, severity=5, service="tow")

    happen(world, event(world, "red_lamp"))

    assert (len(world.cases()), len(world.jobs())) == (1, 1)
    with world.read() as connection:
        assert connection.execute(select(func.count()).select_from(emergencies)).scalar_one() == 1


def test_an_emergency_is_not_closed_by_quiet_scores(world: World) -> None:
    happen(world, event(world, "red_lamp"))

    world.report("car-2", "dtc", 0.0, times=20, severity=0)

    assert world.case().state == "open"


def test_a_battery_that_burns_while_a_jump_start_is_offered_gets_a_flatbed_instead(world: World) -> None:
    world.report("car-2", "low_voltage_battery", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms)
    world.tick()
    assert (world.job().service, world.job().state) == ("jump_start", "offered")

    happen(world, event(world, "thermal_event"))

    assert (world.job().service, world.job().state, world.job().priority) == ("flatbed_tow", "proposed", 0)
    with world.read() as connection:
        assert queries.partner_offers(connection, "near", now_ms=world.now_ms) == []
    world.pass_s(1)
    world.tick()
    assert world.job().state == "offered"


def test_a_jump_start_already_coming_to_a_burning_battery_is_a_persons_matter(world: World) -> None:
    world.report("car-2", "low_voltage_battery", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms)
    world.tick()
    with world.write() as connection:
        commands.accept(connection, world.job().id, partner_id="near", now_ms=world.now_ms)

    happen(world, event(world, "thermal_event"))

    assert "other help" in (world.job().escalated_why or {})["en"]
