"""The agent's settings: one TOML file, read once and whole into a frozen struct; what is wrong is named by its key."""

import ipaddress
from pathlib import Path
from typing import Literal

import msgspec

from contract.clock import Scale, parse_scale
from contract.errors import ContractError
from contract.identity import check_stop, check_vehicle
from contract.release import KEY_BYTES
from edge.config_tables import PRECISIONS, CampaignSettings, HomeAssistant, PositionWire, Table, Wire
from edge.errors import ConfigError
from edge.obd.signalset import MODEL_YEARS
from edge.power_settings import PowerSettings

MIB = 1 << 20


class Bus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any python-can interface; `options` go to it as they are.

    `knock` lets a dongle without a supply wire ask a silent bus every quarter of an hour whether the car is awake; off,
    because the car may be asleep. `stop` takes services ("22") and request ids ("7A0", "17FC007B") off what is asked.
    `wait_for_ignition` is for cars that take being asked while parked for tampering: nothing is sent before the car was
    seen to run, by frames that it sends itself.
    """

    interface: str
    channel: str | int
    bitrate: int = 500_000
    knock: bool = False
    wait_for_ignition: bool = False
    stop: tuple[str, ...] = ()
    options: dict[str, str | int | float | bool] = {}


class Mqtt(Table, frozen=True, kw_only=True):
    """The broker. The user name is the vehicle's id unless it is given; files are looked for beside the settings."""

    host: str
    port: int = 8883
    username: str = ""
    password: str = ""
    password_file: str = ""
    protocol: Literal["5", "3.1.1"] = "5"
    tls: bool = False
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    keepalive_s: int = 60

    def __repr__(self) -> str:
        return f"Mqtt({self.host}:{self.port})"  # no password in any log or trace


class SpoolSettings(Table, frozen=True, kw_only=True):
    """The file that keeps what the cloud has not stored yet, and how much of it."""

    path: str
    max_bytes: int = 1024 * MIB


class Settings(Table, frozen=True, kw_only=True):
    """Everything the agent is told. Without signal sets it only listens and puts no frame on the bus."""

    vehicle: str
    bus: Bus
    mqtt: Mqtt
    spool: SpoolSettings
    clock: str = "real"
    signal_sets: tuple[str, ...] = ()
    model_year: int | None = None  # of the car; without it nothing is asked that holds for some years only
    passive: str = ""  # a table for frames that the car sends by itself: the name of one that travels along, or a path
    witness: str = ""
    supply: Wire = Wire()
    power: PowerSettings = PowerSettings()
    position: PositionWire = PositionWire()
    campaigns: tuple[CampaignSettings, ...] = ()
    home_assistant: HomeAssistant = HomeAssistant()

    @property
    def scale(self) -> Scale:
        return parse_scale(self.clock)

    @property
    def username(self) -> str:
        return self.mqtt.username or self.vehicle


