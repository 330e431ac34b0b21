"""A map: which column of a data set is which signal. One TOML file; every mistake is told with its key."""

import re
import tomllib
from typing import Any, Final, Literal

import msgspec

from cloud.errors import SettingsError
from cloud.replay.names import ARRAYS, KNOWN, named
from cloud.replay.units import choices
from cloud.scoring.types import Chemistry, Powertrain, VehicleFacts
from contract.errors import ContractError

NULLS: Final = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", "--")


class FilePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[file]: how the bytes are read."""

    format: Literal["", "csv", "parquet"] = ""
    separator: str = ","
    encoding: Literal["utf-8", "latin-1", "gb18030", "utf-16"] = "utf-8"
    decimal: Literal[".", ","] = "."
    skip_rows: int = 0
    comment: str = ""
    null: tuple[str, ...] = NULLS
    columns: tuple[str, ...] = ()
    members: str = "*"
    order: Literal["time", "name"] = "time"
    held: bool = False
    sort: bool = False


class TimePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[time]: when a row was measured; without a column, rows come at `rate_hz` from `start`."""

    column: str = ""
    date_column: str = ""
    format: str = "auto"
    zone: str = "UTC"
    date_from_file: str = ""
    date_format: str = "%Y-%m-%d"
    start: str = "2020-01-01T00:00:00Z"
    rate_hz: float = 1.0
    rest_between_files_s: float = 28_800.0


class VehiclePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[vehicle]: which car a row is of (a column, a part of the file's name, or one name), and what is known of it."""

    column: str = ""
    from_file: str = ""
    name: str = ""
    powertrain: Powertrain = "petrol"
    placard_kpa: float | None = None
    pack_kwh: float | None = None
    pack_ah: float | None = None
    cell_chemistry: Chemistry | None = None
    tank_l: float | None = None
    station_km: float | None = None
    nominal_v: float = 12.0
    charger_km: float | None = None
    air_kpa: float | None = None

    def facts(self) -> VehicleFacts:
        """Return what scoring is told of every vehicle of the data set."""
        known = set(VehicleFacts.__struct_fields__) & set(self.__struct_fields__)  # no recording knows a forecast
        return VehicleFacts(**{name: getattr(self, name) for name in known})


class LongPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[long]: every row is one signal's name and value; `column` of a signal is then that name."""

    name: str
    value: str


class MotionPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[motion]: along which axes acceleration and rotation were measured, and what counts as harsh."""

    axes: Literal["", "vehicle", "device", "earth"] = ""
    vehicle_class: Literal["car", "heavy"] = "car"


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[signals.NAME]: where a signal stands, and how its numbers are to be read."""

    column: str = ""
    match: str = ""
    list: str = ""
    first: int | None = None
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    low: float | None = None
    high: float | None = None
    invalid: tuple[float | str, ...] = ()
    values: dict[str, float] = {}
    positive: Literal["", "charging", "discharging"] = ""
    optional: bool = False
    file: str = ""


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """A whole map; `path` is where it came from, for errors."""

    path: str
    file: FilePart
    time: TimePart
    vehicle: VehiclePart
    long: LongPart | None
    signals: dict[str, Column]
    motion: MotionPart = MotionPart()
    batch_s: float = 60.0
    gap_s: float = 600.0


_PARTS: Final[dict[str, type[msgspec.Struct]]] = {
    "file": FilePart,
    "time": TimePart,
    "vehicle": VehiclePart,
    "long": LongPart,
    "motion": MotionPart,
}
_SECONDS: Final = {"batch_s": 60.0, "gap_s": 600.0}


def parse(text: str, path: str) -> Map:
    """Return the map in `text`; raise `SettingsError` naming `path`, the key, and what may stand there."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not TOML: {error}") from None
    keys = [*_PARTS, "signals", *_SECONDS]
    unknown = sorted(given.keys() - set(keys))
    if unknown:
        raise SettingsError(f"{path}: no key {unknown[0]!r} here; there are {_list(keys)}")
    parts: dict[str, Any] = {
        name: _part(given.get(name, {}), kind, path, name) for name, kind in _PARTS.items() if name != "long"
    }
    parts["long"] = _part(given["long"], LongPart, path, "long") if "long" in given else None
    for name, usual in _SECONDS.items():
        number = given.get(name, usual)
        if isinstance(number, bool) or not isinstance(number, int | float) or not number > 0.0:
            raise SettingsError(f"{path}: {name} must be a number of seconds above 0, not {number!r}")
        parts[name] = float(number)
    signals = given.get("signals")
    if not isinstance(signals, dict) or not signals:
        raise SettingsError(f"{path}: [signals] is missing: name at least one, e.g. speed = {{ column = ... }}")
    read = {name: _column(name, value, path) for name, value in signals.items()}
    whole = Map(path=path, signals=read, **parts)
    _check(whole)
    return whole


def _part(given: Any, kind: type[Any], path: str, name: str) -> Any:
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        fields = ", ".join(kind.__struct_fields__)
        raise SettingsError(f"{path}: [{name}]: {error}; the keys are {fields}") from None


def _column(name: str, given: Any, path: str) -> Column:
    where = f"{path}: signals.{name}"
    try:
        signal = named(name)
    except ContractError as error:
        raise SettingsError(f"{where}: {error}") from None
    if signal is None and name not in ARRAYS:
        raise SettingsError(f"{where}: there is no such signal; name a full path (Vehicle...) or one of {_list(KNOWN)}")
    column: Column = _part(given, Column, path, f"signals.{name}")
    if bool(column.column) == bool(column.match):
        raise SettingsError(f"{where}: give either column (a name) or match (a regular expression)")
    if name not in ARRAYS and column.list:
        raise SettingsError(f"{where}.list: only {_list(tuple(ARRAYS))} can be lists")
    if name in ARRAYS and column.column and not column.list:
        raise SettingsError(f"{where}: a column of its own holds one number; use match, or list for a list in one cell")
    groups = _groups(column.match, f"{where}.match") if column.match else 0
    _groups(column.file, f"{where}.file")
    if name in ARRAYS and column.match and not column.list and groups != 1:
        raise SettingsError(f"{where}.match: put the number in one group, as in 'cell_(\\d+)'")
    unit = ARRAYS[name][0].unit if signal is None else signal.unit
    if column.unit and unit and column.unit not in choices(unit):
        raise SettingsError(f"{where}.unit: {column.unit!r} is none of {_list(tuple(choices(unit)))}")
    if column.positive and name != "pack_current":
        raise SettingsError(f"{where}.positive: only pack_current has a direction")
    if column.low is not None and column.high is not None and column.low >= column.high:
        raise SettingsError(f"{where}: low {column.low:g} is not below high {column.high:g}")
    return column


def _check(whole: Map) -> None:
    given = [name for name in ("column", "from_file", "name") if getattr(whole.vehicle, name)]
    if len(given) > 1:
        raise SettingsError(f"{whole.path}: [vehicle]: give one of column, from_file and name, not {_list(given)}")
    for key, pattern in (
        ("vehicle.from_file", whole.vehicle.from_file),
        ("time.date_from_file", whole.time.date_from_file),
    ):
        if pattern and _groups(pattern, f"{whole.path}: {key}") != 1:
            raise SettingsError(f"{whole.path}: {key}: put what counts in one group, as in '^(\\w+)_'")
    check_motion(whole)
    if len(whole.file.separator) != 1:
        raise SettingsError(f"{whole.path}: file.separator must be one character, not {whole.file.separator!r}")
    if not whole.time.rate_hz > 0.0:
        raise SettingsError(f"{whole.path}: time.rate_hz must be above 0, not {whole.time.rate_hz:g}")


def check_motion(whole: Map) -> None:
    """Raise `SettingsError` where acceleration lacks an axis, or its axes are not those that the map speaks of."""
    for kind in ("acceleration", "gyroscope"):
        given = [axis for axis in "xyz" if f"{kind}_{axis}" in whole.signals]
        if given and len(given) < 3 and not (kind == "gyroscope" and whole.motion.axes == "earth"):
            lacking = next(axis for axis in "xyz" if axis not in given)
            raise SettingsError(f"{whole.path}: signals.{kind}_{lacking} is missing: a mounting takes all three axes")
    along = [name for name in whole.signals if name.startswith("acceleration_l")]
    if along and "acceleration_x" in whole.signals:
        raise SettingsError(f"{whole.path}: signals.{along[0]}: name the car's axes or the device's, not both")
    if along and whole.motion.axes not in ("", "vehicle"):
        raise SettingsError(f"{whole.path}: motion.axes: {along[0]} is along the car's axes, so it must be vehicle")


def _groups(pattern: str, where: str) -> int:
    try:
        return re.compile(pattern).groups
    except re.error as error:
        raise SettingsError(f"{where}: not a regular expression: {error}") from None


def _list(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
