"""What becomes of OBDb's commands in a set of ours, and why of the rest."""

from typing import Any

import pytest

from contract.signals import (
    CONTROL_MODULE_VOLTAGE,
    LOW_VOLTAGE,
    PACK_CURRENT,
    PACK_REMAINING,
    SOC,
    SPEED,
    TYRE_FRONT_LEFT,
)
from contract.validity import Validity
from edge.errors import SignalSetError
from edge.obd import decode
from edge.obd.addressing import Link
from edge.obd.obdb import compiled
from edge.obd.obdb.compiled import Compiled, Target
from edge.obd.obdb.reader import parse
from edge.obd.signalset import MODEL_YEARS, Command, Years
from tests.edge.obd.obdb import made

SOC_ROW = {**made.signal("SOC", unit="percent", div=2, max=100), "suggestedMetric": "stateOfCharge"}


def of(
    *rows: dict[str, Any],
    targets: dict[str, Target] | None = None,
    pids: dict[int, int] | None = None,
    within: frozenset[int] | None = frozenset(MODEL_YEARS),
) -> Compiled:
    found = Compiled()
    compiled.add(found, parse(made.text(*rows), "a.json").commands, targets or {}, pids or {}, within)
    return found


def one(*rows: dict[str, Any], **more: Any) -> Command:
    (named,) = of(*rows, **more).commands
    return named.command


def test_a_signal_with_a_metric_becomes_the_catalogues() -> None:
    found = of(made.command("22F00D", SOC_ROW, made.signal("OTHER"), freq=0.25))

    (named,) = found.commands
    assert (named.command.link, named.command.period_s, named.command.polled) == (Link(0x7E4, 0x7EC), 1.0, True)
    assert [field.signal for field in named.command.fields] == [SOC]
    assert (named.units, found.mapped) == (("percent",), {"SOC": SOC.path})
    assert (found.total, found.signals, found.refused_by_guard, found.left_out) == (1, 2, [], {})


def test_what_the_guard_refuses_is_named_whether_it_is_kept_or_not_and_never_asked() -> None:
    found = of(
        made.command("22F00D", SOC_ROW, hdr="700", rax="708"),
        made.command("22F00E", hdr="701", rax="709"),
        made.command("22F00F", SOC_ROW, hdr="6F1", rax="607", eax="07"),
    )

    assert found.refused_by_guard == ["700.708.22F00D", "701.709.22F00E", "6F1.607.22F00F|e=07"]
    assert [named.command.polled for named in found.commands] == [False, False]
    assert found.commands[1].command.link == Link(0x6F1, 0x607, False, 0x07, 0xF1)
    assert found.left_out == {"701.709.22F00E": "the catalogue has none of its signals"}


def test_what_wants_a_session_is_never_asked() -> None:
    found = of(made.command("22F00D", SOC_ROW, din="03"))

    assert found.wants_session == ["7E4.7EC.22F00D"]
    assert (found.commands[0].command.session, found.commands[0].command.polled) == (0x03, False)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (made.command("22F00D", SOC_ROW, proto="9141-2"), "9141-2 is not CAN"),
        (made.command("015B", SOC_ROW), "the agent reads this PID by itself"),
        (made.command("0120", SOC_ROW), "the agent reads this PID by itself"),
        (made.command("22F00D", SOC_ROW, hdr="7DF"), "nobody says which id answers"),
        (made.command("22F00D"), "the catalogue has none of its signals"),
    ],
)
def test_what_is_left_out_says_why(row: dict[str, Any], why: str) -> None:
    found = of(row, made.command("22FFFF"), pids={0x5B: 1})

    assert next(iter(found.left_out.values())) == why
    assert found.commands == []


def test_a_pid_that_the_agent_does_not_know_reaches_to_its_last_signal() -> None:
    command = one(made.command("019B", {**SOC_ROW, "fmt": {**SOC_ROW["fmt"], "bix": 20}}))

    assert (command.length, command.link) == (4, Link(0x7E4, 0x7EC))


def test_a_file_of_pids_alone_is_taken_in_the_place_of_ours_with_the_lengths_that_are_known() -> None:
    voltage = made.signal("VPWR", len=16, max=65.535, div=1000, unit="volts") | {
        "suggestedMetric": "starterBatteryVoltage"
    }
    remaining, supply = of(
        made.command("015B", SOC_ROW), made.command("0142", voltage), pids={0x5B: 1, 0x42: 2}
    ).commands

    assert [named.command.length for named in (remaining, supply)] == [1, 2]
    # The standard says more exactly what they are than the metric does.
    assert [named.command.fields[0].signal for named in (remaining, supply)] == [PACK_REMAINING, CONTROL_MODULE_VOLTAGE]


def test_what_goes_to_everybody_goes_to_the_one_that_answers() -> None:
    command = one(made.command("22F00D", SOC_ROW, hdr="7DF", rax="7ED"))

    assert command.link == Link(0x7E5, 0x7ED)


def test_a_range_is_the_sets_within_the_catalogues_and_in_its_unit() -> None:
    tyre = made.signal("TP", unit="psi", div=5, max=51) | {"suggestedMetric": "frontLeftTirePressure"}
    (field,) = one(made.command("22F00D", tyre)).fields

    assert field.low == TYRE_FRONT_LEFT.low
    assert field.high == pytest.approx(51 * 6.894757, rel=1e-6)


