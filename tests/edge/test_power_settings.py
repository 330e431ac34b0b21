"""The table `power` of the settings: what contradicts itself is named by its key."""

import pytest

from edge.errors import ConfigError
from edge.power_settings import PowerSettings


def test_nothing_is_switched_off_by_default() -> None:
    settings = PowerSettings()
    settings.check()

    assert (settings.off_below_v, settings.off_command, settings.nominal_v) == (0.0, (), 0)


def test_a_threshold_with_a_command_is_good() -> None:
    PowerSettings(off_below_v=11.8, off_command=("systemctl", "poweroff"), nominal_v=24, budget_mah_day=500.0).check()


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (PowerSettings(off_below_v=11.8), "off_command"),
        (PowerSettings(off_command=("true",)), "off_below_v"),
        (PowerSettings(off_below_v=23.6, off_command=("true",)), "off_below_v"),
        (PowerSettings(off_below_v=3.0, off_command=("true",)), "off_below_v"),
        (PowerSettings(off_below_v=float("nan"), off_command=("true",)), "off_below_v"),
        (PowerSettings(off_below_v=11.8, off_command=("",)), "off_command"),
        (PowerSettings(budget_mah_day=-1.0), "budget_mah_day"),
        (PowerSettings(budget_mah_day=float("nan")), "budget_mah_day"),
        (PowerSettings(battery_ah=0.0), "battery_ah"),
        (PowerSettings(awake_h_day=25.0), "awake_h_day"),
    ],
)
def test_what_cannot_be_meant_is_named(settings: PowerSettings, key: str) -> None:
    with pytest.raises(ConfigError, match=f"power.{key}"):
        settings.check()
