"""Becoming a vehicle: what is asked of the cloud, what its answer must be, and the settings that follow. Pure."""

import json
import tomllib
from typing import Any, Final, Literal, NamedTuple

import msgspec

from contract.errors import ContractError
from contract.identity import check_vehicle
from contract.release import KEY_BYTES
from edge.errors import ProvisionError

MAX_ANSWER_BYTES: Final = 64 << 10
KEY_FILE: Final = "device.key"
CERTIFICATE_FILE: Final = "device.pem"
BROKER_CA_FILE: Final = "broker-ca.pem"
RELEASE_KEY_FILE: Final = "release.key"
PASSWORD_FILE: Final = "password"

Value = str | int | float | bool
Tables = dict[str, dict[str, Value]]


class BrokerPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is, and how the car shows who it is."""

    host: str
    port: int
    login: Literal["certificate", "password"]
    ca: str = ""


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """What the cloud gives for a claim; certificates are PEM, the key is hexadecimal."""

    vehicle: str
    certificate: str
    release_key: str
    broker: BrokerPlace

    def __repr__(self) -> str:
        return f"Admission({self.vehicle})"  # no key in any log or trace


class File(NamedTuple):
    """One file beside the settings; every one is readable by its owner only."""

    name: str
    text: str


def vehicle_of(claim: str) -> str:
    """Return the vehicle that `claim` is for, or raise `ProvisionError`."""
    vehicle, dot, secret = claim.partition(".")
    try:
        if not dot or not secret:
            raise ContractError("a claim is a vehicle's id, a dot and a long random word")
        return check_vehicle(vehicle)
    except ContractError as error:
        raise ProvisionError(
            f"this is no claim: {error}; copy the whole line that `outrider fleet claim` gave"
        ) from error


def read_answer(body: bytes, vehicle: str) -> Admission:
    """Return what the cloud's answer grants, or raise `ProvisionError`."""
    try:
        given = msgspec.json.decode(body, type=Admission)
        is_key = len(bytes.fromhex(given.release_key)) == KEY_BYTES
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProvisionError(f"the cloud's answer cannot be read: {error}") from error
    if given.vehicle != vehicle:
        raise ProvisionError(f"the cloud's answer is for another vehicle, {given.vehicle[:64]!r}")
    if not is_key or not given.broker.host or not 1 <= given.broker.port <= 65_535:
        raise ProvisionError("the cloud's answer lacks a key or a broker")
    return given


def files(given: Admission, key_pem: str, password: str) -> list[File]:
    """Return what is kept beside the settings, the key first."""
    kept = [File(KEY_FILE, key_pem), File(CERTIFICATE_FILE, given.certificate)]
    if given.broker.ca:
        kept.append(File(BROKER_CA_FILE, given.broker.ca))
    if given.broker.login == "password":
        kept.append(File(PASSWORD_FILE, password + "\n"))
    return [*kept, File(RELEASE_KEY_FILE, given.release_key + "\n")]


def settings_text(before: str, given: Admission, *, is_near: bool) -> str:
    """Return the settings file: `before` with `[mqtt]` and `[position]` as they must be now, else a new one.

    `is_near`: the broker is on this machine, where the embedded one speaks 3.1.1 without TLS. Raise `ProvisionError`
    when `before` cannot be changed so without touching anything else.
    """
    if not before.strip():
        before = _beginning(given.vehicle)
    was = _parsed(before)
    if was.get("vehicle") != given.vehicle:
        raise ProvisionError(f"the settings are of vehicle {was.get('vehicle')!r}, and the claim of {given.vehicle!r}")
    position = {"source": "none", "precision": "cell", "ceiling": "exact"} | was.get("position", {})
    changed = {
        "mqtt": _mqtt(given.broker, was.get("mqtt", {}), is_near=is_near),
        "position": position | {"release_key_file": RELEASE_KEY_FILE},
    }
    text = before
    for name, table in changed.items():
        text = _with_table(text, name, table)
    if _parsed(text) != was | changed:
        raise ProvisionError("the settings are written in a way that cannot be changed safely; write [mqtt] as a table")
    return text


def _mqtt(broker: BrokerPlace, was: dict[str, Value], *, is_near: bool) -> dict[str, Value]:
    table: dict[str, Value] = {"host": broker.host, "port": broker.port}
    table |= {key: was[key] for key in ("keepalive_s",) if key in was}
    if broker.login == "password" and is_near:
        return table | {"protocol": "3.1.1", "password_file": PASSWORD_FILE}
    table["tls"] = True
    if broker.ca:
        table["ca_file"] = BROKER_CA_FILE
    if broker.login == "password":
        return table | {"password_file": PASSWORD_FILE}
    return table | {"cert_file": CERTIFICATE_FILE, "key_file": KEY_FILE}


def _beginning(vehicle: str) -> str:
    """Return the settings of a dongle of which nothing is known yet; the sets of signals are the owner's to name."""
    tables: Tables = {
        "bus": {"interface": "socketcan", "channel": "can0", "bitrate": 500_000},
        "spool": {"path": "/var/lib/outrider/spool.sqlite"},
    }
    written = "".join(f"\n[{name}]\n{_lines(table)}" for name, table in tables.items())
    return f'vehicle = "{vehicle}"\nsignal_sets = ["sae-j1979"]\n{written}'


def _with_table(text: str, name: str, table: dict[str, Value]) -> str:
    """Return `text` with the lines of `[name]`, up to the next table, replaced; or with the table at its end."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    start = next((number for number in heads if lines[number].split("#")[0].strip() == f"[{name}]"), None)
    written = [f"[{name}]", *_lines(table).splitlines(), ""]
    if start is None:
        return "\n".join([*lines, "", *written[:-1]]) + "\n"
    end = next((number for number in heads if number > start), len(lines))
    return "\n".join([*lines[:start], *written, *lines[end:]]).rstrip() + "\n"


def _lines(table: dict[str, Value]) -> str:
    # JSON's strings, numbers and booleans are TOML's too, as long as no surrogate is spelt out.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items())


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProvisionError(f"the settings are not TOML: {error}") from error
