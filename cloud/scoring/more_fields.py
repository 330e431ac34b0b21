"""The further fields of an event row: engine, fuel, charging pile, and what a start and a park have shown.

They lie behind those that every sample touches and are read only when such a sample comes.
"""

from typing import Final

COOLANT: Final = (
    ("coolant_s", "f8"),  # the newest reading, believed or not
    ("coolant_degc", "f8"),  # the last that was believed
    ("coolant_ok_s", "f8"),
    ("coolant_n", "f8"),
    ("coolant_bad_n", "f8"),  # readings running that nothing real could show
    ("coolant_doubt_degc", "f8"),
    ("coolant_doubt_s", "f8"),
    ("coolant_doubt_n", "f8"),
    ("coolant_moved", "f8"),  # whether the doubted readings differ among themselves, as a sentinel's do not
    ("coolant_level", "f8"),  # level and slope over half a minute
    ("coolant_slope", "f8"),  # K/s
    ("coolant_slope_sd", "f8"),
    ("thermostat_degc", "f8"),  # where this engine is held
    ("thermostat_var", "f8"),
    ("thermostat_h", "f8"),  # hours warm that it was learned over
    ("coolant_high_s", "f8"),  # how long it has been above what this engine is held at
    ("boil_s", "f8"),  # how long at 121 degC, or at 118 and rising
    ("overheated", "f8"),
    ("coolant_lost_s", "f8"),  # when the sensor was last left in the air
)
OIL: Final = (
    ("oil_s", "f8"),
    ("oil_kpa", "f8"),
    ("oil_n", "f8"),
    ("oil_top_kpa", "f8"),
    ("oil_least_kpa", "f8"),
    ("oil_low_s", "f8"),
    ("oil_low_n", "f8"),
    ("oil_fine_s", "f8"),
    ("oil_lost", "f8"),
    ("oil_share", "f8"),  # pressure over what its speed asks for, averaged over running hours
    ("oil_share_h", "f8"),
    ("oil_turning_s", "f8"),  # since when the engine turns
)
FUEL: Final = (
    ("fuel_s", "f8"),
    ("fuel_pct", "f8"),  # through the slosh filter
    ("fuel_n", "f8"),
    ("fuel_bad_n", "f8"),
    ("fuel_step_n", "f8"),
    ("fuel_seen_s", "f8"),
    ("fuel_anchor_pct", "f8"),
    ("fuel_anchor_km", "f8"),
    ("fuel_anchor_s", "f8"),
    ("fuel_pct_km", "f8"),
    ("fuel_var", "f8"),
    ("fuel_learned_km", "f8"),
    ("fuel_pct_h", "f8"),
    ("fuel_settled_s", "f8"),
    ("total_km", "f8"),  # driven since the vehicle was first heard of
    ("tank_l", "f8"),
    ("station_km", "f8"),
)
PILE: Final = (
    ("pile_s", "f8"),
    ("cable", "f8"),
    ("session", "f8"),
    ("pile_fault", "f8"),
    ("try_s", "f8"),  # when the present session asked for current, NaN while none does
    ("try_pct", "f8"),
    ("flow_s", "f8"),  # when current last flowed
    ("flowed_s", "f8"),  # for how long it has in this session
    ("power_w", "f8"),
    ("broken_n", "f8"),  # sessions running that were broken off
    ("broken_s", "f8"),
)
START: Final = (
    ("rho", "f8"),  # (rest - lowest) / lowest, brought to 25 degC: the battery's resistance over the starter's
    ("rho_n", "f8"),
    ("rho_base", "f8"),
    ("rho_polled", "f8"),
    ("rho_before", "f8"),
    ("slow_n", "f8"),  # starts that were hard work, fading over a fortnight
    ("slow_s", "f8"),
    ("start_s", "f8"),
    ("crank_before_v", "f8"),
    ("captured", "f8"),
    ("park_v", "f8"),  # at rest before the start before this one
    ("replaced_s", "f8"),
    ("replaced_v", "f8"),
    ("forecast_degc", "f8"),
    ("forecast_until_s", "f8"),
)
PACK: Final = (
    ("soc_jump_s", "f8"),
    ("soc_jump_pct", "f8"),
    ("park_pct", "f8"),
    ("park_s", "f8"),
    ("drift_pct_d", "f8"),
    ("in_kwh", "f8"),  # taken in since the anchor of this charge
    ("in_pct", "f8"),
    ("power_s", "f8"),
    ("soh_seen_pct", "f8"),
    ("soh_seen_n", "f8"),
)
