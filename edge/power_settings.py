"""The table `power` of the settings: the supply's system, the device's own switch, and what it may draw."""

from typing import Literal

import msgspec

from edge.errors import ConfigError

LEAST_OFF_V = 9.0  # per 12 V: lower, and nothing starts any more
MOST_OFF_V = 12.6  # higher, and a healthy battery switches the device off


class PowerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the device treats the battery that feeds it.

    `nominal_v` is 12 or 24; 0 finds out. `fast_supply` reads the wire two hundred times a second, so that no start is
    missed. Below `off_below_v` (of a 12 V system; twice that for 24 V) for three minutes the device runs `off_command`,
    e.g. `["systemctl", "poweroff"]`, once. `parts` names rows of the table of currents, `currents` a file that adds to
    it, and `budget_mah_day` what a day parked may take from the battery of `battery_ah`; 0 states no budget. The car is
    awake for `awake_h_day` hours a day.
    """

    nominal_v: Literal[0, 12, 24] = 0
    fast_supply: bool = False
    off_below_v: float = 0.0
    off_command: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    currents: str = ""
    budget_mah_day: float = 0.0
    battery_ah: float = 60.0
    awake_h_day: float = 1.5

    def check(self) -> None:
        """Raise `ConfigError` where keys contradict each other or a number cannot be meant."""
        if self.off_below_v and not LEAST_OFF_V <= self.off_below_v <= MOST_OFF_V:
            raise ConfigError(
                f"key 'power.off_below_v': {self.off_below_v} must be 0 (off) or within {LEAST_OFF_V}..{MOST_OFF_V},"
                " in volts of a 12 V system"
            )
        if bool(self.off_below_v) != bool(self.off_command):
            raise ConfigError("keys 'power.off_below_v' and 'power.off_command' belong together")
        if not all(self.off_command):
            raise ConfigError("key 'power.off_command' has an empty word")
        if not self.budget_mah_day >= 0.0:
            raise ConfigError("key 'power.budget_mah_day' must be 0 or more, in mAh a day")
        if not 0.0 <= self.awake_h_day <= 24.0:
            raise ConfigError("key 'power.awake_h_day' must be within 0..24, in hours")
        if not 1.0 <= self.battery_ah <= 1_000.0:
            raise ConfigError("key 'power.battery_ah' must be within 1..1000, in ampere hours")
