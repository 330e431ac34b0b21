"""Where everything lies: the hot row of a vehicle, its event row, its fault-code table, and a sample's code.

The hot row is 256 bytes of float32, moved by `track` for every closed window. The event row is read and written sample
by sample by `absorb`. Times are seconds since the Unix epoch, in float64.
"""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloud.scoring import more_fields
from contract import signals

Rows: TypeAlias = NDArray[Any]

# The hot row, in units of float32. The last four words are read through other views of the same bytes.
SIGNALS: Final = 8
WHEELS: Final = 4
MEAN: Final = 0
VARIANCE: Final = 8
CUSUM_UP: Final = 16
CUSUM_DOWN: Final = 24
LEVEL: Final = 32
SLOPE: Final = 36
P_LEVEL: Final = 40
P_BOTH: Final = 44
P_SLOPE: Final = 48
LAST_Z: Final = 52
LEAK_CUSUM: Final = 56
HOT_WORDS: Final = 64
TIME_AS_F64: Final = 30
BITS_AS_U32: Final = 62
COUNT_AS_U32: Final = 63

# Bits of the hot row.
BIT_SUSPECT: Final = 8  # + wheel: this window spoke of a leak
BIT_LEAK: Final = 12  # + wheel: so did the one before it
BIT_RELATIVE: Final = 16  # pressures are differences to the other wheels, for want of tyre temperatures
BIT_WINDOWS: Final = 24  # eight bits: windows since the tyre filters began, 255 means 255 or more

# A window's record: 8 signals for the baselines (4..7 are the tyres' gauge pressures), 4 tyre temperatures, then the
# pressure that counts as flat; one cache line.
RUN_VOLTS: Final = 0
REST_VOLTS: Final = 1
COOLANT: Final = 2
CONSUMPTION: Final = 3
PRESSURES: Final = 4
TEMPERATURES: Final = 8
FLAT_KPA: Final = 12
TALLIES: Final = 12
RECORD_WORDS: Final = 16
WINDOW_S: Final = 1800.0
# A tyre's filter takes a mean every six hours only: within a drive the errors of its sensors stay the same, and a run
# of equal errors is no evidence.
SLOW_WINDOW_S: Final = 21_600.0

# Sample codes; at one instant samples are taken in this order.
AWAKE: Final = 0
AMBIENT: Final = 1
RPM: Final = 2
SPEED: Final = 3
ODOMETER: Final = 4
SUPPLY_V: Final = 5
MODULE_V: Final = 6
BATTERY_V: Final = 7
SOH: Final = 8
SOC: Final = 9
SOC_SHOWN: Final = 10
SOC_OBD: Final = 11
COOLANT_T: Final = 12
TYRE_T: Final = 13  # + wheel
TYRE_P: Final = 17  # + wheel
CHARGING: Final = 21
OIL_P: Final = 22
FUEL_PCT: Final = 23
CABLE: Final = 24
SESSION: Final = 25
PILE_FAULT: Final = 26
POWER: Final = 27
CAPTURED: Final = 28
CRANK_V: Final = 29
OTHER: Final = 30  # any further answer of an ECU: it says only that the bus is awake

CODE_OF: Final = {
    signals.IS_AWAKE.path: AWAKE,
    signals.AMBIENT_TEMPERATURE.path: AMBIENT,
    signals.ENGINE_SPEED.path: RPM,
    signals.SPEED.path: SPEED,
    signals.DISTANCE.path: ODOMETER,
    signals.SUPPLY_VOLTAGE.path: SUPPLY_V,
    signals.CONTROL_MODULE_VOLTAGE.path: MODULE_V,
    signals.LOW_VOLTAGE.path: BATTERY_V,
    signals.SOH.path: SOH,
    signals.SOC.path: SOC,
    signals.SOC_DISPLAYED.path: SOC_SHOWN,
    signals.PACK_REMAINING.path: SOC_OBD,
    signals.COOLANT_TEMPERATURE.path: COOLANT_T,
    signals.IS_CHARGING.path: CHARGING,
    signals.OIL_PRESSURE.path: OIL_P,
    signals.FUEL_LEVEL.path: FUEL_PCT,
    signals.CHARGING_CABLE.path: CABLE,
    signals.CHARGING_SESSION.path: SESSION,
    signals.CHARGING_FAULT.path: PILE_FAULT,
    signals.PACK_POWER.path: POWER,
    signals.CRANKING_CAPTURED.path: CAPTURED,
    signals.CRANKING_VOLTAGE.path: CRANK_V,
    **{signal.path: TYRE_T + wheel for wheel, signal in enumerate(signals.TYRE_AIRS)},
    **{signal.path: TYRE_P + wheel for wheel, signal in enumerate(signals.TYRES)},
}
# Not an ECU's answer, so no sign that the car is awake.
SILENT: Final = frozenset({signals.LATITUDE.path, signals.LONGITUDE.path})

# Phases of the 12 V system.
UNKNOWN: Final = 0
REST: Final = 1
AWAKE_STILL: Final = 2
RUN: Final = 3

# Which facts the fleet's file gave, as bits of `known`.
KNOWS_PLACARD: Final = 1
KNOWS_PACK: Final = 2
KNOWS_CHARGER: Final = 4
KNOWS_TANK: Final = 8
KNOWS_STATION: Final = 16

# Groups of samples, each with its own watermark, as bits of `touched`.
GROUP_VOLTS: Final = 1
GROUP_TYRES: Final = 2
GROUP_TRACTION: Final = 4
GROUP_CODES: Final = 8
GROUP_CELLS: Final = 16
GROUP_COOLANT: Final = 32  # these three share a watermark
GROUP_OIL: Final = 64
GROUP_FUEL: Final = 128
GROUP_PILE: Final = 256
GROUP_CHARGE: Final = 512  # of 12 V samples, those taken while something should charge the battery

