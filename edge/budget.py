"""What the device takes from the car's battery: mAh a day, and days until a fifth of it is gone. Pure.

A part's current at its own supply becomes one at the battery by its power and the converter's efficiency. While the
engine runs the alternator feeds the device; what counts against the battery is the car parked.
"""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from edge.errors import ConfigError

Kind = Literal["measured", "maker", "assumed"]
BATTERY_V: Final = 12.6
CONVERTED_BELOW_V: Final = 9.0  # a part of a higher supply hangs on the battery itself
SHARE: Final = 0.2  # of the battery, after which starting it becomes a question
HOURS: Final = 24.0
DEFAULT_PARTS: Final = ("pi-zero-2w", "mcp2515", "mcp2562", "ads1115")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: what a part draws in mA at `at_v` volts, while the car is awake and while it rests."""

    name: str
    at_v: float
    awake_ma: float
    resting_ma: float
    kind: Kind
    source: str


class Converter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of the battery's power arrives at the parts, 0 to 1."""

    efficiency: float
    kind: Kind
    source: str


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table of currents; a file of the owner's may say a part or all."""

    converter: Converter | None = None
    part: tuple[Part, ...] = ()


class Budget(NamedTuple):
    """The device at the battery: mA, mAh a day, and the days that a parked car lasts (infinite without a load)."""

    awake_ma: float
    resting_ma: float
    mah_day: float  # of a day with its drive, the battery's part of it
    mah_day_parked: float
    days_to_a_fifth: float
    weakest: Kind  # the least trustworthy row that went into it


def read(text: str, where: str) -> Table:
    """Return the table in `text`, TOML; raise `ConfigError` that begins with `where` and names the key."""
    try:
        table = msgspec.convert(tomllib.loads(text), Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{where}: {error}") from error
    if table.converter is not None and not 0.1 <= table.converter.efficiency <= 1.0:
        raise ConfigError(f"{where}: converter.efficiency {table.converter.efficiency} must be within 0.1..1")
    for part in table.part:
        if not (1.0 <= part.at_v <= 36.0 and 0.0 <= part.awake_ma <= 10_000.0 and 0.0 <= part.resting_ma <= 10_000.0):
            raise ConfigError(
                f"{where}: part {part.name!r}: at_v must be within 1..36 and both currents within 0..10000"
            )
    return table


def merged(ours: Table, theirs: Table) -> tuple[dict[str, Part], Converter]:
    """Return the parts by name and the converter, the owner's rows over ours."""
    converter = theirs.converter or ours.converter
    if converter is None:
        raise ConfigError("the table of currents names no converter")
    return {part.name: part for part in (*ours.part, *theirs.part)}, converter


def budget(
    parts: Sequence[str], known: Mapping[str, Part], converter: Converter, *, awake_h: float, battery_ah: float
) -> Budget:
    """Return what `parts` take from a battery of `battery_ah` in a car that is awake `awake_h` hours a day."""
    for name in parts:
        if name not in known:
            raise ConfigError(
                f"key 'power.parts': no part {name!r} in the table of currents; it has {', '.join(known)}"
            )
    rows = [known[name] for name in parts]
    awake_ma = sum(_at_battery(part.at_v, part.awake_ma, converter) for part in rows)
    resting_ma = sum(_at_battery(part.at_v, part.resting_ma, converter) for part in rows)
    parked = resting_ma * HOURS
    kinds = [converter.kind, *(part.kind for part in rows)]
    return Budget(
        awake_ma,
        resting_ma,
        resting_ma * (HOURS - awake_h),
        parked,
        1_000.0 * SHARE * battery_ah / parked if parked else float("inf"),
        max(kinds, key=get_args(Kind).index),
    )


def _at_battery(at_v: float, current_ma: float, converter: Converter) -> float:
    if at_v >= CONVERTED_BELOW_V:
        return current_ma
    return current_ma * at_v / (BATTERY_V * converter.efficiency)
