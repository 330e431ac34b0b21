"""From scores to cases and what is done about them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cloud.act import holding
from cloud.cases import commands
from cloud.notices import links
from cloud.rescue import commands as rescue
from cloud.scoring.types import CAUSES, Cause, Risk
from cloud.store import queries
from cloud.store.tables import cases
from cloud.store.views import Point
from tests.cloud.acting import HOUR_MS, World, fleet_file, partner, vehicle

RISKY = 0.4  # between p* and 2 p* of every cause
GRAVE = 0.9


def yes(world: World) -> None:
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms, policy=world.policy)


def served(world: World, partner_id: str = "near") -> None:
    """Let the partner do the only open job to its end."""
    job_id = world.job(open_only=True).id
    pin = Point(latitude_deg=31.23, longitude_deg=121.47, crs="WGS84", precision="pin")
    with world.write() as connection:
        rescue.set_position(connection, job_id, pin, by="op", now_ms=world.now_ms)
    for step in (rescue.accept, rescue.en_route, rescue.arrive, rescue.complete):
        world.pass_s(60)
        with world.write() as connection:
            step(connection, job_id, partner_id=partner_id, now_ms=world.now_ms)


def test_three_agreeing_assessments_open_one_case_and_ask_the_driver(world: World) -> None:
    world.report("car-1", "low_voltage_battery", RISKY, times=2)
    assert world.cases() == []

    world.report("car-1", "low_voltage_battery", RISKY, times=1)

    case = world.case()
    assert (case.state, case.late, case.decision.action if case.decision else "") == ("open", False, "ask")
    assert world.notices() == ["ask"]
    assert [event.kind for event in case.timeline] == ["opened", "decided", "notice_ask"]
    assert all(event.zh and event.en and event.actor for event in case.timeline)


def test_the_same_samples_assessed_again_do_not_count(world: World) -> None:
    once = world.assessment("car-1", "tyre", GRAVE)

    for _ in range(5):
        world.apply(once)

    assert world.cases() == []


def test_more_of_the_same_asks_once(world: World) -> None:
    world.report("car-1", "tyre", RISKY, times=40)

    assert world.notices() == ["ask"]
    assert len(world.cases()) == 1


def test_a_confirmed_code_needs_one_report(world: World) -> None:
    world.report("car-1", "dtc", 0.5, times=1, severity=4)

    assert world.case().cause == "dtc"


def test_a_stop_class_code_gets_instructions_and_a_person_first_and_then_a_truck(world: World) -> None:
    world.report("car-2", "dtc", GRAVE, times=1, severity=5, service="tow")

    case, job = world.case(), world.job()
    assert case.decision is not None
    assert case.decision.action == "emergency"
    kinds = [event.kind for event in case.timeline]
    assert kinds.index("notice_emergency") < kinds.index("needs_person") < kinds.index("job_step")
    assert (job.origin, job.priority, job.service) == ("emergency", 0, "flatbed_tow")


def test_risk_that_goes_away_closes_the_case_after_five_quiet_assessments(world: World) -> None:
    world.report("car-1", "tyre", RISKY)

    world.report("car-1", "tyre", 0.01, times=4)
    assert world.case().state == "open"
    world.report("car-1", "tyre", 0.01, times=1)

    assert (world.case().state, world.case().resolution) == ("resolved", "cleared")


def test_between_the_two_limits_nothing_opens_and_nothing_closes(world: World) -> None:
    p_star = world.policy.cost_of("tyre").p_star
    between = 0.8 * p_star

    world.report("car-1", "tyre", between, times=20)
    assert world.cases() == []
    world.report("car-1", "tyre", 1.1 * p_star)
    world.report("car-1", "tyre", between, times=20)

    assert world.case().state == "open"


def test_a_value_that_swings_about_the_limit_for_hours_is_one_case_and_one_question(world: World) -> None:
    p_star = world.policy.cost_of("low_voltage_battery").p_star

    for minute in range(8 * 60):
        world.report("car-1", "low_voltage_battery", p_star * (1.05 if minute % 7 < 4 else 0.95), times=1)

    assert len(world.cases()) == 1
    assert world.notices() == ["ask"]


def test_what_was_not_measured_is_unknown_and_decides_nothing(world: World) -> None:
    world.report("car-1", "tyre", None, times=10)

    with world.read() as connection:
        health = queries.vehicle(connection, "car-1", now_ms=world.now_ms).health["tyre"]
    assert (health.level, health.risks, health.abstained) == ("unknown", None, "no_reading")
    assert world.cases() == []


def test_losing_the_measurement_does_not_clear_a_case(world: World) -> None:
    world.report("car-1", "tyre", RISKY)

    world.report("car-1", "tyre", None, times=10)

    assert world.case().state == "open"


@pytest.mark.parametrize(("age_s", "late", "asked"), [(30.0, False, True), (599.0, False, True), (601.0, True, False)])
def test_late_samples_open_a_case_that_shows_its_age_and_send_nothing(
    world: World, age_s: float, late: bool, asked: bool
) -> None:
    world.report("car-1", "low_voltage_battery", GRAVE, age_s=age_s)

    case = world.case()
    assert case.late is late
    assert case.age_at_open_s == pytest.approx(age_s)
    assert (world.notices() == ["ask"]) is asked
    assert world.jobs() == []


def test_a_late_case_is_acted_on_once_fresh_samples_say_the_same(world: World) -> None:
    world.report("car-1", "low_voltage_battery", GRAVE, age_s=7 * 24 * 3600)
    assert world.notices() == []

    world.report("car-1", "low_voltage_battery", GRAVE, times=1)

    assert world.notices() == ["ask"]


def test_a_clock_a_year_ahead_triggers_nothing_and_does_not_hide_what_follows(world: World) -> None:
    world.report("car-1", "tyre", GRAVE, age_s=-365 * 24 * 3600)
    assert world.cases() == []

    world.report("car-1", "tyre", RISKY)

    assert world.notices() == ["ask"]


def test_an_owner_who_agreed_beforehand_gets_a_truck_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(tmp_path_factory.mktemp("standing"))
    consents = [{"purpose": "standing_dispatch"}, {"purpose": "position"}]
    world.import_fleet(fleet_file([vehicle("car-1", consents=consents)], [partner("near")]))

    world.report("car-1", "low_voltage_battery", GRAVE)

    assert world.notices() == ["coming"]
    assert world.job().origin == "prediction"
    assert [row["kind"] for row in world.outbox()] == ["grant", "notice"]
    world.close()


def test_the_whole_loop_from_a_yes_to_a_resolved_case(world: World) -> None:
    world.report("car-1", "low_voltage_battery", GRAVE)
    yes(world)
    world.tick()

    served(world)

    assert (world.case().resolution, world.job().state) == ("rescued", "completed")
    assert [step.state for step in world.job().history] == [
        "proposed",
        "offered",
        "accepted",
        "en_route",
        "on_site",
        "completed",
    ]


def test_after_a_rescue_the_same_risk_opens_nothing_until_it_was_gone_or_the_cool_down_is_over(world: World) -> None:
    world.report("car-1", "low_voltage_battery", GRAVE)
    yes(world)
    world.tick()
    served(world)

    world.report("car-1", "low_voltage_battery", GRAVE, times=30)
    assert len(world.cases()) == 1
    world.now_ms += 73 * HOUR_MS
    world.report("car-1", "low_voltage_battery", GRAVE, times=1)

    assert [case.state for case in world.cases()] == ["open", "resolved"]
    assert world.notices() == ["ask", "ask"]


def test_a_false_alarm_said_by_a_person_stays_quiet(world: World) -> None:
    world.report("car-1", "tyre", RISKY)
    with world.write() as connection:
        commands.resolve(connection, world.case().id, reason="false_alarm", by="op", now_ms=world.now_ms)

    world.report("car-1", "tyre", RISKY, times=50)

    assert len(world.cases()) == 1


def test_too_many_cars_at_once_are_held_for_a_person(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(tmp_path_factory.mktemp("storm"))
    world.import_fleet(fleet_file([vehicle(f"car-{n}") for n in range(20)]))

    for _ in range(3):
        world.pass_s(30)
        world.apply(*(world.assessment(f"car-{n}", "low_voltage_battery", GRAVE) for n in range(20)))

    assert world.notices().count("ask") == 9
    held = [case for case in world.cases() if case.decision and case.decision.inputs["code"] == "breaker"]
    assert len(held) == 11
    assert all(case.escalated_ms is not None for case in held)

    with world.write() as connection:
        assert holding.release(connection, by="op", now_ms=world.now_ms)
    world.pass_s(30)
    world.apply(*(world.assessment(f"car-{n}", "low_voltage_battery", GRAVE) for n in range(20)))
    assert world.notices().count("ask") == 20
    world.close()


def test_a_car_heading_for_a_workshop_gets_a_reminder_and_no_case(world: World) -> None:
    slow = (Risk(24, 0.01), Risk(72, 0.1), Risk(168, 0.6))
    world.report("car-1", "tyre", 0.1, times=5, risks=slow, time_to_threshold_h=120.0, severity=2)

    assert world.cases() == []
    (reminder,) = world.reminders()
    assert (reminder.kind, reminder.state) == ("tyre", "due_soon")
    assert world.notices() == ["reminder"]


def test_a_healthy_car_raises_nothing(world: World) -> None:
    for cause in CAUSES:
        world.report("car-2", cause, 0.005, times=50, severity=0)
    world.now_ms += 10 * HOUR_MS
    world.tick()

    assert (world.cases(), world.jobs(), world.reminders(), world.outbox()) == ([], [], [], [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reports=st.lists(
        st.tuples(
            st.sampled_from(["car-1", "car-2"]),
            st.sampled_from(CAUSES[:3]),
            st.sampled_from([None, 0.01, 0.2, 0.3, 0.5, 0.95]),
            st.integers(0, 5),
            st.sampled_from([10.0, 900.0]),
        ),
        max_size=60,
    )
)
def test_never_two_open_cases_for_one_vehicle_and_cause(
    tmp_path_factory: pytest.TempPathFactory, reports: list[tuple[str, Cause, float | None, int, float]]
) -> None:
    world = World(tmp_path_factory.mktemp("world"))
    world.import_fleet(fleet_file([vehicle("car-1"), vehicle("car-2")], [partner("near")]))

    for car, cause, p, severity, age_s in reports:
        world.pass_s(60)
        world.apply(world.assessment(car, cause, p, severity=severity, age_s=age_s))
        world.tick()

    with world.read() as connection:
        twice = (
            select(func.count())
            .where(cases.c.state != "resolved")
            .group_by(cases.c.vehicle_id, cases.c.cause)
            .having(func.count() > 1)
        )
        assert connection.execute(twice).all() == []
    world.close()
