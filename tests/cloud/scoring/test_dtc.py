"""Trouble codes: the worst open code decides, pending counts one less, an empty answer clears, a burst is one event."""

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.log.ports import LogEntry
from cloud.scoring import dtc, engine
from cloud.scoring.layout import CODE, DTC_SLOTS
from cloud.scoring.types import Assessment
from contract import codec, signals
from contract.messages import DtcReport, DtcSet, DtcStatus, FreezeFrame, Lamp, LampState
from tests.cloud.scoring.journeys import batched, codes, in_log_order
from tests.cloud.scoring.stories import BURST, CODES, of_cause

STATUSES: tuple[DtcStatus, ...] = ("confirmed", "pending", "permanent")


def assessed(entries: list[LogEntry]) -> list[Assessment]:
    _, said = engine.step(engine.new_state(1), in_log_order(entries))
    return [a for a in said if a.cause == "dtc"]


def report(seq: int, *sets: tuple[str, DtcStatus, list[str]], mil: bool | None = None) -> LogEntry:
    return codes("car", seq, 600.0 * seq, sets, mil)


def test_a_stranding_code_is_less_while_pending_and_more_when_confirmed() -> None:
    asked, pending, confirmed, _ = of_cause(CODES, "dtc")

    assert [asked.severity, pending.severity, confirmed.severity] == [0, 3, 4]
    assert asked.risks is not None
    assert pending.risks is not None
    assert confirmed.risks is not None
    assert asked.risks[1].p < 0.01 < pending.risks[1].p < confirmed.risks[1].p
    assert "P0335" in confirmed.reasons[0].en
    assert "曲轴" in confirmed.reasons[0].zh
    assert confirmed.service == "mobile_mechanic"


def test_an_empty_answer_is_a_measurement_and_no_answer_is_not() -> None:
    assert of_cause(CODES, "dtc")[0].risks is not None

    silent = assessed(batched("car", [(0.0, signals.SOC, 50.0)]))
    assert silent[0].risks is None
    assert silent[0].abstained == "no_codes_read"


def test_an_empty_set_clears_what_that_control_unit_said_in_that_status_and_nothing_else() -> None:
    said = assessed(
        [
            report(1, ("7E8", "confirmed", ["P0335"]), ("7E9", "confirmed", ["P0700"])),
            report(2, ("7E8", "pending", [])),
            report(3, ("7E8", "confirmed", [])),
        ]
    )

    assert [a.severity for a in said] == [4, 4, 3]
    assert "P0700" in said[-1].reasons[0].en


def test_a_code_that_moves_from_pending_to_confirmed_keeps_its_history() -> None:
    said = assessed([report(1, ("7E8", "pending", ["P0335"])), report(2, ("7E8", "confirmed", ["P0335"]))])

    assert said[-1].reasons[2].numbers["times"] == 2.0


def test_an_older_report_does_not_bring_a_cleared_code_back() -> None:
    entries = [report(2, ("7E8", "confirmed", [])), report(1, ("7E8", "confirmed", ["P0335"]))]
    state, said = engine.step(engine.new_state(1), entries)

    assert [a.severity for a in said if a.cause == "dtc"] == [0]
    assert state.counts["late_reports"] == 1


def test_a_burst_from_three_control_units_is_one_event_of_supply_or_bus() -> None:
    last = of_cause(BURST, "dtc")[-1]

    assert last.reasons[0].code == "burst"
    assert last.severity == 4
    assert last.service == "mobile_mechanic"


def test_a_burst_at_a_flat_battery_calls_for_a_jump_start() -> None:
    low = batched("car", [(500.0, signals.SUPPLY_VOLTAGE, 10.6)])
    sets = [(ecu, "confirmed", [f"U1{ecu[1:]}0", f"U1{ecu[1:]}1"]) for ecu in ("7E8", "7E9", "7EA")]

    last = assessed([*low, codes("car", 1, 600.0, [(ecu, "confirmed", listed) for ecu, _, listed in sets])])[-1]

    assert last.service == "jump_start"
    assert last.reasons[1].numbers == {"volts": 10.6}


def made(seq: int, sets: tuple[DtcSet, ...], **more: Any) -> DtcReport:
    return DtcReport(
        vehicle="car",
        stream="0" * 32 + "-u",
        seq=seq,
        boot_id="boot",
        mono_ms=seq,
        wall_ms=seq,
        clock_quality="synchronised",
        sets=sets,
        **more,
    )


@pytest.mark.parametrize(
    ("lamps", "mil_on", "severity"),
    [
        ({}, None, None),
        ({}, True, 1),
        ({"mil": "off"}, False, 0),
        ({"mil": "slow_flash"}, True, 4),
        ({"amber_warning": "on", "protect": "off"}, None, 2),
        ({"protect": "on"}, None, 3),
        ({"red_stop": "on", "mil": "on"}, True, 4),
        ({"red_stop": "fast_flash"}, None, 5),
    ],
)
def test_the_worst_lamp_that_is_lit_counts(
    lamps: dict[Lamp, LampState], mil_on: bool | None, severity: int | None
) -> None:
    assert dtc.lamp_of(made(1, (), lamps=lamps, mil_on=mil_on)) == severity


