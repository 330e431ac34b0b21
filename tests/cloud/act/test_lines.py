"""What leaves for a car by way of the lines: every exact grant for a job is signed with the car's own key."""

from cloud.act.adapters.lines import LineDownlink
from cloud.ingest.adapters.memory import MemoryLines
from contract import codec
from contract.messages import Config, PositionGrant
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
