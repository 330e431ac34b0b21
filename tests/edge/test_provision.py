"""Becoming a vehicle: the claim, the answer, and settings of which nothing else is changed."""

import tomllib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ProvisionError
from edge.provision import Admission, BrokerPlace, files, read_answer, settings_text, vehicle_of

BROKER = BrokerPlace(host="mqtt.example.net", port=8883, login="certificate", ca="a ca")
GIVEN = Admission(vehicle="car-1", certificate="a certificate", release_key="0f" * 32, broker=BROKER)
MINE = """# mine
vehicle = "car-1"  # the van
signal_sets = ["sae-j1979", "e-gmp"]

[mqtt]
host = "old.example.net"  # goes
password = "old"
keepalive_s = 30

[bus]
interface = "slcan"
channel = "/dev/ttyACM0"  # stays

[spool]
path = "spool.sqlite"
"""


def test_a_claim_names_the_vehicle_it_is_for() -> None:
    assert vehicle_of("car-1.s3cret") == "car-1"


@pytest.mark.parametrize("claim", ["", "car-1", "car-1.", ".s3cret", "car/1.s3cret"])
def test_what_is_no_claim_is_said_to_be_none(claim: str) -> None:
    with pytest.raises(ProvisionError, match="outrider fleet claim"):
        vehicle_of(claim)


def test_a_good_answer_is_read() -> None:
    assert read_answer(msgspec.json.encode(GIVEN), "car-1") == GIVEN


@given(body=st.binary(max_size=200))
def test_any_answer_is_read_or_our_one_error(body: bytes) -> None:
    with pytest.raises(ProvisionError):
        read_answer(body, "car-1")


@pytest.mark.parametrize(
    "changed",
    [
        {"vehicle": "car-2"},
        {"release_key": "0f"},
        {"release_key": "no hex"},
        {"broker": msgspec.structs.replace(BROKER, port=0)},
        {"broker": msgspec.structs.replace(BROKER, host="")},
    ],
)
def test_an_answer_that_is_not_for_us_or_not_whole_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ProvisionError):
        read_answer(msgspec.json.encode(msgspec.structs.replace(GIVEN, **changed)), "car-1")


def test_settings_keep_everything_but_the_broker_and_the_key_of_releases() -> None:
    text = settings_text(MINE, GIVEN, is_near=False)

    was, now = tomllib.loads(MINE), tomllib.loads(text)
    assert now.pop("mqtt") == {
        "host": "mqtt.example.net",
        "port": 8883,
        "keepalive_s": 30,
        "tls": True,
        "ca_file": "broker-ca.pem",
        "cert_file": "device.pem",
        "key_file": "device.key",
    }
    assert now.pop("position") == {
        "source": "none",
        "precision": "cell",
        "ceiling": "exact",
        "release_key_file": "release.key",
    }
    del was["mqtt"]
    assert now == was
    assert "# the van" in text
    assert "# stays" in text


def test_a_precision_that_the_owner_chose_stays() -> None:
    mine = MINE + '[position]\nsource = "nmea:/dev/ttyACM1"\nprecision = "none"\nceiling = "city"\n'

    position = tomllib.loads(settings_text(mine, GIVEN, is_near=False))["position"]

    assert (position["source"], position["precision"], position["ceiling"]) == ("nmea:/dev/ttyACM1", "none", "city")


def test_a_new_device_gets_settings_to_start_from() -> None:
    settings = tomllib.loads(settings_text("", GIVEN, is_near=False))

    assert settings["vehicle"] == "car-1"
    assert settings["bus"]["interface"] == "socketcan"


@pytest.mark.parametrize(
    ("login", "is_near", "wanted"),
    [
        ("password", True, {"protocol": "3.1.1", "password_file": "password"}),
        ("password", False, {"tls": True, "ca_file": "broker-ca.pem", "password_file": "password"}),
    ],
)
def test_a_broker_of_passwords_is_given_one(login: str, is_near: bool, wanted: dict[str, object]) -> None:
    broker = msgspec.convert({"host": "127.0.0.1", "port": 1883, "login": login, "ca": "a ca"}, BrokerPlace)
    given = msgspec.structs.replace(GIVEN, broker=broker)

    table = tomllib.loads(settings_text(MINE, given, is_near=is_near))["mqtt"]

    assert table == {"host": "127.0.0.1", "port": 1883, "keepalive_s": 30} | wanted
    assert "password" in {file.name for file in files(given, "a key", "s3cret")}


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (MINE.replace("car-1", "car-2"), "of vehicle 'car-2'"),
        ("vehicle = \n", "not TOML"),
        ('vehicle = "car-1"\nmqtt = {host = "x"}\n', "cannot be changed safely|not TOML"),
    ],
)
def test_settings_that_cannot_be_changed_are_left_alone_with_a_reason(before: str, reason: str) -> None:
    with pytest.raises(ProvisionError, match=reason):
        settings_text(before, GIVEN, is_near=False)


def test_no_printed_form_shows_the_key() -> None:
    assert "0f0f" not in f"{GIVEN!r} {GIVEN}"
