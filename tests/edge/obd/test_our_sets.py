"""The sets that travel with the agent: sound, askable, and every number worked out once more by hand."""

import math

import pytest

from contract.signals import CATALOGUE
from contract.validity import Validity
from edge.adapters import signal_sets
from edge.obd.addressing import Link
from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.guard import allows
from edge.obd.interpreter import Interpreter
from edge.obd.isotp import Message
from edge.obd.signalset import MODEL_YEARS, Command

SETS = {one.name: one for one in signal_sets.load(signal_sets.names())}
COMMANDS = [(name, command) for name, one in SETS.items() for command in one.commands]
PSI_KPA = 6.894757293168361
BATTERY = "Vehicle.Powertrain.TractionBattery."
SOC, SHOWN = BATTERY + "StateOfCharge.Current", BATTERY + "StateOfCharge.Displayed"
LOW = "Vehicle.LowVoltageBattery."
TYRE = "Vehicle.Chassis.Axle.{}.Tire.Pressure"
FL, FR = TYRE.format("Row1.Wheel.Left"), TYRE.format("Row1.Wheel.Right")
RL, RR = TYRE.format("Row2.Wheel.Left"), TYRE.format("Row2.Wheel.Right")
ODO = "Vehicle.TraveledDistance"
NONE, BAD = Validity.NOT_MEASURED, Validity.INVALID


def test_every_maker_of_the_list_has_a_set() -> None:
    makers = {"byd", "e-gmp", "ford-f150", "geely", "gwm", "mg", "nissan-leaf", "vw-e-up", "vw-meb", "xpeng", "zeekr"}

    assert makers | {"sae-j1979", "sae-j1979-engine", "sae-j1979-detail"} <= SETS.keys()


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[f"{name} {command.id}" for name, command in COMMANDS])
def test_a_command_may_be_sent_and_reads_what_the_catalogue_knows(name: str, command: Command) -> None:
    target = command.link or Link(0x7DF, 0x7E8)
    request = (bytes([len(command.payload)]) + command.payload).ljust(8, b"\x55")

    assert all(CATALOGUE[field.signal.path] is field.signal for field in command.fields)
    assert allows(CanFrame(target.request_id, target.extended, request)) is command.polled


@pytest.mark.parametrize("year", MODEL_YEARS[25:60:5])
def test_all_sets_together_ask_nothing_twice_of_a_car_of_any_year(year: int) -> None:
    assert signal_sets.interpreter(signal_sets.names(), year).sets


def read(interpreter: Interpreter, answer: str, link: Link) -> dict[str, float | Validity]:
    facts = interpreter.interpret(Message(link, bytes.fromhex(answer)))
    assert facts is not None
    readings = [fact for fact in facts if isinstance(fact, Reading)]
    return {one.signal: one.value if one.validity is Validity.VALUE else one.validity for one in readings}


