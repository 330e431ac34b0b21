"""What the cloud wants is taken whole or refused whole, kept over a restart, and answered for."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import Campaign, Config, ConfigOutcome, PositionGrant
from contract.signals import SPEED
from edge.adapters.state_files import LastConfig
from edge.errors import SpoolError
from edge.ports import Unreadable
from edge.remote import MOST_GRANTS, Remote

ASKED = {SPEED.path}
FAST = Campaign(name="fast", signals=(SPEED.path,), period_ms=1_000)
GOOD = Config(
    vehicle="car-1",
    revision=3,
    grants=(PositionGrant(precision="exact", until_ms=1 << 50, job="job-1"),),
    stop=("22",),
    campaigns=(FAST,),
)


class FullDisk:
    """Keeps nothing."""

    def load(self) -> Config | None:
        return None

    def save(self, config: Config) -> None:
        raise SpoolError("no space left")


@pytest.fixture
def store(tmp_path: Path) -> LastConfig:
    return LastConfig(tmp_path / "spool.sqlite.config", "car-1")


def test_a_good_one_is_taken_and_answered_for(store: LastConfig) -> None:
    remote = Remote(store, ASKED, ())

    assert remote.take(GOOD) == GOOD
    assert remote.outcome == ConfigOutcome(revision=3, taken=True)


def test_the_same_again_is_no_news_and_an_older_one_is_refused(store: LastConfig) -> None:
    remote = Remote(store, ASKED, ())
    remote.take(GOOD)

    assert remote.take(GOOD) is None
    assert remote.outcome == ConfigOutcome(revision=3, taken=True)
    assert remote.take(msgspec.structs.replace(GOOD, revision=2)) is None
    assert remote.outcome is not None
    assert (remote.outcome.revision, remote.outcome.taken) == (2, False)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"campaigns": (msgspec.structs.replace(FAST, signals=("Vehicle.Nothing",)),)}, "no signal set"),
        ({"campaigns": tuple(msgspec.structs.replace(FAST, name=f"c{n}") for n in range(17))}, "17 campaigns"),
        ({"grants": GOOD.grants * (MOST_GRANTS + 1)}, "65 grants"),
        ({"stop": ("22",) * 65}, "65 stops"),
    ],
)
def test_one_that_asks_too_much_is_refused_whole_with_its_reason_and_the_last_good_one_stays(
    store: LastConfig, changed: dict[str, object], reason: str
) -> None:
    remote = Remote(store, ASKED, ())
    remote.take(GOOD)

    assert remote.take(msgspec.structs.replace(GOOD, revision=4, **changed)) is None

    assert remote.outcome is not None
    assert reason in remote.outcome.reason
    assert store.load() == GOOD


def test_what_cannot_be_read_is_refused_with_a_short_reason(store: LastConfig) -> None:
    remote = Remote(store, ASKED, ())

    assert remote.take(Unreadable("x" * 5_000)) is None

    assert remote.outcome is not None
    assert remote.outcome.revision is None
    assert len(remote.outcome.reason) <= 200


def test_after_a_restart_it_holds_but_for_its_grants_until_the_cloud_says_it_again(store: LastConfig) -> None:
    Remote(store, ASKED, ()).take(GOOD)

    remote = Remote(store, ASKED, ())
    restored = remote.restore()

    assert restored == msgspec.structs.replace(GOOD, grants=())
    assert remote.take(GOOD) == GOOD
    assert remote.take(GOOD) is None


def test_after_a_restart_an_older_one_is_refused_still(store: LastConfig) -> None:
    Remote(store, ASKED, ()).take(GOOD)
    remote = Remote(store, ASKED, ())
    remote.restore()

    assert remote.take(msgspec.structs.replace(GOOD, revision=2)) is None


def test_one_that_the_settings_no_longer_allow_is_not_restored(store: LastConfig) -> None:
    Remote(store, ASKED, ()).take(GOOD)

    assert Remote(store, set(), ()).restore() is None


def test_a_full_disk_does_not_keep_it_from_holding_and_is_told(store: LastConfig) -> None:
    remote = Remote(FullDisk(), ASKED, ())

    assert remote.take(GOOD) == GOOD
    assert remote.outcome is not None
    assert remote.outcome.taken
    assert "no space left" in remote.outcome.reason


@given(damage=st.binary(max_size=300))
def test_a_damaged_file_counts_as_none_and_blocks_nothing(
    tmp_path_factory: pytest.TempPathFactory, damage: bytes
) -> None:
    path = tmp_path_factory.mktemp("state") / "config"
    path.write_bytes(damage)

    assert Remote(LastConfig(path, "car-1"), ASKED, ()).restore() is None
    assert not path.exists()


def test_another_car_s_file_is_not_taken(tmp_path: Path) -> None:
    LastConfig(tmp_path / "config", "car-1").save(GOOD)

    assert LastConfig(tmp_path / "config", "car-2").load() is None
