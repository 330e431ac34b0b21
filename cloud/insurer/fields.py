"""What a row of the feed says, field by field, and which consent lets each of them out.

Two families that are never mixed: the vehicle's condition, under the purpose `insurer`, and how it is driven, under the
purpose `pricing`, which is a switch of its own. Telemetry that was gathered so that help comes in time is no pricing
telemetry until that switch is on.
"""

from collections.abc import Sequence
from typing import Final, Literal

SCHEMA_ID: Final = "outrider/insurer-feed/1.0.0"
Kind = Literal["text", "whole", "number", "flag"]

# In the order of the file.
ABOUT: Final[dict[str, Kind]] = {
    "row_id": "text",
    "supersedes": "text",
    "schema_id": "text",
    "pseudonym": "text",
    "key_id": "text",
    "period": "text",
    "revision": "whole",
    "consent_id": "text",
    "pricing_consent_id": "text",
    "withheld": "text",
    "score_version": "text",
    "model_sha256": "text",
    "pricing_use": "text",
    "several_drivers": "flag",
    "sensor_class": "text",
    "data_completeness": "number",
    "insufficient_data": "flag",
    "unscored_trips": "whole",
    "excluded_samples": "whole",
    "features_version": "text",
    "is_late": "flag",
}
DRIVING: Final[dict[str, Kind]] = {
    "exposure_km": "number",
    "exposure_h": "number",
    "night_km": "number",
    "peak_km": "number",
    "trips": "whole",
    "long_trip_share": "number",
    "km_to_30": "number",
    "km_30_to_50": "number",
    "km_50_to_70": "number",
    "km_70_to_90": "number",
    "km_90_to_110": "number",
    "km_110_to_130": "number",
    "km_over_130": "number",
    "harsh_acceleration_per_100km": "number",
    "harsh_braking_per_100km": "number",
    "harsh_cornering_per_100km": "number",
    "speeding_share": "number",
}
SPEED_BINS: Final = tuple(name for name in DRIVING if name.startswith("km_"))
SCORED: Final[dict[str, Kind]] = {
    "score": "number",
    "band": "text",
    **{f"reason_{n}{part}": "text" for n in (1, 2, 3) for part in ("", "_zh", "_en")},
}
CONDITION: Final[dict[str, Kind]] = {
    "battery_band": "text",
    "tyre_band": "text",
    "open_dtc_families": "text",
    "days_unrepaired": "number",
    "maintenance_adherence": "number",
    "rescues_used": "whole",
    "rescue_quota": "whole",
}
COLUMNS: Final[dict[str, Kind]] = {**ABOUT, **DRIVING, **SCORED, **CONDITION}
# The score and its reasons are made of every field of the family, so they are one field to consent to.
SCORE: Final = "score"
# What a consent may name. `risk_signals` are the rows of the present condition, `collision` the word of one.
OF_PURPOSE: Final[dict[str, tuple[str, ...]]] = {
    "insurer": (*CONDITION, "risk_signals", "collision"),
    "pricing": (*DRIVING, SCORE),
}
_BITS: Final = {name: 1 << n for n, name in enumerate((*DRIVING, SCORE, *CONDITION))}


def bit(field: str) -> int:
    """Return the bit of a field in `mask`."""
    return _BITS[field]


def permits(purpose: str, fields: Sequence[str] | None, field: str) -> bool:
    """Return whether a consent for `purpose` that names `fields` (None: all it knows) lets `field` out."""
    return field in OF_PURPOSE.get(purpose, ()) and (fields is None or field in fields)


def mask(purpose: str, fields: Sequence[str] | None) -> int:
    """Return the bits of every field in a row that a consent for `purpose` naming `fields` lets out."""
    return sum(_BITS[name] for name in OF_PURPOSE.get(purpose, ()) if name in _BITS and permits(purpose, fields, name))
