"""Passwords are kept as hashes, one file for all vehicles, one secret for ingest."""

import stat
from pathlib import Path

import pytest

from cloud.broker import passwords
from cloud.errors import StartError


def test_only_hashes_are_written_and_only_the_owner_may_read(tmp_path: Path) -> None:
    path = tmp_path / "users"

    passwords.store(path, {"car-1": "secret"})

    assert "secret" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    hashed = passwords.load(path)["car-1"]
    assert passwords.verified("secret", hashed)
    assert not passwords.verified("Secret", hashed)


def test_a_later_import_keeps_the_others_and_leaves_the_same_password_alone(tmp_path: Path) -> None:
    path = tmp_path / "users"
    passwords.store(path, {"car-1": "one", "car-2": "two"})
    before = passwords.load(path)

    passwords.store(path, {"car-2": "two", "car-3": "three"})

    after = passwords.load(path)
    assert sorted(after) == ["car-1", "car-2", "car-3"]
    assert (after["car-1"], after["car-2"]) == (before["car-1"], before["car-2"])


@pytest.mark.parametrize("user", ["ingest", "car/1", "a:b", ""])
def test_a_user_that_could_pass_for_another_is_refused(tmp_path: Path, user: str) -> None:
    with pytest.raises(StartError):
        passwords.store(tmp_path / "users", {user: "secret"})


def test_a_damaged_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("car-1:$argon2id$x\nrubbish\n")

    with pytest.raises(StartError, match="line 2"):
        passwords.load(tmp_path / "users")


def test_a_hash_that_cannot_be_read_fits_no_password() -> None:
    assert not passwords.verified("secret", "$6$whatever")


def test_ingests_password_is_made_once(tmp_path: Path) -> None:
    first = passwords.ingest_password(tmp_path)

    assert len(first) >= 40
    assert passwords.ingest_password(tmp_path) == first
    assert stat.S_IMODE((tmp_path / passwords.INGEST_FILE).stat().st_mode) == 0o600
