"""The daily look: an odd car becomes one inspection reminder, and never a case, a question or a job."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.inspections import texts
from cloud.inspections.adapters.files import ARRAYS, ModelFolder
from cloud.inspections.daily import DAY_MS, Inspections
from cloud.scoring.anomaly.days import CODES
from cloud.scoring.anomaly.model import Odd, Oddity
from contract import signals
from tests.cloud.acting import T0_MS, World, fleet_file, vehicle
from tests.cloud.ingest.fakes import SetClock
from tests.cloud.scoring.anomaly.fleets import fleet

TODAY = T0_MS // DAY_MS
CARS = 110
NOW_MS = TODAY * DAY_MS + 2 * 3_600_000

Rows = list[tuple[str, str, float, float, float, float, int]]


class MadeDays:
    """A history in which, yesterday, car-7 boiled."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self._past = fleet(40, vehicles=CARS)

    def daily(self, day: int) -> Rows:
        """Return the day's voltages, coolant and engine speed of every car."""
        self.asked.append(day)
        if not TODAY - 30 <= day < TODAY:
            return []
        begin = CARS * (TODAY - day)
        rows: Rows = []
        for one in self._past[begin : begin + CARS]:
            n = dict(zip(CODES, one.numbers.tolist(), strict=True))
            boils = 40.0 if one.vehicle == "car-7" and day == TODAY - 1 else 0.0
            volts = n["low_v_mean"], n["low_v_least"], 14.5, n["low_v_sd"]
            rows += [
                (one.vehicle, signals.LOW_VOLTAGE.path, *volts, 100),
                (
                    one.vehicle,
                    signals.COOLANT_TEMPERATURE.path,
                    n["coolant_mean"] + boils,
                    20.0,
                    n["coolant_most"] + boils,
                    9.0,
                    100,
                ),
                (one.vehicle, signals.ENGINE_SPEED.path, n["rpm_mean"], 700.0, 4000.0, 500.0, 100),
                ("stranger", signals.ENGINE_SPEED.path, 1.0, 1.0, 1.0, 0.0, 100),
            ]
        return rows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.import_fleet(fleet_file([vehicle(f"car-{i}") for i in range(CARS)]))
    yield made
    made.close()


def inspections(world: World, days: MadeDays) -> Inspections:
    """Return the daily look over `days`."""
    return Inspections(world.store, days, ModelFolder(world.folder / "anomaly"), SetClock())


def test_the_odd_car_is_to_be_looked_at_and_nothing_else_happens(world: World) -> None:
    found = inspections(world, MadeDays()).advance(NOW_MS)

    assert found is not None
    assert found.judged == CARS
    (reminder,) = world.reminders()
    assert (reminder.vehicle.id, reminder.kind) == ("car-7", "anomaly")
    assert world.cases() == []
    assert world.jobs() == []
    assert world.notices() == ["reminder"]


def test_a_day_is_looked_at_once_also_after_a_restart(world: World) -> None:
    days = MadeDays()
    inspections(world, days).advance(NOW_MS)
    asked = len(days.asked)

    assert inspections(world, days).advance(NOW_MS + 3_600_000) is None

    assert len(days.asked) == asked
    assert len(world.reminders()) == 1


def test_models_are_kept_for_a_week_and_refused_when_a_byte_has_changed(world: World) -> None:
    days = MadeDays()
    inspections(world, days).advance(NOW_MS)
    models = ModelFolder(world.folder / "anomaly")
    assert models.load()[1] == TODAY - 2
    days.asked.clear()
    inspections(world, days).advance(NOW_MS + DAY_MS)
    assert days.asked == [TODAY]

    arrays = world.folder / "anomaly" / ARRAYS
    arrays.write_bytes(arrays.read_bytes()[:-1] + b"?")

    assert models.load() == ({}, -1)


def test_a_fleet_without_a_past_is_not_judged(world: World) -> None:
    found = inspections(world, MadeDays()).advance(NOW_MS - 29 * DAY_MS)

    assert found is not None
    assert found.judged == 0
    assert world.reminders() == []


def test_the_reminder_names_the_numbers_in_both_languages() -> None:
    boils = Oddity(CODES.index("coolant_most"), 131.44, 94.96, 9.0)
    weak = Oddity(CODES.index("low_v_least"), 10.876, 12.4, -6.0)

    text = texts.inspection(Odd("car-7", "petrol", 1e-6, (boils, weak)))

    assert (
        "highest coolant temperature 131.4 °C, usually 95.0 °C; lowest 12 V voltage 10.88 V, usually 12.40 V" in text.en
    )
    assert "冷却液最高温度 131.4 °C，同类车辆通常为 95.0 °C；12 V 最低电压 10.88 V，同类车辆通常为 12.40 V" in text.zh