def load(path: Path) -> Settings:
    """Return the settings in the file at `path`, or raise `ConfigError` that names file and key."""
    try:
        settings = msgspec.toml.decode(path.read_bytes(), type=Settings)
        _check(settings)
        return _with_files(settings, path.parent)
    except OSError as error:
        raise ConfigError(f"{error.filename or path}: {error.strerror or error}; name a readable file") from error
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{path}: {_by_key(str(error))}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error
    except (ContractError, ConfigError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _by_key(reason: str) -> str:
    """Say msgspec's "Object contains unknown field `x` - at `$.bus`" in the words of the file."""
    what, _, place = reason.partition(" - at ")
    table = place.strip("`").removeprefix("$").strip(".")
    if "unknown field" in what or "missing required field" in what:
        key = what.split("`")[1]
        full = f"{table}.{key}" if table else key
        return f"unknown key {full!r}" if "unknown" in what else f"key {full!r} is missing"
    return f"key {table!r}: {what}" if table else what


def _check(settings: Settings) -> None:
    check_vehicle(settings.vehicle)
    parse_scale(settings.clock)
    mqtt = settings.mqtt
    _within("bus.bitrate", settings.bus.bitrate, 10_000, 1_000_000)
    _within("mqtt.port", mqtt.port, 1, 65_535)
    _within("mqtt.keepalive_s", mqtt.keepalive_s, 5, 3_600)
    _within("spool.max_bytes", settings.spool.max_bytes, MIB, 1 << 40)
    if len(set(settings.signal_sets)) < len(settings.signal_sets):
        raise ConfigError("key 'signal_sets' names one set twice")
    if settings.model_year is not None:
        _within("model_year", settings.model_year, MODEL_YEARS[0], MODEL_YEARS[-1])
    for entry in settings.bus.stop:
        _check_stop(entry)
    _check_wire("supply", settings.supply, "iio")
    settings.power.check()
    if settings.supply.source == "none" and (settings.power.off_below_v or settings.power.fast_supply):
        raise ConfigError("key 'supply.source' is none, so 'power.off_below_v' and 'power.fast_supply' measure nothing")
    _check_position(settings.position)
    _check_home_assistant(settings.home_assistant)
    if not mqtt.host:
        raise ConfigError("key 'mqtt.host' is empty")
    if not is_loopback(mqtt.host):
        if mqtt.protocol == "3.1.1":
            raise ConfigError(
                "key 'mqtt.protocol': 3.1.1 cannot say that a message was refused, so it is allowed to a loopback host"
                ' only; use "5"'
            )
        if not mqtt.tls:
            raise ConfigError("key 'mqtt.tls': only a loopback host needs no TLS; set it to true")
    if mqtt.password and mqtt.password_file:
        raise ConfigError("keys 'mqtt.password' and 'mqtt.password_file' exclude each other")
    if bool(mqtt.cert_file) != bool(mqtt.key_file):
        raise ConfigError("keys 'mqtt.cert_file' and 'mqtt.key_file' belong together")
    if not mqtt.tls and (mqtt.ca_file or mqtt.cert_file):
        raise ConfigError("key 'mqtt.tls' is false, so 'mqtt.ca_file' and 'mqtt.cert_file' would be ignored")


def _check_stop(entry: str) -> None:
    try:
        check_stop(entry)
    except ContractError as error:
        raise ConfigError(f"key 'bus.stop': {error}") from error


def _check_wire(table: str, wire: Wire, kind: str, more: str = "") -> None:
    if wire.source != "none" and wire.path(kind) is None:
        raise ConfigError(f'key \'{table}.source\': {wire.source!r} must be "none" or "{kind}:PATH" {more}'.rstrip())


def _check_position(wire: PositionWire) -> None:
    if wire.gpsd is None:
        _check_wire("position", wire, "nmea", 'or "gpsd:127.0.0.1:2947"')
    elif not is_loopback(wire.gpsd[0]):
        raise ConfigError("key 'position.source': gpsd speaks without TLS, so it must be on a loopback host")
    if wire.release_key:
        raise ConfigError("key 'position.release_key' belongs in a file: set 'position.release_key_file'")
    if PRECISIONS.index(wire.ceiling) < PRECISIONS.index(wire.precision):
        raise ConfigError("key 'position.ceiling' must allow at least what 'position.precision' allows")


def _check_home_assistant(home: HomeAssistant) -> None:
    _within("home_assistant.port", home.port, 1, 65_535)
    if home.password and home.password_file:
        raise ConfigError("keys 'home_assistant.password' and 'home_assistant.password_file' exclude each other")
    if not home.prefix or set(home.prefix) & set("+#\0"):
        raise ConfigError("key 'home_assistant.prefix' must be a topic without + and #, as Home Assistant has it")
    if home.host and not home.tls and not _is_private(home.host):
        raise ConfigError(
            "key 'home_assistant.tls': only a loopback host or a private address needs no TLS; set it to true"
        )


def _within(key: str, number: int, low: int, high: int) -> None:
    if not low <= number <= high:
        raise ConfigError(f"key {key!r}: {number} must be within {low}..{high}")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _with_files(settings: Settings, folder: Path) -> Settings:
    """Return `settings` with paths made whole and the small secrets read."""
    mqtt, home, position = settings.mqtt, settings.home_assistant, settings.position
    paths = {key: _beside(folder, getattr(mqtt, key)) for key in ("ca_file", "cert_file", "key_file")}
    mqtt = msgspec.structs.replace(mqtt, **paths)
    if mqtt.password_file:
        mqtt = msgspec.structs.replace(mqtt, password=_secret(folder, mqtt.password_file, "mqtt.password_file"))
    home = msgspec.structs.replace(home, ca_file=_beside(folder, home.ca_file))
    if home.password_file:
        secret = _secret(folder, home.password_file, "home_assistant.password_file")
        home = msgspec.structs.replace(home, password=secret)
    if position.release_key_file:
        key = _key(_secret(folder, position.release_key_file, "position.release_key_file"))
        position = msgspec.structs.replace(position, release_key=key)
    return msgspec.structs.replace(settings, mqtt=mqtt, home_assistant=home, position=position)


def _beside(folder: Path, file: str) -> str:
    return str(folder / file) if file else ""


def _secret(folder: Path, file: str, key: str) -> str:
    secret = (folder / file).read_text().rstrip("\r\n")
    if not secret:
        raise ConfigError(f"key {key!r}: the file is empty")
    return secret


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(f"key 'position.release_key_file': the file must hold {2 * KEY_BYTES} hexadecimal digits")
    return key
