"""The ledger: what was agreed to and ended, in rows that nobody changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from cloud.store import consents
from cloud.store.consents import Terms
from cloud.store.tables import consent_ledger
from cloud.store.tables import consents as consents_table
from tests.cloud.acting import World, fleet_file, vehicle

TERMS = Terms(text_version="7", locale="en", how="paper")
FILE = fleet_file([vehicle("car-1", consents=[{"purpose": "insurer", "recipient": "first"}])])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.import_fleet(fleet_file([vehicle("car-1")]))
    yield made
    made.close()


def grant(world: World, **more: Any) -> str:
    terms = Terms(**({"text_version": "7", "locale": "en", "how": "paper"} | more))
    with world.write() as connection:
        return consents.grant(connection, "car-1", "insurer", "first", terms, world.now_ms)


def ledger(world: World) -> list[dict[str, Any]]:
    with world.read() as connection:
        return [dict(row) for row in connection.execute(select(consent_ledger)).mappings()]


def standing(world: World) -> str | None:
    with world.read() as connection:
        return consents.current(connection, "car-1", "insurer", world.now_ms, "first")


def test_nothing_is_shared_until_it_is_switched_on(world: World) -> None:
    assert standing(world) is None
    assert ledger(world) == []


def test_the_ledger_says_what_was_agreed_to_in_which_words_and_when_it_ended(world: World) -> None:
    given = grant(world, fields=("tyre_band",))
    world.pass_s(60)
    with world.write() as connection:
        assert consents.withdraw(connection, "car-1", "insurer", "first", consents.DRIVER, world.now_ms)
        assert not consents.withdraw(connection, "car-1", "insurer", "first", consents.DRIVER, world.now_ms)

    granted, withdrawn = ledger(world)

    assert (granted["event"], granted["consent_id"]) == ("granted", given)
    assert granted["terms"]["fields"] == ["tyre_band"]
    assert [granted["terms"][name] for name in ("text_version", "locale", "how")] == ["7", "en", "paper"]
    assert (withdrawn["event"], withdrawn["at_ms"], withdrawn["terms"]) == (
        "withdrawn",
        world.now_ms,
        {"how": "driver_page"},
    )
    assert standing(world) is None


def test_the_same_terms_again_are_no_event(world: World) -> None:
    assert grant(world) == grant(world)
    assert len(ledger(world)) == 1


def test_a_narrower_consent_ends_the_wider_one_so_that_what_it_gave_is_forgotten(world: World) -> None:
    wide = grant(world)
    narrow = grant(world, fields=("tyre_band",))

    assert wide != narrow
    assert [row["event"] for row in ledger(world)] == ["granted", "withdrawn", "granted"]


def test_a_consent_that_ran_out_is_not_renewed_over_the_gap(world: World) -> None:
    first = grant(world, until_ms=world.now_ms + 60_000)
    world.pass_s(120)

    second = grant(world)

    assert first != second
    assert [row["event"] for row in ledger(world)] == ["granted", "withdrawn", "granted"]
    with world.read() as connection:
        assert connection.execute(select(consents_table.c.granted_ms)).scalar_one() == world.now_ms


def test_a_later_start_ends_the_consent_that_covered_more(world: World) -> None:
    wide = grant(world, covers_ms=1_000)

    assert grant(world, covers_ms=2_000) != wide
    assert [row["event"] for row in ledger(world)] == ["granted", "withdrawn", "granted"]


@pytest.mark.parametrize("change", ["UPDATE consent_ledger SET recipient = 'x'", "DELETE FROM consent_ledger"])
def test_no_row_of_the_ledger_can_be_changed(world: World, change: str) -> None:
    grant(world)

    with pytest.raises(IntegrityError, match="only appended to"), world.write() as connection:
        connection.execute(text(change))


def test_a_row_that_was_changed_behind_its_back_is_found(world: World) -> None:
    for version in ("1", "2", "3"):
        grant(world, text_version=version)
    with world.write() as connection:
        assert consents.broken_at(connection) is None
        connection.execute(text("DROP TRIGGER consent_ledger_keeps_update"))
        connection.execute(text("UPDATE consent_ledger SET recipient = 'second' WHERE id = 2"))

        assert consents.broken_at(connection) == 2


def test_a_file_that_was_written_before_does_not_switch_on_what_the_driver_stopped(world: World) -> None:
    world.import_fleet(FILE)
    with world.write() as connection:
        consents.withdraw(connection, "car-1", "insurer", "first", consents.DRIVER, world.now_ms)

    world.import_fleet(FILE)

    assert standing(world) is None


def test_a_file_leaves_alone_what_was_consented_to_elsewhere(world: World) -> None:
    grant(world)

    world.import_fleet(fleet_file([vehicle("car-1")]))

    assert standing(world) is not None


def test_a_file_does_not_rewrite_what_was_consented_to_elsewhere(world: World) -> None:
    given = grant(world, fields=("tyre_band",))

    world.import_fleet(FILE)

    assert standing(world) == given
    assert len(ledger(world)) == 1
