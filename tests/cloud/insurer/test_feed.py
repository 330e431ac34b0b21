"""What an insurer sees, and everything it must not."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cloud.insurer.feed import risk_signals
from cloud.insurer.pseudonym import pseudonym
from cloud.scoring.types import CAUSES
from cloud.store.errors import CursorError
from cloud.store.keys import load_key
from cloud.store.views import Page, RiskSignal
from tests.cloud.acting import HOUR_MS, World, fleet_file, vehicle

KEY = bytes(range(32))


def consenting(id_: str, *recipients: str, **more: Any) -> dict[str, Any]:
    return vehicle(id_, consents=[{"purpose": "insurer", "recipient": name, **more} for name in recipients])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    cars = [consenting("car-a", "first", "second"), consenting("car-b", "first"), vehicle("car-c")]
    made.import_fleet(fleet_file(cars))
    for car in ("car-a", "car-b", "car-c"):
        for cause in CAUSES:
            made.apply(made.assessment(car, cause, 0.4 if cause == "tyre" else None))
    yield made
    made.close()


def feed(world: World, recipient: str, **more: Any) -> Page[RiskSignal]:
    with world.read() as connection:
        return risk_signals(connection, recipient=recipient, key=KEY, now_ms=world.now_ms, **more)


def test_only_vehicles_with_consent_for_this_recipient_are_in_its_feed(world: World) -> None:
    assert {row.pseudonym for row in feed(world, "first").items} == {
        pseudonym(KEY, "first", "car-a"),
        pseudonym(KEY, "first", "car-b"),
    }
    assert {row.pseudonym for row in feed(world, "second").items} == {pseudonym(KEY, "second", "car-a")}
    assert feed(world, "third").items == []


def test_two_recipients_feeds_share_no_key(world: World) -> None:
    first, second = feed(world, "first").items, feed(world, "second").items

    assert {row.pseudonym for row in first}.isdisjoint(row.pseudonym for row in second)
    assert {row.consent_id for row in first}.isdisjoint(row.consent_id for row in second)


def test_no_id_name_plate_reason_or_place_is_anywhere_in_it(world: World) -> None:
    page = feed(world, "first", limit=1)
    text = json.dumps(msgspec.to_builtins(page.items)) + str(page.next)

    for secret in ("car-a", "car-b", "Car", "沪", "CAR-A", "31.23", "121.47", "the reason", "理由"):
        assert secret not in text
    assert set(msgspec.structs.asdict(page.items[0])) == {
        "pseudonym",
        "cause",
        "band",
        "risks",
        "calibrated",
        "data_completeness",
        "as_of_ms",
        "model_version",
        "schema_version",
        "consent_id",
    }


def test_the_cursor_names_no_vehicle(world: World) -> None:
    cursor = feed(world, "first", limit=1).next

    assert cursor is not None
    assert b"car-" not in base64.urlsafe_b64decode(cursor + "==")


def test_pages_together_are_the_whole_and_in_order(world: World) -> None:
    whole = feed(world, "first").items
    rows: list[RiskSignal] = []
    cursor: str | None = None
    while True:
        page = feed(world, "first", limit=3, cursor=cursor)
        rows += page.items
        cursor = page.next
        if cursor is None:
            break

    assert rows == whole
    assert len(whole) == 2 * len(CAUSES)


def test_a_withdrawn_consent_is_gone_from_the_next_page(world: World) -> None:
    first = feed(world, "first", limit=1)
    world.import_fleet(fleet_file([vehicle("car-a"), vehicle("car-b")]))

    assert feed(world, "first", cursor=first.next).items == []


def test_a_consent_that_has_run_out_counts_as_none(world: World) -> None:
    world.import_fleet(fleet_file([consenting("car-c", "late", until="2026-01-15T09:00:00Z")]))
    assert feed(world, "late").items

    world.now_ms += HOUR_MS

    assert feed(world, "late").items == []


def test_what_was_not_measured_is_unknown(world: World) -> None:
    bands = {row.cause: (row.band, row.risks) for row in feed(world, "second").items}

    assert bands["dtc"] == ("unknown", None)
    assert bands["tyre"][0] == "risk"


def test_a_foreign_cursor_is_refused(world: World) -> None:
    for cursor in ("nonsense", "W10", "WzEsMiwzXQ"):
        with pytest.raises(CursorError):
            feed(world, "first", cursor=cursor)


def test_pseudonyms_hang_on_key_recipient_and_vehicle() -> None:
    names = {
        pseudonym(KEY, "ab", "c"),
        pseudonym(KEY, "a", "bc"),
        pseudonym(KEY, "ab", "d"),
        pseudonym(bytes(32), "ab", "c"),
        pseudonym(KEY, "a:b", "c"),
    }

    assert len(names) == 5
    assert pseudonym(KEY, "ab", "c") == pseudonym(KEY, "ab", "c")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"

    key = load_key(path)

    assert load_key(path) == key
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "00ff", "not hex"])
def test_a_damaged_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"hex"):
        load_key(path)
