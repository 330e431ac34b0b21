"""What can be set, read once: command line over OUTRIDER_* over a TOML file over these defaults."""

import ipaddress
import os
import tomllib
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from cloud.errors import SettingsError
from contract.clock import parse_scale

PREFIX: Final = "OUTRIDER_"
# Variables with our prefix that belong to others: the recorded data of the tests, the agent and the simulator.
_OTHERS: Final = ("OUTRIDER_DATA", "OUTRIDER_EDGE_", "OUTRIDER_SIM_", "OUTRIDER_TEST_")


class Settings(BaseSettings):
    """Everything that can be set; frozen."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Path("var/outrider")
    clock: str = "real"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65_535)
    status_port: int | None = Field(None, ge=0, le=65_535)  # health and metrics of a part run by its own command
    public_url: str = ""  # where drivers' phones reach the API; empty: where it listens

    webhook_loopback: bool = False  # let insurers' webhooks lead to this machine, for trying things out

    mqtt_host: str = ""  # empty: the embedded broker, on loopback
    mqtt_port: int = Field(1883, ge=0, le=65_535)
    mqtt_version: Literal["", "5", "3.1.1"] = ""  # empty: 5, and 3.1.1 with the embedded broker
    mqtt_username: str = "ingest"
    mqtt_password: SecretStr = SecretStr("")
    mqtt_ca_file: Path | None = None
    mqtt_cert_file: Path | None = None
    mqtt_key_file: Path | None = None
    # What a vehicle that is provisioned is told of the broker; empty and 0: what the service itself uses.
    vehicle_mqtt_host: str = ""
    vehicle_mqtt_port: int = Field(0, ge=0, le=65_535)

    model_dir: Path | None = None  # a trained model that answers instead of the rules
    shadow_dir: Path | None = None  # another beside it, of which only differences are counted

    vehicle_rate_per_s: float = Field(200.0, gt=0.0)
    vehicle_burst: float = Field(5_000.0, ge=1.0)
    log_max_bytes: int = Field(0, ge=0)  # 0: as large as the disk
    history_keep_days: int = Field(0, ge=0)  # 0: for ever
    zone: str = "Asia/Shanghai"  # where the fleet's days, nights and peaks are

    @property
    def embeds_broker(self) -> bool:
        """Whether the broker is our own."""
        return not self.mqtt_host

    @property
    def wire_version(self) -> str:
        """The MQTT version to speak."""
        return self.mqtt_version or ("3.1.1" if self.embeds_broker else "5")

    @field_validator("clock")
    @classmethod
    def _is_a_clock(cls, spec: str) -> str:
        parse_scale(spec)
        return spec

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone {name!r}") from None
        return name

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        if self.wire_version == "3.1.1" and not is_loopback(self.mqtt_host or "localhost"):
            raise ValueError("mqtt_version 3.1.1 cannot say that a message was denied; it is for loopback only")
        if (self.mqtt_cert_file is None) != (self.mqtt_key_file is None):
            raise ValueError("mqtt_cert_file and mqtt_key_file go together")
        return self


def load(config: Path | None = None, **chosen: object) -> Settings:
    """Return the settings; raise `SettingsError` naming the key that is unknown or wrong.

    Args:
        config: a TOML file with the fields of `Settings`, or None.
        chosen: what the command line says; None where it says nothing.
    """
    values: dict[str, Any] = _of_file(config) if config is not None else {}
    _check_environment()
    values = {key: value for key, value in values.items() if f"{PREFIX}{key}".upper() not in os.environ}
    values |= {key: value for key, value in chosen.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("; ".join(_told(fault) for fault in error.errors())) from error


def is_loopback(host: str) -> bool:
    """Say whether `host` is this machine itself and nothing else."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _of_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {path}: {error}") from error


def _check_environment() -> None:
    known = {f"{PREFIX}{key}".upper() for key in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_OTHERS):
            raise SettingsError(f"the environment has {name}, and there is no such setting")


def _told(fault: ErrorDetails) -> str:
    key = ".".join(str(part) for part in fault["loc"]) or "settings"
    if fault["type"] == "extra_forbidden":
        return f"there is no setting {key!r}"
    return f"{key}: {fault['msg']}"