# Set, model year, request and response id, answer, and what it says. Numbers are worked out in the comments' way.
VECTORS: list[tuple[str, int, str, str, str, dict[str, float | Validity]]] = [
    # 200 / 2.5; 200 * 20.4 / 46 - 6.4
    ("vw-meb", 2022, "17FC007B", "17FE007B", "62028C C8", {SOC: 80.0, SHOWN: 82.29565217391304}),
    ("vw-meb", 2022, "17FC007B", "17FE007B", "62028C FF", {SOC: NONE, SHOWN: NONE}),
    ("vw-meb", 2022, "17FC007B", "17FE007B", "621E3B 0640", {BATTERY + "CurrentVoltage": 400.0}),
    ("vw-meb", 2022, "17FC0076", "17FE0076", "62295A 01E240", {ODO: 123_456.0}),
    ("vw-meb", 2022, "17FC0076", "17FE0076", "62295A FFFFFF", {ODO: NONE}),
    # 8600 / 1000 + 4; 85; 60 - 40
    ("vw-meb", 2022, "710", "77A", "622AF7 2198 00000000 00 55 3C",
     {LOW + "CurrentVoltage": 12.6, LOW + "StateOfCharge": 85.0, LOW + "Temperature": 20.0}),
    ("vw-meb", 2022, "710", "77A", "622AB6 0140", {BATTERY + "Range": 320_000.0}),
    ("vw-meb", 2022, "710", "77A", "622AB6 07FF", {BATTERY + "Range": NONE}),
    ("vw-e-up", 2020, "7E5", "7ED", "62028C 64", {SOC: 40.0}),
    ("vw-e-up", 2020, "7E0", "7E8", "621164 1F40", {SHOWN: 80.0}),
    ("vw-e-up", 2020, "7E0", "7E8", "62F45B 33", {"Vehicle.OBD.HybridBatteryRemaining": 20.0}),
    ("vw-e-up", 2020, "7E6", "7EE", "62465C 1C00", {"Vehicle.Rescue.ConverterVoltage": 14.0}),  # 7168 / 512
    ("vw-e-up", 2020, "7E6", "7EE", "62465B 0140", {"Vehicle.Rescue.ConverterCurrent": 20.0}),  # 320 / 16
    ("vw-e-up", 2020, "714", "77E", "622260 2EE0", {"Vehicle.Service.DistanceToService": 12_000.0}),
    ("vw-e-up", 2020, "714", "77E", "622261 012C", {"Vehicle.Service.TimeToService": 25_920_000.0}),  # 300 days
    ("vw-e-up", 2020, "714", "77E", "622261 0000", {"Vehicle.Service.TimeToService": NONE}),
    ("nissan-leaf", 2015, "79B", "7BB", "6101" + "00" * 29 + "0BEBC2", {SOC: 78.125}),  # 781250 / 10000
    ("nissan-leaf", 2019, "79B", "7BB", "6101" + "00" * 31 + "0BEBC2", {SOC: 78.125}),
    ("nissan-leaf", 2015, "797", "79A", "621103 9D", {LOW + "CurrentVoltage": 12.56}),  # 157 / 12.5
    ("nissan-leaf", 2015, "743", "763", "620E26 84", {FL: 33 * PSI_KPA}),  # 132 / 4 psi
    ("nissan-leaf", 2015, "743", "763", "620E28 00", {RL: NONE}),
    ("nissan-leaf", 2015, "743", "763", "620E25 FF", {FR: BAD}),
    ("byd", 2023, "7E7", "7EF", "620005 50", {SOC: 80.0}),
    ("byd", 2023, "7E7", "7EF", "620005 FF", {SOC: NONE}),
    ("byd", 2023, "7E7", "7EF", "620008 9001", {BATTERY + "CurrentVoltage": 400.0}),
    ("byd", 2023, "7E7", "7EF", "62002F 37", {BATTERY + "Temperature.Min": 15.0}),
    ("byd", 2023, "7E7", "7EF", "62002D E40C", {BATTERY + "CellVoltage.Max": 3.3}),
    ("xpeng", 2023, "704", "784", "621109 02EE", {SOC: 75.0}),
    ("xpeng", 2023, "704", "784", "62110A 03DE", {BATTERY + "StateOfHealth": 99.0}),
    ("xpeng", 2023, "704", "784", "621101 0F3C", {BATTERY + "CurrentVoltage": 390.0}),
    ("zeekr", 2023, "1DD01635", "1EC6AE80", "624801 9C40", {SHOWN: 40_000 / 470 - 3.19}),
    ("geely", 2023, "7E2", "7EA", "624B35 0226", {SOC: 55.0}),
    ("gwm", 2023, "78A", "7CA", "62D062 0226", {SOC: 55.0}),
    ("gwm", 2023, "78B", "7CB", "62D004 00C350", {ODO: 50_000.0}),
    # 12 * 0.2 - 0.22 bar; a wheel that says nothing; 255; 180 would be 35 bar
    ("gwm", 2023, "76C", "7AC", "620210 0C46 0000 FF46 B446",
     {FL: 218.0, FR: NONE, RL: NONE, RR: Validity.OUT_OF_RANGE}),
    ("mg", 2022, "781", "789", "62B046 0320", {SOC: 80.0}),
    ("mg", 2022, "7E5", "7ED", "62B061 26AC", {BATTERY + "StateOfHealth": 99.0}),
    ("mg", 2022, "724", "72C", "62B001 3A3B00FF", {FL: 232.0, FR: 236.0, RR: NONE, RL: BAD}),
    ("ford-f150", 2016, "7E0", "7E8", "62F40C 1AF8", {"Vehicle.Powertrain.CombustionEngine.Speed": 1726.0}),
    ("ford-f150", 2016, "7E0", "7E8", "62F4A6 000F1206", {ODO: 98_765.4}),
    ("ford-f150", 2016, "726", "72E", "624028 CC", {LOW + "StateOfCharge": 80.0}),
    ("ford-f150", 2016, "726", "72E", "622813 02BC", {FL: 35 * PSI_KPA}),
    ("ford-f150", 2016, "726", "72E", "622814 0BB8", {FR: NONE}),
    # The 12 V battery: 32800 / 100 - 327; 57; 8888 / 1000 + 6; 73 / 2 - 40
    ("e-gmp", 2022, "7E5", "7ED", "62E011" + "00" * 10 + "3A98 0BB8 00000000 8020 39 22B8 0049",
     {"Vehicle.Rescue.ConverterVoltage": 15.0, "Vehicle.Rescue.ConverterCurrent": 30.0, LOW + "CurrentCurrent": 1.0,
      LOW + "StateOfCharge": 57.0, LOW + "CurrentVoltage": 14.888, LOW + "Temperature": -3.5}),
    ("e-gmp", 2025, "7E5", "7ED", "62E101" + "00" * 25,
     {LOW + "CurrentCurrent": NONE, LOW + "StateOfCharge": NONE, LOW + "CurrentVoltage": NONE,
      LOW + "Temperature": NONE}),
    ("e-gmp", 2025, "7E5", "7ED", "62E101" + "00" * 10 + "3A98 0BB8 00000000 8020 FF 22B8 0049",
     {LOW + "StateOfCharge": NONE, LOW + "CurrentVoltage": 14.888}),
    ("e-gmp", 2022, "744", "74C", "62E003" + "00" * 15 + "96", {SHOWN: 75.0}),
]  # fmt: skip
PIDS = [
    ("4106 00", {"Vehicle.OBD.ShortTermFuelTrim1": -100.0}),
    ("4106 80", {"Vehicle.OBD.ShortTermFuelTrim1": 0.0}),
    ("4109 FF", {"Vehicle.OBD.LongTermFuelTrim2": 99.21875}),
    ("4114 5A FF", {"Vehicle.OBD.O2.Sensor1.Voltage": 0.45, "Vehicle.OBD.O2.Sensor1.ShortTermFuelTrim": NONE}),
    ("412D 00", {"Vehicle.OBD.EGRError": -100.0}),
    ("4132 FFFC", {"Vehicle.OBD.EVAPVaporPressure": -1.0}),
    ("4142 6464", {"Vehicle.OBD.ControlModuleVoltage": 25.7}),
    ("4151 00", {"Vehicle.OBD.FuelType": NONE}),
    ("415D 6900", {"Vehicle.OBD.FuelInjectionTiming": 0.0}),  # 26880 / 128 - 210
    ("4165 10 50", {"Vehicle.OBD.RecommendedGear": 5.0, "Vehicle.OBD.IsAuxiliaryPTOActive": NONE}),
    ("4167 01 7B 00", {"Vehicle.OBD.CoolantTemperature1": 83.0, "Vehicle.OBD.CoolantTemperature2": NONE}),
    ("416B 11 64000000", {"Vehicle.OBD.EGRTemperatureA": NONE, "Vehicle.OBD.EGRTemperatureAWide": 360.0}),
    ("416B 01 64000000", {"Vehicle.OBD.EGRTemperatureA": 60.0, "Vehicle.OBD.EGRTemperatureAWide": NONE}),
    ("417F 01 00015180" + "00" * 8, {"Vehicle.OBD.TotalEngineRunTime": 86_400.0, "Vehicle.OBD.TotalIdleTime": NONE}),
    ("419A 06 00 6400 FF9C", {BATTERY + "CurrentVoltage": 400.0, "Vehicle.OBD.HybridBatteryCurrent": -10.0}),
    ("419A 02 00 6400 FF9C", {BATTERY + "CurrentVoltage": 400.0, "Vehicle.OBD.HybridBatteryCurrent": NONE}),
    ("41D2 03 F2 E5", {"Vehicle.OBD.StateOfCertifiedEnergy": 94.90196078431373}),
    ("41A6 FFFFFFFF", {ODO: NONE}),
]


