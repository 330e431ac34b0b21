"""The dongle's own 12 V alarm: against the car's own level at rest, and not for a starter's dip."""

from edge.protection import DWELL_S, LEAST_REFERENCE_V, LowVoltage


def feed(alarm: LowVoltage, volts: float, seconds: float, start_s: float, *, resting: bool = False) -> list[bool]:
    """Read once a second."""
    return [alarm.read(volts, start_s + n, is_resting=resting) for n in range(round(seconds))]


def test_a_healthy_battery_alarms_never() -> None:
    alarm = LowVoltage()

    assert not any(feed(alarm, 12.55, 7 * 3_600, 0.0))


def test_a_level_below_the_reference_alarms_once_after_the_dwell() -> None:
    alarm = LowVoltage()

    said = feed(alarm, 10.9, DWELL_S * 3, 0.0)

    assert said.count(True) == 1
    assert said.index(True) == DWELL_S


def test_a_starter_s_dip_is_no_alarm() -> None:
    alarm = LowVoltage()
    feed(alarm, 12.6, 10, 0.0)

    assert not any(feed(alarm, 6.0, 2, 10.0))
    assert not any(feed(alarm, 14.2, 100, 12.0))


def test_around_the_threshold_it_alarms_once_and_clears_with_room() -> None:
    alarm = LowVoltage()
    feed(alarm, 10.9, DWELL_S + 1, 0.0)

    # 12.6 - 0.6 * 1.6 = 11.64 V clears it; between the two nothing changes
    said = [alarm.read(volts, 100.0 + n, is_resting=False) for n, volts in enumerate([11.1, 10.9, 11.5] * 200)]
    assert not any(said)
    assert alarm.is_low

    alarm.read(11.7, 1_000.0, is_resting=False)
    assert not alarm.is_low


def test_the_reference_is_learnt_at_rest_only() -> None:
    alarm = LowVoltage()
    feed(alarm, 14.4, 600, 0.0)
    assert alarm.reference_v == LEAST_REFERENCE_V

    feed(alarm, 12.9, 10, 600.0, resting=True)

    assert alarm.reference_v == 12.9