def test_the_12_v_has_the_catalogues_range_whatever_the_set_says() -> None:
    battery = made.signal("V", unit="volts", div=10, min=11, max=25.5) | {"suggestedMetric": "starterBatteryVoltage"}
    (field,) = one(made.command("22F00D", battery)).fields

    assert (field.low, field.high) == (LOW_VOLTAGE.low, LOW_VOLTAGE.high)


def test_a_null_bound_becomes_raw_values_that_are_not_measured() -> None:
    speed = made.signal("VSS", unit="kilometersPerHour", nullmax=255) | {"suggestedMetric": "speed"}
    command = one(made.command("22F00D", speed))

    assert command.fields[0].not_measured == ((255, 255),)
    (reading,) = decode.readings(command, "7EC", b"\xff")
    assert (reading.signal, reading.validity) == (SPEED.path, Validity.NOT_MEASURED)


def test_of_two_signals_that_are_the_same_to_the_catalogue_the_first_counts() -> None:
    found = of(made.command("22F00D", SOC_ROW, {**SOC_ROW, "id": "SOC2"}))

    assert found.mapped == {"SOC": SOC.path}
    assert found.not_mapped == {"SOC2": "another signal of the command is the same to the catalogue"}


@pytest.mark.parametrize(
    ("fmt", "why"),
    [
        ({"len": 65, "max": 100}, "its bits cannot be said"),
        ({"len": 12, "max": 100, "blsb": True}, "its bits cannot be said"),
        ({"min": 200, "max": 300}, "its range lies outside"),
        ({"unit": "volts"}, "volts cannot become percent"),
    ],
)
def test_a_signal_that_cannot_be_said_is_left_out_by_name(fmt: dict[str, Any], why: str) -> None:
    found = of(
        made.command("22F00D", made.signal("S", **{"unit": "percent", **fmt}) | {"suggestedMetric": "stateOfCharge"})
    )

    assert why in found.not_mapped["S"]


def test_a_user_says_what_a_signal_is_and_which_way_round() -> None:
    current = made.signal("I", len=16, unit="amps", div=10, sign=True, min=-300, max=400)
    command = one(made.command("22F00D", current), targets={"I": Target(PACK_CURRENT.path, reversed=True)})

    (reading,) = decode.readings(command, "7EC", (1234).to_bytes(2, "big"))
    assert (reading.signal, reading.value) == (PACK_CURRENT.path, -123.4)
    assert (command.fields[0].low, command.fields[0].high) == (-400.0, 300.0)


@pytest.mark.parametrize(
    ("fmt", "path", "complaint"),
    [
        ({}, "Vehicle.Sped", "S: Vehicle.Sped is not in the catalogue"),
        ({"map": {"1": "A"}}, SPEED.path, "S: its values are words"),
        ({"unit": "psi"}, SPEED.path, "S: psi cannot become km/h"),
    ],
)
def test_a_users_mistake_is_an_error(fmt: dict[str, Any], path: str, complaint: str) -> None:
    with pytest.raises(SignalSetError, match=complaint):
        of(made.command("22F00D", made.signal("S", **fmt)), targets={"S": Target(path)})


@pytest.mark.parametrize(
    ("given", "within", "left"),
    [
        ({}, range(1980, 2101), None),
        ({"from": 2018}, range(1980, 2101), Years(2018)),
        ({"from": 2027, "to": 2021}, range(1980, 2101), Years(2027, 2021)),
        ({"from": 1900}, range(1980, 2101), None),
        ({"to": 2200, "from": 2018}, range(1980, 2101), Years(2018)),
        ({"years": [2015, 2018]}, range(1980, 2101), Years(also=frozenset({2015, 2018}))),
        ({}, range(1980, 2019), Years(last=2018)),
        ({"from": 2015}, range(1980, 2019), Years(2015, 2018)),
        ({"from": 2018, "to": 2016}, range(2015, 2019), Years(also=frozenset({2015, 2016, 2018}))),
    ],
)
def test_a_command_is_tied_to_the_years_of_its_filter_and_its_file(
    given: dict[str, Any], within: range, left: Years | None
) -> None:
    assert one(made.command("22F00D", SOC_ROW, filter=given), within=frozenset(within)).years == left


def test_a_command_for_no_year_at_all_is_left_out() -> None:
    found = of(made.command("22F00D", SOC_ROW, filter={"from": 2020}), within=frozenset(range(1980, 2019)))

    assert found.left_out == {"7E4.7EC.22F00D|f=2020-": "no model year is left for it"}


def test_where_one_year_was_chosen_nothing_is_tied_to_years() -> None:
    assert one(made.command("22F00D", SOC_ROW, filter={"from": 2020}), within=None).years is None


def test_what_a_set_says_and_nobody_uses_is_named() -> None:
    found = Compiled()
    text = made.text(
        made.command("22F00D", SOC_ROW),
        diagnosticLevel="C0",
        signalGroups=[{"id": "G", "matchingRegex": "SOC"}],
        synthetics=[
            {"id": "R", "name": "R", "max": 1, "unit": "scalar", "formula": {"op": "ratio", "a": "SOC", "b": "SOC"}}
        ],
    )

    compiled.take(found, parse(text, "a.json"), {}, {}, None)

    assert (found.synthetics, found.groups, found.diagnostic_level) == (["R"], ["G"], 0xC0)
    assert found.commands[0].command.polled  # in the default session, and a refusal ends it