@pytest.mark.parametrize(
    ("name", "year", "request_id", "response_id", "answer", "expected"),
    VECTORS,
    ids=[f"{name} {answer}" for name, _, _, _, answer, _ in VECTORS],
)
def test_a_cars_answer_is_the_number_that_was_worked_out_by_hand(
    name: str, year: int, request_id: str, response_id: str, answer: str, expected: dict[str, float | Validity]
) -> None:
    link = Link(int(request_id, 16), int(response_id, 16), len(request_id) == 8)

    found = read(signal_sets.interpreter([name], year), answer, link)

    assert_holds(found, expected)


@pytest.mark.parametrize(("answer", "expected"), PIDS, ids=[answer for answer, _ in PIDS])
def test_a_pids_answer_is_the_number_that_was_worked_out_by_hand(
    answer: str, expected: dict[str, float | Validity]
) -> None:
    found = read(
        signal_sets.interpreter(["sae-j1979", "sae-j1979-engine", "sae-j1979-detail"]), answer, Link(0x7E0, 0x7E8)
    )

    assert_holds(found, expected)


def test_in_use_counters_are_read_behind_their_number() -> None:
    counters = "".join(f"{n:04X}" for n in range(1, 17))

    found = read(signal_sets.interpreter(["sae-j1979-detail"]), "490810" + counters, Link(0x7E0, 0x7E8))

    assert_holds(found, {"Vehicle.OBD.InUse.OBDCOND": 1.0, "Vehicle.OBD.InUse.IGNCNTR": 2.0})
    assert_holds(found, {"Vehicle.OBD.InUse.EVAPCOND": 16.0})


def assert_holds(found: dict[str, float | Validity], expected: dict[str, float | Validity]) -> None:
    for path, wanted in expected.items():
        got = found[path]
        if isinstance(wanted, Validity) or isinstance(got, Validity):
            assert got is wanted, path
        else:
            assert math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-9), path