EVENT: Final = np.dtype(
    [
        # facts, or the documented default
        ("placard_kpa", "f8"),
        ("pack_kwh", "f8"),
        ("charger_km", "f8"),
        ("air_kpa", "f8"),
        ("is_bev", "f8"),
        ("known", "f8"),
        # watermarks: the newest sample accepted, by group
        ("volts_s", "f8"),
        ("tyres_s", "f8"),
        ("traction_s", "f8"),
        # what the car is doing
        ("phase", "f8"),
        ("active_s", "f8"),
        ("rest_s", "f8"),
        ("awake", "f8"),
        ("rpm", "f8"),
        ("rpm_s", "f8"),
        ("speed_kmh", "f8"),
        ("speed_s", "f8"),
        ("moved_s", "f8"),
        ("ambient_degc", "f8"),
        # 12 V at rest: level (V) and slope (V/h) with their covariance
        ("supply_s", "f8"),
        ("level_v", "f8"),
        ("slope_vph", "f8"),
        ("p_level", "f8"),
        ("p_both", "f8"),
        ("p_slope", "f8"),
        ("filter_s", "f8"),
        ("filter_n", "f8"),
        ("rest_v", "f8"),
        ("rest_v_s", "f8"),
        ("rest_h", "f8"),
        ("rest_n", "f8"),
        ("wake_h", "f8"),
        ("wake_only", "f8"),
        ("jump_n", "f8"),
        # 12 V while running
        ("minute", "f8"),
        ("minute_sum", "f8"),
        ("minute_n", "f8"),
        ("minutes_v", "f8", (5,)),
        ("minutes_n", "f8"),
        ("weak_s", "f8"),
        ("weak_trips", "f8"),
        ("trip_weak", "f8"),
        ("dead_s", "f8"),
        ("high_s", "f8"),
        ("charged_h", "f8"),
        # cranking
        ("crank_v", "f8"),
        ("crank_gap_s", "f8"),
        ("crank_ewma_v", "f8"),
        ("crank_n", "f8"),
        ("crank_polled", "f8"),
        ("last_v", "f8"),
        ("last_v_s", "f8"),
        # traction battery
        ("soc_source", "f8"),
        ("soc_pct", "f8"),
        ("soc_s", "f8"),
        ("soh_pct", "f8"),
        ("anchor_pct", "f8"),
        ("anchor_s", "f8"),
        ("anchor_km", "f8"),
        ("odometer_km", "f8"),
        ("speed_km", "f8"),
        ("pct_km", "f8"),
        ("pct_km_var", "f8"),
        ("learned_km", "f8"),
        ("pct_h", "f8"),
        ("pct_h_n", "f8"),
        ("charging", "f8"),
        # the open window
        ("window", "f8"),
        ("sums", "f8", (12,)),
        ("counts", "f8", (12,)),
        ("median_kpa", "f8"),
        ("tyre_kpa", "f8", (4,)),
        ("tyre_degc", "f8", (4,)),
        ("tyre_low_n", "f8", (4,)),
        ("tyre_n", "f8"),
        ("degc_s", "f8"),
        # the tyres' slow window
        ("slow", "f8"),
        ("slow_sums", "f8", (8,)),
        ("slow_counts", "f8", (8,)),
        # leaks within one drive: a line through the windows' differences to the other wheels, per wheel
        ("drive_s", "f8"),
        ("drive_from_s", "f8"),
        ("drive_n", "f8"),
        ("drive_x", "f8"),
        ("drive_xx", "f8"),
        ("drive_y", "f8", (4,)),
        ("drive_xy", "f8", (4,)),
        ("drive_yy", "f8", (4,)),
        ("fast_n", "f8", (4,)),
        ("fast_kpa_d", "f8", (4,)),
        ("fast_sd", "f8", (4,)),
        # counted refusals
        ("late_n", "f8"),
        # further facts: what the cells are (`pack_layout`), and the pack's capacity
        ("cell_chemistry", "f8"),
        ("pack_ah", "f8"),
        # engine, fuel and pile; the watermark of the first two, trips in which the charge was seen, and the filling up
        *more_fields.COOLANT,
        *more_fields.OIL,
        *more_fields.FUEL,
        *more_fields.PILE,
        *more_fields.START,
        *more_fields.PACK,
        ("engine_s", "f8"),
        ("trips_n", "f8"),
        ("near_charger_km", "f8"),
        ("near_until_s", "f8"),
    ]
)

DTC_SLOTS: Final = 16
CODE_BYTES: Final = 12  # SPN524287-31
ECU_BYTES: Final = 16
CODE: Final = np.dtype(
    [
        ("code", f"S{CODE_BYTES}"),
        ("ecu", f"S{ECU_BYTES}"),
        ("first_ms", "i8"),
        ("last_ms", "i8"),
        ("status", "i8"),
        ("seen", "i8"),
        ("again", "i8"),  # how often it came back within a week of being cleared
    ]
)

# What is known of a vehicle beside its rows; `told` has a bit per cause once it was said that nothing is known, `pack`
# is 1 + the row of its traction battery, 0 while its cells have said nothing.
ABOUT: Final = np.dtype(
    [
        ("codes_ms", "i8"),
        ("asked", "i8"),
        ("lamp", "i8"),
        ("told", "i8"),
        ("facts_seq", "i8"),
        ("refused", "i8"),
        ("pack", "i8"),
    ]
)
