"""What leaves for a car by way of the lines: every exact grant for a job is signed with the car's own key."""

import pytest

from cloud.act.adapters.lines import LineDownlink, LineStatuses
from cloud.ingest.adapters.memory import MemoryLines
from cloud.ingest.ports import Presence
from contract import codec
from contract.messages import Config, ConfigOutcome, Health, PositionGrant, Status
from contract.release import is_genuine

KEY = bytes(range(32))
GRANTS = (
    PositionGrant(precision="exact", until_ms=1 << 40, job="job-7"),
    PositionGrant(precision="cell", until_ms=1 << 40, job="job-8"),
    PositionGrant(precision="exact", until_ms=1 << 40),
)


def sent(key: bytes | None) -> Config:
    lines = MemoryLines()
    LineDownlink(lines, lambda vehicle: key).configure(Config(vehicle="car-1", revision=1, grants=GRANTS))
    (wish,) = lines.wishes(0)
    config = codec.decode(wish.payload)
    assert isinstance(config, Config)
    return config


def test_a_job_s_exact_grant_goes_with_a_release_for_that_car_and_job() -> None:
    config = sent(KEY)

    assert [release.job for release in config.releases] == ["job-7"]
    assert is_genuine(KEY, "car-1", config.releases[0])
    assert config.grants == GRANTS


def test_a_car_without_a_key_gets_its_grants_alone() -> None:
    assert sent(None).releases == ()


def test_an_agent_s_word_on_its_configuration_is_read_from_its_last_health() -> None:
    said = ConfigOutcome(revision=3, taken=False, reason="no")
    health = Health(uptime_s=1.0, starts=1, waiting=0, waiting_bytes=0, config=said)
    status = Status(vehicle="car-1", online=True, boot_id="b", wall_ms=1, agent_version="9", health=health)
    lines = MemoryLines()
    lines.note([Presence("car-1", True, 1, codec.encode(status), has_health=True)])

    assert LineStatuses(lines).outcome("car-1") == said


@pytest.mark.parametrize("payload", [None, b"garbage"])
def test_an_agent_of_which_nothing_can_be_read_said_nothing(payload: bytes | None) -> None:
    lines = MemoryLines()
    if payload is not None:
        lines.note([Presence("car-1", True, 1, payload, has_health=True)])

    assert LineStatuses(lines).outcome("car-1") is None
