"""What the low-voltage system is doing, told from its voltage and from what the session knows."""

from edge.levels import levels
from edge.power import LONGEST_CRANK_S, REST_S, Power, PowerWatch

CAR = levels(12.0, 25.0)
LORRY = levels(24.0, 25.0)


class Watched:
    """A watch that is read once a second."""

    def __init__(self) -> None:
        self.watch = PowerWatch()
        self.now_s = 0.0

    def run(self, seconds: float, volts: float | None, *, asleep: bool = True, running: bool = False) -> Power:
        for _ in range(round(seconds)):
            self.now_s += 1.0
            self.watch.read(
                volts,
                self.now_s,
                CAR,
                is_asleep=asleep,
                is_running=running,
                is_charged=volts is not None and volts >= CAR.wake_v,
            )
        return self.watch.state


def test_a_drive_and_the_night_after_it() -> None:
    car = Watched()
    assert car.run(10, 12.6) is Power.OFF
    assert car.run(5, 12.3, asleep=False) is Power.AWAKE
    assert car.run(1, 8.9, asleep=False) is Power.CRANKING
    assert car.run(5, 14.2, asleep=False) is Power.CHARGING
    assert car.run(60, 14.2, asleep=False, running=True) is Power.DRIVING
    assert car.run(60, 12.9) is Power.OFF
    assert car.run(REST_S, 12.7) is Power.RESTING


def test_a_converter_that_tops_up_a_parked_car_ends_its_rest() -> None:
    car = Watched()
    assert car.run(REST_S + 10, 12.7) is Power.RESTING
    assert car.run(600, 13.9) is Power.CHARGING
    assert car.run(REST_S - 10, 12.8) is Power.OFF
    assert car.run(20, 12.8) is Power.RESTING


def test_a_battery_that_stays_low_is_not_cranking() -> None:
    car = Watched()
    car.run(5, 12.4)

    assert car.run(LONGEST_CRANK_S + 2, 9.0) is Power.OFF


def test_a_dongle_that_is_plugged_into_a_flat_battery_sees_no_start() -> None:
    assert Watched().run(3, 9.0) is Power.OFF


def test_what_cannot_be_measured_is_no_start_either() -> None:
    car = Watched()
    car.run(5, 12.4)
    assert car.run(3, None) is Power.OFF
    assert car.run(3, 9.0) is Power.OFF


def test_a_lorry_cranks_at_twice_the_volts() -> None:
    for volts, state in ((19.0, Power.CRANKING), (22.0, Power.AWAKE)):
        watch = PowerWatch()
        for at_s, read_v in enumerate((25.0, 25.0, volts)):
            watch.read(read_v, float(at_s), LORRY, is_asleep=False, is_running=False, is_charged=False)
        assert watch.state is state
