"""A setting that is unknown or wrong stops the start, by name."""

import os
from pathlib import Path

import pytest

from cloud import settings
from cloud.errors import SettingsError


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)


def test_without_anything_said_it_is_the_embedded_broker_on_loopback() -> None:
    chosen = settings.load()

    assert chosen.embeds_broker
    assert chosen.wire_version == "3.1.1"
    assert settings.is_loopback(chosen.host)


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "outrider.toml"
    file.write_text('port = 1001\nhost = "127.0.0.2"\nclock = "scaled:2@2026-01-01T00:00:00Z"\n')
    monkeypatch.setenv("OUTRIDER_PORT", "1002")
    monkeypatch.setenv("OUTRIDER_HOST", "127.0.0.3")

    chosen = settings.load(file, port=1003, host=None)

    assert (chosen.port, chosen.host, chosen.clock) == (1003, "127.0.0.3", "scaled:2@2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1\n", "'prot'"),
        ('port = "high"\n', "port"),
        ("port = 70000\n", "port"),
        ('clock = "fast"\n', "scaled:FACTOR@EPOCH"),
        ('mqtt_host = "broker.example"\nmqtt_version = "3.1.1"\n', "loopback only"),
        ('mqtt_cert_file = "x"\n', "mqtt_key_file"),
        ("port = \n", "cannot read the settings file"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_key(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "outrider.toml"
    file.write_text(text)

    with pytest.raises(SettingsError, match=named):
        settings.load(file)


def test_a_variable_with_our_prefix_that_we_do_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTRIDER_PROT", "1")

    with pytest.raises(SettingsError, match="OUTRIDER_PROT"):
        settings.load()


def test_variables_of_the_agent_and_the_tests_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTRIDER_DATA", "/recorded")
    monkeypatch.setenv("OUTRIDER_EDGE_CONFIG", "x")

    assert settings.load().data_dir != Path("/recorded")


def test_a_broker_of_ones_own_is_spoken_to_in_mqtt_5() -> None:
    assert settings.load(mqtt_host="broker.example").wire_version == "5"
    assert settings.load(mqtt_host="127.0.0.1", mqtt_version="3.1.1").wire_version == "3.1.1"


def test_a_password_does_not_show() -> None:
    assert "hidden" not in repr(settings.load(mqtt_password="hidden"))