def test_a_red_lamp_without_a_code_is_severe_and_an_emission_lamp_alone_is_not() -> None:
    nothing = np.zeros(DTC_SLOTS, CODE)

    assert dtc.assess(nothing, 1, 4, math.nan).severity == 4
    assert dtc.assess(nothing, 1, 1, math.nan).severity == 0


def test_a_commercial_vehicle_s_code_is_open_until_its_set_says_otherwise() -> None:
    rows = np.zeros(DTC_SLOTS, CODE)

    dtc.note(rows, made(1, (DtcSet(ecu="00", status="confirmed", codes=("SPN524287-31",)),)))
    assert [row["code"] for row in rows if row["code"] and row["status"] != dtc.GONE] == [b"SPN524287-31"]
    assert dtc.assess(rows, 1, 4, math.nan).severity == 4

    dtc.note(rows, made(2, (DtcSet(ecu="00", status="confirmed", codes=()),)))
    assert {int(row["status"]) for row in rows if row["code"]} == {dtc.GONE}


def test_a_freeze_frame_alone_clears_nothing_and_makes_no_report_of_the_same_moment_late() -> None:
    codes_too = report(2, ("7E8", "confirmed", ["P0335"]))
    frame = FreezeFrame(ecu="7E8", code="P0335", values={"Vehicle.Speed": 50.0})
    alone = msgspec.structs.replace(codec.decode(codes_too.payload), seq=1, sets=(), freeze_frames=(frame,))
    before = codes_too._replace(seq=1, payload=codec.encode(alone))

    state, said = engine.step(engine.new_state(1), in_log_order([before, codes_too]))

    assert [a.severity for a in said if a.cause == "dtc" and a.risks is not None] == [4]
    assert state.counts["late_reports"] == 0


def test_a_full_table_keeps_the_most_severe_codes_and_counts_the_rest() -> None:
    many = [f"P04{n:02X}" for n in range(0x40, 0x40 + DTC_SLOTS + 3)]
    state, said = engine.step(engine.new_state(1), [report(1, ("7E8", "confirmed", [*many, "P0335"]))])

    assert state.counts["crowded_out"] == 4
    assert [a.severity for a in said if a.cause == "dtc"] == [4]


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["7E8", "7E9"]),
                st.sampled_from(STATUSES),
                st.lists(st.sampled_from(["P0335", "P0420", "U0100"]), unique=True),
            ),
            min_size=1,
            max_size=4,
            unique_by=lambda one: one[:2],
        ),
        max_size=6,
    )
)
def test_the_open_codes_agree_with_a_plain_set(reports: list[list[tuple[str, DtcStatus, list[str]]]]) -> None:
    rows, open_codes = np.zeros(DTC_SLOTS, CODE), dict[tuple[str, str], int]()

    for number, sets in enumerate(reports, start=1):
        told_sets = (DtcSet(ecu=ecu, status=status, codes=tuple(listed)) for ecu, status, listed in sets)
        dtc.note(rows, made(number, tuple(told_sets)))
        told = {(ecu, dtc.STATUS[status]) for ecu, status, _ in sets}
        open_codes = {key: s for key, s in open_codes.items() if (key[0], s) not in told}
        for ecu, status, listed in sets:
            for code in listed:
                open_codes[ecu, code] = max(dtc.STATUS[status], open_codes.get((ecu, code), 0))

    found = {
        (row["ecu"].decode(), row["code"].decode()): int(row["status"])
        for row in rows
        if row["code"] and row["status"] != dtc.GONE
    }
    assert found == open_codes


def test_a_code_that_comes_back_within_a_week_of_being_cleared_counts_one_more() -> None:
    day = 86_400.0
    tape = in_log_order(
        [
            codes("car", 1, 0.0, [("7E8", "confirmed", ["P0128"])]),
            codes("car", 2, day, [("7E8", "confirmed", [])]),
            codes("car", 3, 3 * day, [("7E8", "confirmed", ["P0128"])]),
            codes("car", 4, 4 * day, [("7E8", "confirmed", [])]),
            codes("car", 5, 20 * day, [("7E8", "confirmed", ["P0128"])]),
        ]
    )

    _, said = engine.step(engine.new_state(1), tape)

    told = [a for a in said if a.cause == "dtc"]
    assert [a.severity for a in told] == [told[0].severity, 0, told[0].severity + 1, 0, told[0].severity]
    assert [reason.code for reason in told[2].reasons] == ["code", "code_severity", "code_returns"]
    assert told[1].reasons[0].code == "no_codes"
