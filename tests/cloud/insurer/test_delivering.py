"""A month as files: what is in them, what is not, and that they are the same whoever writes them again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from cloud.insurer import audit, closing
from cloud.insurer.delivering import deliver, deliver_erasures
from cloud.insurer.drop import Drop
from cloud.insurer.errors import FeedError
from cloud.insurer.fields import COLUMNS, CONDITION, DRIVING, SCORED
from cloud.insurer.gathering import gather
from cloud.insurer.pseudonym import pseudonym
from cloud.insurer.publishing import Press
from cloud.insurer.signing import is_signed, public_text
from cloud.store import consents
from tests.cloud.acting import World, fleet_file, vehicle
from tests.cloud.insurer import feeding
from tests.cloud.insurer.feeding import CARS, KEY, MONTH, day, press, scorer


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = feeding.world(tmp_path)
    yield made
    made.close()


def drop(world: World, recipient: str = "first", out: str = "out", with_: Press | None = None) -> Drop:
    pressed = press(world) if with_ is None else with_
    return deliver(world.store, pressed, recipient, MONTH, world.folder / out, world.now_ms)


def rows(made: Drop) -> pl.DataFrame:
    parts = sorted(made.path.glob("rows-*.parquet"))
    if not parts:
        return pl.DataFrame(schema={name: pl.String() for name in COLUMNS})
    return pl.concat(pl.read_parquet(part) for part in parts)


def withdraw(world: World, car: str, purpose: consents.Purpose) -> None:
    with world.write() as connection:
        assert consents.withdraw(connection, car, purpose, "first", consents.DRIVER, world.now_ms)


def test_a_drop_is_announced_signed_and_what_its_manifest_says(world: World) -> None:
    feeding.close(world)

    made = drop(world)

    assert sorted(path.name for path in (world.folder / "out").iterdir()) == [made.path.name, f"{made.path.name}.done"]
    data = (made.path / "manifest.json").read_bytes()
    assert (world.folder / "out" / f"{made.path.name}.done").read_text().strip() == hashlib.sha256(data).hexdigest()
    signature = (made.path / "manifest.json.sig").read_text()
    assert is_signed(public_text(press(world).signer), data, signature)
    assert not is_signed(public_text(press(world).signer), data + b" ", signature)
    for file in json.loads(data)["files"]:
        assert hashlib.sha256((made.path / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert (made.manifest["rows"], made.manifest["schema_id"]) == (2, "outrider/insurer-feed/1.0.0")
    assert rows(made).columns == list(COLUMNS)
    assert pl.read_csv(made.path / "rows-00000.csv").height == 2


def test_a_row_says_condition_and_driving_each_under_its_own_consent(world: World) -> None:
    feeding.close(world)

    by_name = {row["pseudonym"]: row for row in rows(drop(world)).rows(named=True)}

    both, condition = (by_name[pseudonym(KEY, "first", car)] for car in ("car-a", "car-b"))
    assert (both["exposure_km"], both["night_km"], both["km_over_130"]) == (400.0, 100.0, 20.0)
    assert both["harsh_braking_per_100km"] == 3.0
    assert both["harsh_cornering_per_100km"] is None
    assert both["reason_1"] == "harsh_braking"
    assert both["reason_1_zh"] == "每百公里急刹车次数较多"
    assert (both["tyre_band"], condition["tyre_band"]) == ("risk", "risk")
    assert {condition[name] for name in (*DRIVING, *SCORED, "pricing_consent_id", "sensor_class")} == {None}
    assert set(condition["withheld"].split()) == {*DRIVING, "score"}
    assert both["withheld"] == ""


def test_nothing_is_priced_with_until_the_table_was_fitted_on_that_insurers_claims(world: World) -> None:
    feeding.close(world)
    fitted = scorer(**{'"fitted_on": []': '"fitted_on": ["first"]'})

    shipped = rows(drop(world))
    own = rows(drop(world, with_=press(world, fitted)))
    others = rows(drop(world, "second", with_=press(world, fitted)))

    assert set(shipped["pricing_use"]) == {"none"}
    assert sorted(own["pricing_use"]) == ["commercial", "none"]
    assert set(others["pricing_use"]) == {"none"}


def test_two_score_versions_stand_side_by_side(world: World) -> None:
    feeding.close(world)

    found = rows(drop(world, with_=press(world, scorer(), scorer(**{"driving-1": "driving-2", "[3, 10]": "[3, 11]"}))))

    assert found["score_version"].to_list() == ["driving-1", "driving-2"] * 2
    assert found["row_id"].n_unique() == 4
    assert found["model_sha256"].n_unique() == 2


def test_a_closed_month_is_the_same_bit_for_bit_when_it_is_built_again(world: World, tmp_path: Path) -> None:
    feeding.close(world)
    first = drop(world)
    for car in CARS:  # what is known later changes nothing of it
        world.apply(world.assessment(car, "tyre", 0.9))
    world.pass_s(86_400)

    second = drop(world, out="again")

    assert first.path.name == second.path.name
    for path in first.path.iterdir():
        assert path.read_bytes() == (second.path / path.name).read_bytes()


def test_a_row_that_is_left_out_leaves_the_others_as_they_were(world: World) -> None:
    feeding.close(world)
    before = rows(drop(world))
    withdraw(world, "car-b", "insurer")

    after = rows(drop(world))

    assert after.equals(before.filter(pl.col("pseudonym") == pseudonym(KEY, "first", "car-a")))


def test_what_comes_after_the_cut_off_is_a_new_row_that_names_the_one_it_corrects(world: World) -> None:
    feeding.close(world)
    before = rows(drop(world))

    again = feeding.close(world, [day("car-a"), day("car-a", 6), day("car-b"), day("car-c")])
    made = drop(world)

    assert (again.number, again.rows) == (2, 1)
    found = rows(made).filter(pl.col("pseudonym") == pseudonym(KEY, "first", "car-a")).sort("revision")
    assert found["exposure_km"].to_list() == [400.0, 800.0]
    assert found["supersedes"].to_list() == [None, found["row_id"][0]]
    assert found["is_late"].to_list() == [False, True]
    assert made.manifest["late_vehicles"] == 1
    assert rows(made).filter(pl.col("revision") == 1).equals(before)


def test_closing_again_without_news_keeps_nothing(world: World) -> None:
    feeding.close(world)

    assert feeding.close(world).parts == ()


def test_a_month_is_not_closed_before_late_data_had_its_days(world: World) -> None:
    world.now_ms -= 1

    with pytest.raises(FeedError, match="can be closed from 2026-02-04"):
        feeding.close(world)


def test_a_month_that_is_over_can_be_closed_early_and_its_drop_says_so(world: World) -> None:
    for at_ms, message in ((MONTH.end_ms - 1, "can be closed from 2026-02-01"), (MONTH.end_ms, "")):
        world.now_ms = at_ms
        with world.write() as connection:
            if message:
                with pytest.raises(FeedError, match=message):
                    closing.close(connection, world.folder, MONTH, [], at_ms, early=True)
            else:
                rows_ = gather(connection, MONTH, iter([]), at_ms)
                assert closing.close(connection, world.folder, MONTH, rows_, at_ms, early=True).rows == len(CARS)

    assert drop(world).manifest["cut_off_ms"] == MONTH.end_ms


def test_a_month_that_is_not_closed_cannot_be_exported(world: World) -> None:
    with pytest.raises(FeedError, match="not closed"):
        drop(world)


def test_an_input_that_was_touched_is_found_out(world: World) -> None:
    feeding.close(world)
    (part,) = (world.folder / closing.INPUTS_FOLDER).rglob("*.parquet")
    part.write_bytes(part.read_bytes() + b" ")

    with pytest.raises(FeedError, match="restore it"):
        drop(world)


@pytest.mark.parametrize(
    "more", [{"covers_from": "2026-01-02T00:00:00Z"}, {"covers_from": None}, {"until": "2026-01-30T00:00:00Z"}]
)
def test_a_consent_that_does_not_cover_the_whole_month_lets_no_row_out(world: World, more: dict[str, str]) -> None:
    world.now_ms = MONTH.start_ms + 1
    world.import_fleet(fleet_file([vehicle("car-c", consents=feeding.consents("third", **more))]))
    world.now_ms = closing.cut_off_ms(MONTH)
    feeding.close(world)

    assert rows(drop(world, "third")).height == 0


def test_a_field_that_was_not_consented_to_is_not_there(world: World) -> None:
    said = feeding.consents("third")
    said[0]["fields"], said[1]["fields"] = ["tyre_band"], ["exposure_km"]
    world.import_fleet(fleet_file([vehicle("car-c", consents=said)]))
    feeding.close(world)

    (row,) = rows(drop(world, "third")).rows(named=True)

    there = {name for name in (*DRIVING, *SCORED, *CONDITION) if row[name] is not None}
    assert there == {"tyre_band", "exposure_km"}


def test_what_was_given_and_withdrawn_is_to_be_forgotten_in_the_next_drop(world: World) -> None:
    feeding.close(world)
    drop(world)
    withdraw(world, "car-a", "pricing")
    withdraw(world, "car-b", "insurer")

    told = deliver_erasures(world.store, press(world), "first", world.folder / "out", world.now_ms)
    found = pl.read_csv(told.path / "erasures.csv")

    assert dict(found.select("pseudonym", "what").iter_rows()) == {
        pseudonym(KEY, "first", "car-a"): "driving",
        pseudonym(KEY, "first", "car-b"): "all",
    }
    assert rows(drop(world)).height == 1
    assert rows(drop(world))["exposure_km"].to_list() == [None]
    assert drop(world).manifest["erasures"] == 2


def test_who_was_given_nothing_is_told_of_nobody(world: World) -> None:
    withdraw(world, "car-a", "insurer")

    assert deliver_erasures(world.store, press(world), "first", world.folder / "out", 0).manifest["erasures"] == 0


def test_two_recipients_drops_share_no_key(world: World) -> None:
    feeding.close(world)
    first, second = rows(drop(world)), rows(drop(world, "second"))

    for name in ("row_id", "pseudonym", "consent_id", "pricing_consent_id"):
        assert first.drop_nulls(name).join(second.drop_nulls(name), on=name).height == 0


def test_no_file_names_a_vehicle_or_a_place(world: World) -> None:
    feeding.close(world)
    made = drop(world)
    withdraw(world, "car-a", "insurer")
    told = deliver_erasures(world.store, press(world), "first", world.folder / "out", world.now_ms)

    text = b"".join(path.read_bytes() for path in [*made.path.iterdir(), *told.path.iterdir()])
    text += json.dumps(rows(made).rows(), ensure_ascii=False).encode()
    for secret in ("car-a", "car-b", "Car ", "沪", "CAR-A", "31.23", "121.47"):
        assert secret.encode() not in text


def test_a_new_key_gives_new_names_and_says_which_key_it_is(world: World) -> None:
    feeding.close(world)
    old, new = rows(drop(world)), rows(drop(world, with_=press(world, keys=(KEY, bytes(32)))))

    assert old.join(new, on="pseudonym").height == 0
    assert old.join(new, on="key_id").height == 0


def test_every_drop_is_noted_in_a_chain_that_nobody_can_mend(world: World) -> None:
    feeding.close(world)
    drop(world)
    drop(world, "second")

    with world.read() as connection:
        consent = consents.current(connection, "car-b", "insurer", world.now_ms, "first")
        assert consent is not None
        (seen,) = audit.of_consents(connection, [consent])
        assert (seen.recipient, seen.how, seen.period) == ("first", "file", "2026-01")
        assert audit.broken_at(connection) is None
