"""Settings: what is good is read whole, and what is wrong is named by its key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import load
from edge.errors import ConfigError

GOOD = {
    "": 'vehicle = "car-1"\nsignal_sets = ["sae-j1979"]\n',
    "bus": 'interface = "slcan"\nchannel = "/dev/pts/4"\n',
    "mqtt": 'host = "127.0.0.1"\nport = 1883\npassword = "s3cret"\nprotocol = "3.1.1"\n',
    "spool": 'path = "spool.sqlite"\n',
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "car.toml"


def write(path: Path, **tables: str) -> Path:
    """Write the good settings, with whole `tables` in the place of theirs; `top` is what stands before any table."""
    wanted = GOOD | tables
    top = wanted.pop("top", wanted.pop(""))
    path.write_text(top + "".join(f"[{name}]\n{text}" for name, text in wanted.items() if name))
    return path


def test_good_settings_are_read_and_have_sensible_defaults(path: Path) -> None:
    settings = load(write(path))

    assert (settings.vehicle, settings.username, settings.clock) == ("car-1", "car-1", "real")
    assert (settings.bus.interface, settings.bus.channel, settings.bus.bitrate) == ("slcan", "/dev/pts/4", 500_000)
    assert settings.signal_sets == ("sae-j1979",)
    assert settings.supply.path("iio") is None
    assert settings.scale.factor == 1.0


def test_wires_and_options_are_read(path: Path) -> None:
    settings = load(
        write(
            path,
            bus='interface = "slcan"\nchannel = "/dev/pts/4"\noptions = {rtscts = true}\n',
            supply='source = "iio:/sys/bus/iio/devices/iio:device0/in_voltage0_input"\n',
            position='source = "nmea:/dev/ttyACM0"\n',
        )
    )

    assert settings.bus.options == {"rtscts": True}
    assert settings.supply.path("iio") == Path("/sys/bus/iio/devices/iio:device0/in_voltage0_input")
    assert settings.position.path("nmea") == Path("/dev/ttyACM0")


def test_a_password_may_stand_in_a_file_beside_the_settings(path: Path) -> None:
    (path.parent / "secret").write_text("s3cret\n")

    settings = load(write(path, mqtt='host = "127.0.0.1"\npassword_file = "secret"\n'))

    assert settings.mqtt.password == "s3cret"


def test_no_printed_form_of_the_settings_shows_the_password(path: Path) -> None:
    settings = load(write(path))

    assert "s3cret" not in f"{settings!r} {settings} {settings.mqtt!r}"


BAD = {
    "unknown key": ({"top": 'vehicle = "car-1"\nvehicel = 1\n'}, "unknown key 'vehicel'"),
    "unknown key in a table": ({"bus": GOOD["bus"] + "bitrat = 1\n"}, "unknown key 'bus.bitrat'"),
    "unknown table": ({"buss": "x = 1\n"}, "unknown key 'buss'"),
    "missing key": ({"bus": 'interface = "slcan"\n'}, "key 'bus.channel' is missing"),
    "wrong type": ({"bus": GOOD["bus"] + 'bitrate = "fast"\n'}, "key 'bus.bitrate'"),
    "not TOML": ({"top": "vehicle = \n"}, "Invalid value"),
    "no vehicle id": ({"top": 'vehicle = "car/1"\n'}, "vehicle id 'car/1'"),
    "no clock": ({"top": 'vehicle = "car-1"\nclock = "fast"\n'}, "clock 'fast'"),
    "bitrate out of range": ({"bus": GOOD["bus"] + "bitrate = 5\n"}, "key 'bus.bitrate': 5 must be within"),
    "port out of range": ({"mqtt": 'host = "127.0.0.1"\nport = 70000\n'}, "key 'mqtt.port'"),
    "spool too small": ({"spool": 'path = "s"\nmax_bytes = 10\n'}, "key 'spool.max_bytes'"),
    "no host": ({"mqtt": 'host = ""\n'}, "key 'mqtt.host'"),
    "a set twice": ({"top": 'vehicle = "car-1"\nsignal_sets = ["a", "a"]\n'}, "names one set twice"),
    "no model year": ({"top": 'vehicle = "car-1"\nmodel_year = 22\n'}, "key 'model_year': 22 must be within"),
    "supply of no kind": ({"supply": 'source = "adc:/x"\n'}, "key 'supply.source'"),
    "supply of nothing": ({"supply": 'source = "iio:"\n'}, "key 'supply.source'"),
    "position of no kind": ({"position": 'source = "iio:/x"\n'}, "key 'position.source'"),
    "3.1.1 over a network": (
        {"mqtt": 'host = "broker.example"\nprotocol = "3.1.1"\ntls = true\n'},
        "key 'mqtt.protocol'",
    ),
    "a network without TLS": ({"mqtt": 'host = "192.0.2.7"\n'}, "key 'mqtt.tls'"),
    "unknown protocol": ({"mqtt": 'host = "127.0.0.1"\nprotocol = "4"\n'}, "key 'mqtt.protocol'"),
    "two passwords": ({"mqtt": 'host = "::1"\npassword = "a"\npassword_file = "b"\n'}, "exclude each other"),
    "certificate without key": ({"mqtt": 'host = "::1"\ntls = true\ncert_file = "c"\n'}, "belong together"),
    "authority without TLS": ({"mqtt": 'host = "::1"\nca_file = "c"\n'}, "key 'mqtt.tls'"),
    "password file that is not there": ({"mqtt": 'host = "::1"\npassword_file = "none"\n'}, "none: No such file"),
}


@pytest.mark.parametrize(("tables", "said"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named_with_file_and_key(path: Path, tables: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(path, **tables))

    assert said in str(caught.value)
    assert str(path.parent) in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
def test_every_loopback_host_may_be_spoken_to_in_the_clear(path: Path, host: str) -> None:
    assert load(write(path, mqtt=f'host = "{host}"\nprotocol = "3.1.1"\n')).mqtt.host == host


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        load(tmp_path / "gone.toml")


@given(st.binary(max_size=200))
def test_any_file_is_settings_or_a_config_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(data)

    with pytest.raises(ConfigError):
        load(path)


@pytest.mark.parametrize("entry", ["", "7e0", "9FF", "22F190"])
def test_what_is_to_be_stopped_is_a_service_or_a_request_id(path: Path, entry: str) -> None:
    with pytest.raises(ConfigError, match=r"car\.toml: key 'bus\.stop': .* no service"):
        load(write(path, bus=GOOD["bus"] + f'stop = ["22", "{entry}"]\n'))

    assert load(write(path, bus=GOOD["bus"] + 'stop = ["22", "7A0", "17FC007B"]\n')).bus.stop == (
        "22",
        "7A0",
        "17FC007B",
    )


def test_certificates_are_looked_for_beside_the_settings(path: Path) -> None:
    files = 'ca_file = "ca.pem"\ncert_file = "device.pem"\nkey_file = "/keys/device.key"\n'
    settings = load(write(path, mqtt=f'host = "mqtt.example.net"\ntls = true\n{files}'))

    assert settings.mqtt.ca_file == str(path.parent / "ca.pem")
    assert settings.mqtt.cert_file == str(path.parent / "device.pem")
    assert settings.mqtt.key_file == "/keys/device.key"


def test_a_campaign_of_the_owner_s_is_read(path: Path) -> None:
    table = (
        'name = "crank"\nsignals = ["Vehicle.LowVoltageBattery.CurrentVoltage"]\nperiod_ms = 100\nwhen = "cranking"\n'
    )
    written = write(path)
    written.write_text(written.read_text() + f"[[campaigns]]\n{table}")

    settings = load(written)

    assert [(campaign.name, campaign.when) for campaign in settings.campaigns] == [("crank", "cranking")]


def test_the_release_key_is_read_from_its_file_and_never_printed(path: Path) -> None:
    (path.parent / "release.key").write_text("0f" * 32 + "\n")

    settings = load(write(path, position='source = "gpsd:127.0.0.1:2947"\nrelease_key_file = "release.key"\n'))

    assert settings.position.release_key == b"\x0f" * 32
    assert settings.position.gpsd == ("127.0.0.1", 2947)
    assert "0f0f" not in f"{settings!r}"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('source = "gpsd:192.168.1.2:2947"\n', "gpsd speaks without TLS"),
        ('source = "gpsd:127.0.0.1:0"\n', "key 'position.source'"),
        ('precision = "exact"\nceiling = "cell"\n', "key 'position.ceiling'"),
        ('precision = "street"\n', "key 'position.precision'"),
        ('release_key_file = "short"\n', "64 hexadecimal digits"),
    ],
)
def test_a_position_that_would_say_too_much_is_named(path: Path, table: str, reason: str) -> None:
    (path.parent / "short").write_text("0f\n")

    with pytest.raises(ConfigError, match=reason):
        load(write(path, position=table))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('host = "ha.example.net"\n', "key 'home_assistant.tls'"),
        ('host = "8.8.8.8"\n', "key 'home_assistant.tls'"),
        ('host = "127.0.0.1"\nprefix = "home/#"\n', "key 'home_assistant.prefix'"),
        ('host = "127.0.0.1"\nport = 0\n', "key 'home_assistant.port'"),
    ],
)
def test_a_home_assistant_that_cannot_be_is_named(path: Path, table: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        load(write(path, home_assistant=table))


@pytest.mark.parametrize("key", ["insecure", "tls_insecure", "verify", "check_hostname", "skip_verification"])
def test_no_key_turns_verification_off(path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown key 'mqtt.{key}'"):
        load(write(path, mqtt=f'host = "mqtt.example.net"\ntls = true\n{key} = true\n'))
