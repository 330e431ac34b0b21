"""Opening, migrating and sharing the store."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from cloud.store import feed, tokens
from cloud.store.engine import FILE_NAME, open_store
from cloud.store.errors import MissingError, RefusedError
from cloud.store.ids import named
from cloud.store.once import insert_once, upsert
from cloud.store.tables import changes, metadata, partners
from tests.cloud.acting import World, partner


def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = set(
            connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")
            ).scalars()
        )
    store.close()

    assert {"uq_cases_open", "uq_jobs_open", "uq_offers_open", "uq_reminders_open"} <= made


def test_a_commit_survives_a_power_cut_by_the_pragmas(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    store.close()

    assert found == ["wal", 2]


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_store(tmp_path)
        with store.write() as connection:
            feed.note(connection, "case", "x", 1)
        store.close()

    raw = sqlite3.connect(tmp_path / FILE_NAME)
    assert raw.execute("SELECT count(*) FROM changes").fetchone() == (2,)
    raw.close()


OPEN: Final = (
    "import sys; from pathlib import Path; from cloud.store.engine import open_store as o; o(Path(sys.argv[1])).close()"
)


def test_several_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    started = [subprocess.Popen([sys.executable, "-c", OPEN, tmp_path]) for _ in range(3)]

    assert [process.wait(60) for process in started] == [0, 0, 0]


def test_an_error_in_a_transaction_leaves_nothing(world: World) -> None:
    def broken() -> None:
        with world.write() as connection:
            feed.note(connection, "case", "half", 1)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        broken()

    with world.read() as connection:
        assert connection.execute(select(changes).where(changes.c.subject == "half")).all() == []


def test_a_reader_sees_one_moment_while_others_write(world: World) -> None:
    with world.read() as reader:
        before = feed.latest(reader)
        with world.write() as writer:
            feed.note(writer, "case", "x", 1)
        assert feed.latest(reader) == before
    with world.read() as reader:
        assert feed.latest(reader) == before + 1


def test_many_writers_wait_for_their_turn(world: World) -> None:
    def write(n: int) -> None:
        with world.write() as connection:
            before = feed.latest(connection)
            feed.note(connection, "case", str(n), 1)
            assert feed.latest(connection) == before + 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    with world.read() as connection:
        assert len(feed.since(connection, 0, 1000)) >= 40


def test_changes_come_in_order_and_old_ones_are_forgotten(world: World) -> None:
    with world.write() as connection:
        start = feed.latest(connection)
        for n in range(10):
            feed.note(connection, "job", str(n), n)
        assert [change.subject for change in feed.since(connection, start + 7)] == ["7", "8", "9"]
        feed.trim(connection, keep=2)
        assert [change.subject for change in feed.since(connection, 0)] == ["8", "9"]
        feed.note(connection, "job", "next", 10)
        assert feed.latest(connection) == start + 11


def test_a_token_is_found_by_its_hash_until_it_is_revoked(world: World) -> None:
    with world.write() as connection:
        token = tokens.create(connection, "partner", "near", 1)
        found = tokens.find(connection, token)
        assert found is not None
        assert (found.role, found.subject) == ("partner", "near")
        assert tokens.find(connection, token + "x") is None
        with pytest.raises(RefusedError):
            tokens.create(connection, "operator", "", 1, token)
        tokens.revoke(connection, found.token_id, 2)
        assert tokens.find(connection, token) is None
        with pytest.raises(MissingError):
            tokens.revoke(connection, found.token_id, 3)

    raw = (world.folder / FILE_NAME).read_bytes() + (world.folder / f"{FILE_NAME}-wal").read_bytes()
    assert token.encode() not in raw


def test_a_row_is_inserted_once_and_upserted_often(world: World) -> None:
    row = {"id": "p", "name": "one", "services": [], "capacity": 1}
    with world.write() as connection:
        assert insert_once(connection, partners, row)
        assert not insert_once(connection, partners, row | {"name": "two"})
        upsert(connection, partners, row | {"name": "three"})
        named_ = connection.execute(select(partners.c.name).where(partners.c.id == "p")).scalar_one()
    assert named_ == "three"


def test_what_must_be_there_must_be_there(world: World) -> None:
    with world.write() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(partners).values(id="q", services=None))


def test_ids_follow_from_what_they_name() -> None:
    assert named("job", "a", 1) == named("job", "a", "1")
    assert len({named("job", "a"), named("job", "b"), named("case", "a")}) == 3
    assert partner("near")["id"] == "near"
