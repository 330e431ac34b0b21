"""The door of scoring: one result whatever the grouping, nothing invented, nothing lost without being counted."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.log.ports import LogEntry
from cloud.scoring import engine
from cloud.scoring.types import CAUSES, HORIZONS_H, Assessment, VehicleFacts
from contract import codec, signals
from contract.messages import UrgentEvent
from tests.cloud.scoring.journeys import (
    HOUR,
    START_S,
    STREAM,
    at_the_pile,
    batched,
    cells_awake,
    codes,
    driven_tyres,
    engine_running,
    facts,
    in_log_order,
    motorway_charge,
    parked_voltage,
    petrol_drive,
    shifted,
    telemetry,
)


def fleet() -> list[LogEntry]:
    """Return the log of six cars that between them use every kernel."""
    parked = shifted(parked_voltage(1, 6.0, drain_a=2.5), 1.0)
    return in_log_order(
        [facts(f"car-{n}", VehicleFacts(powertrain="bev", placard_kpa=250.0, pack_kwh=77.4)) for n in range(3)],
        batched("car-0", driven_tyres(1, [(0.0, 5.0)], leak_kpa_d=40.0), 300.0),
        batched("car-1", motorway_charge(1, 6.0, soc=70.0, pct_h=12.0, kmh=60.0), 300.0),
        batched("car-2", driven_tyres(2, [(0.0, 3.0)], with_temperature=False), 300.0),
        batched("car-3", petrol_drive(3, 0.0, 1.0) + parked, 300.0),
        batched("car-0", cells_awake(1, 2.0, sinking_mv_h=60.0), 300.0, first_seq=1000),
        batched("car-5", cells_awake(2, 1.0, cells=14), 300.0),
        batched("car-4", engine_running(1, 6.0, 6.5), 120.0),
        batched("car-2", at_the_pile(30.0, 15.0, begin_h=4.0), 120.0, first_seq=1000),
        [codes("car-4", n, 3600.0 * n, [("7E8", "pending", ["P0335"][: n % 2])]) for n in range(1, 6)],
        [codes("car-3", n, 3600.0 * n, [("7E8", "confirmed", [])], mil=False) for n in range(1, 6)],
    )


FLEET = fleet()


def stepped(groups: Sequence[Sequence[LogEntry]]) -> tuple[engine.State, list[Assessment]]:
    """Step a new state through `groups` of entries, one call each."""
    state, said = engine.new_state(1), list[Assessment]()
    for group in groups:
        state, some = engine.step(state, group)
        said += some
    return state, said


@pytest.fixture(scope="module")
def one_by_one() -> tuple[bytes, list[Assessment]]:
    state, said = stepped([[entry] for entry in FLEET])
    return engine.dump(state), said


def test_every_cause_speaks_in_the_fleet(one_by_one: tuple[bytes, list[Assessment]]) -> None:
    measured = {assessment.cause for assessment in one_by_one[1] if assessment.risks is not None}

    assert measured == set(CAUSES)


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, len(FLEET)), max_size=12))
def test_the_result_is_the_same_bit_for_bit_however_entries_are_batched(
    one_by_one: tuple[bytes, list[Assessment]], cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(FLEET)]

    state, said = stepped([FLEET[a:b] for a, b in pairwise(edges)])

    assert engine.dump(state) == one_by_one[0]
    assert said == one_by_one[1]


def test_the_result_is_the_same_bit_for_bit_when_vehicles_are_split_over_workers(
    one_by_one: tuple[bytes, list[Assessment]],
) -> None:
    whole = engine.load(one_by_one[0])
    said: list[Assessment] = []
    for share in range(3):
        part, some = stepped([[e for e in FLEET if int(e.vehicle[-1]) % 3 == share]])
        said += some
        for vehicle, slot in part.slots.items():
            there = whole.slots[vehicle]
            assert part.hot32[slot].tobytes() == whole.hot32[there].tobytes()
            assert part.cars[slot].tobytes() == whole.cars[there].tobytes()
            assert part.codes[slot].tobytes() == whole.codes[there].tobytes()
            own, same = int(part.about["pack"][slot]) - 1, int(whole.about["pack"][there]) - 1
            assert (own < 0) == (same < 0)
            if own >= 0:
                assert part.packs[own].tobytes() == whole.packs[same].tobytes()
                assert part.cells[own].tobytes() == whole.cells[same].tobytes()

    assert sorted(said, key=lambda a: (a.offset, CAUSES.index(a.cause))) == one_by_one[1]


@pytest.mark.parametrize("seed", range(5))
def test_a_snapshot_and_a_replay_come_back_to_the_same_state_bit_for_bit(
    one_by_one: tuple[bytes, list[Assessment]], seed: int
) -> None:
    cut = random.Random(seed).randrange(1, len(FLEET))
    state, said = stepped([FLEET[:cut]])

    revived = engine.load(engine.dump(state))
    revived, rest = engine.step(revived, FLEET[cut:])

    assert engine.dump(revived) == one_by_one[0]
    assert said + rest == one_by_one[1]


def test_a_new_vehicle_is_unknown_in_all_that_was_not_measured() -> None:
    _, said = stepped([in_log_order(batched("car", parked_voltage(1, 0.5)))])

    first = {assessment.cause: assessment for assessment in said if assessment.offset == 1}
    assert set(first) == set(CAUSES)
    assert all(a.risks is None and a.abstained and a.as_of_ms == 0 and not a.reasons for a in first.values())


def test_readings_without_a_value_leave_a_cause_unknown() -> None:
    rows = [(60.0 * k, signal, math.nan) for k in range(20) for signal in (signals.TYRE_FRONT_LEFT, signals.SOC)]

    _, said = stepped([in_log_order(batched("car", rows))])

    assert {assessment.cause for assessment in said} == set(CAUSES)
    assert all(assessment.risks is None for assessment in said)


def test_an_entry_is_assessed_for_the_causes_it_brought_news_of() -> None:
    rows = [(60.0, signals.SOC, 50.0), (120.0, signals.SUPPLY_VOLTAGE, 12.6), (180.0, signals.SOC, 50.0)]

    _, said = stepped([in_log_order(batched("car", rows))])

    assert [a.cause for a in said if a.offset == 2] == ["low_voltage_battery"]
    assert [a.cause for a in said if a.offset == 3] == ["traction_battery"]


def test_an_assessment_tells_its_newest_sample_and_when_it_came() -> None:
    _, said = stepped([in_log_order(batched("car", [(30.0, signals.SOC, 50.0), (45.0, signals.SPEED, 50.0)]))])

    charge = next(a for a in said if a.cause == "traction_battery")
    assert charge.as_of_ms == round((START_S + 45.0) * 1000)
    assert charge.received_ms == round((START_S + 46.0) * 1000)
    assert charge.calibrated is False
    assert charge.risks is not None
    assert [risk.horizon_h for risk in charge.risks] == list(HORIZONS_H)


def test_the_same_readings_under_another_key_are_late_and_change_nothing_but_the_count() -> None:
    tape = in_log_order(batched("car", parked_voltage(1, 3.0)))
    state, _ = stepped([tape])
    slot = state.slots["car"]
    before, late = state.cars[slot].copy(), float(state.cars["late_n"][slot])

    state, said = engine.step(state, [e._replace(stream="1" * 32 + "-t", offset=e.offset + 1000) for e in tape])

    assert said == []
    assert state.cars["late_n"][slot] == late + 37
    state.cars["late_n"][slot] = late
    assert state.cars[slot].tobytes() == before.tobytes()


def test_late_data_never_announces_the_past() -> None:
    drained = in_log_order(batched("car", parked_voltage(1, 10.0, drain_a=3.0)))
    present = telemetry("car", 1, [(30 * HOUR, signals.SUPPLY_VOLTAGE, 12.7)])

    _, said = stepped([[present._replace(offset=1)], [e._replace(offset=e.offset + 1) for e in drained]])

    assert {a.offset for a in said} == {1}


def test_a_reading_from_the_future_is_refused_and_counted() -> None:
    early = telemetry("car", 1, [(0.0, signals.SOC, 50.0), (7200.0, signals.SOC, 10.0)])
    entry = early._replace(received_ms=round(START_S * 1000), offset=1)

    state, said = stepped([[entry]])

    assert state.about["refused"][state.slots["car"]] == 1
    assert next(a for a in said if a.cause == "traction_battery").as_of_ms == round(START_S * 1000)


def test_a_car_whose_clock_was_never_set_is_not_scored() -> None:
    state, said = stepped([[telemetry("car", 1, [(0.0, signals.SOC, 5.0)], quality="unset")]])

    assert said == []
    assert state.counts["unclocked"] == 1


@pytest.mark.parametrize("kind", ["telemetry", "facts", "dtc"])
@pytest.mark.parametrize("payload", [b"", b"OR\x01\x00nonsense", b"\x00" * 64, b"\xa1\xff"])
def test_an_entry_that_cannot_be_read_is_counted_and_passed_over(payload: bytes, kind: str) -> None:
    bad = LogEntry(1, "car", f"{STREAM}-t", 1, kind, 0, payload)
    good = telemetry("car", 2, [(0.0, signals.SOC, 50.0)])._replace(offset=2)

    state, said = stepped([[bad, good]])

    assert state.counts["unreadable"] == 1
    assert {a.offset for a in said if a.risks is not None} == {2}


def test_an_entry_that_speaks_of_another_vehicle_is_not_believed() -> None:
    state, said = stepped([[telemetry("victim", 1, [(0.0, signals.SOC, 1.0)])._replace(vehicle="attacker")]])

    assert said == []
    assert state.counts["unreadable"] == 1


def test_facts_apply_in_order_and_old_ones_do_not_come_back() -> None:
    new = facts("car", VehicleFacts(powertrain="bev", placard_kpa=250.0), seq=2)
    old = facts("car", VehicleFacts(powertrain="bev", placard_kpa=210.0), seq=1)

    state, said = stepped([[new, old]])

    assert all(assessment.risks is None for assessment in said)
    assert state.cars["placard_kpa"][0] == 250.0


def test_codes_that_were_cleared_are_gone() -> None:
    event = UrgentEvent(
        vehicle="car",
        stream=f"{STREAM}-u",
        seq=2,
        boot_id="boot",
        mono_ms=0,
        wall_ms=round((START_S + 100.0) * 1000),
        clock_quality="synchronised",
        event="codes_cleared",
    )
    cleared = LogEntry(2, "car", event.stream, 2, "urgent", event.wall_ms, codec.encode(event))

    _, said = stepped([[codes("car", 1, 10.0, [("7E8", "confirmed", ["P0335"])])], [cleared]])

    severities = [a.severity for a in said if a.cause == "dtc"]
    assert severities == [4, 0]


def test_the_state_grows_and_keeps_what_it_held() -> None:
    tapes = [batched(f"car-{n}", [(float(n), signals.SOC, 50.0 + n / 4)]) for n in range(130)]

    state, _ = stepped([in_log_order(*tapes)])

    assert len(state.slots) == 130
    assert [state.cars["soc_pct"][state.slots[f"car-{n}"]] for n in range(130)] == [50.0 + n / 4 for n in range(130)]
    assert state.hot.ctypes.data % 64 == 0


def test_warming_up_leaves_nothing_to_compile() -> None:
    engine.warmup()
    from cloud.scoring.absorb import absorb
    from cloud.scoring.track import track

    before = [len(getattr(kernel, "signatures", ())) for kernel in (absorb, track)]
    stepped([FLEET[:50]])

    assert [len(getattr(kernel, "signatures", ())) for kernel in (absorb, track)] == before
